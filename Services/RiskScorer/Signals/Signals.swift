extension Signal {
    /// The signals of the program, in the order in which people see them. A new one is a file here and a line below.
    static let all: [Signal] = [
        .usageDrop,
        .inactivity,
        .communicationDecline,
        .dissatisfaction,
        .competitorInterest,
        .dataExport,
        .cancelPage,
        .paymentFailed,
        .invoiceOverdue,
        .paysNotUses,
        .seatsUnused,
        .championGone,
        .onboardingStalled,
        .supportTargetMissed,
        .requestUnmet,
        .renewalNear,
        .orderDecline,
        .orderOverdue,
    ]
}
