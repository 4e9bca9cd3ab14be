/// Whether a signal could be measured, and if not, why. Only `ok` has a value: nothing known is never 0.
enum SignalStatus: String, Sendable, CaseIterable {
    case ok
    /// There are data, but too few to tell what is usual.
    case insufficientHistory = "insufficient_history"
    case noData = "no_data"
    /// The signal makes no sense for this account, as paying does for one that pays nothing.
    case notApplicable = "not_applicable"
    /// Its source is broken or has fallen silent for everybody.
    case staleSource = "stale_source"
}
