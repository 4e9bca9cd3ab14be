extension Signal {
    /// The signals of the program, in the order in which people see them. A new one is a file here and a line below.
    static let all: [Signal] = [
        .usageDrop,
        .inactivity,
        .dataExport,
        .paysNotUses,
        .orderDecline,
    ]
}
