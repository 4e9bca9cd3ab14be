/// How urgent a probability is. To leave a band downwards takes more than to enter it, so that an account near a cut-off
/// does not flicker.
enum Band: String, Sendable, CaseIterable, Comparable {
    case low, medium, high

    static func < (left: Band, right: Band) -> Bool { left.rank < right.rank }

    private var rank: Int { self == .low ? 0 : self == .medium ? 1 : 2 }

    /// The probabilities of one horizon from which on an account is in a band, and below which it has left it.
    struct CutOffs: Sendable, Equatable, Codable {
        let medium: Double
        let high: Double
        /// Share of the cut-off below which a band is left.
        let leave: Double
    }

    /// The band of a probability, for an account that was in `former`.
    static func of(_ probability: Double, former: Band?, _ cutOffs: CutOffs) -> Band {
        let entered: Band = probability >= cutOffs.high ? .high : probability >= cutOffs.medium ? .medium : .low
        guard let former, entered < former else { return entered }
        let kept: Band =
            probability >= cutOffs.high * cutOffs.leave
            ? .high : probability >= cutOffs.medium * cutOffs.leave ? .medium : .low
        return max(entered, min(kept, former))
    }
}
