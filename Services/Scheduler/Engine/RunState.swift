import Foundation

/// Where a run stands: one row of `plan.enrollment`.
struct RunState: Equatable, Sendable {
    var id: Int64
    var enteredAt: Date
    var step: String
    /// Since when it waits on the step; nil where it has just come to it.
    var stepBeganAt: Date?
    /// The segments whose leaving is an exit and in which the account was not when it was enrolled.
    var outside: Set<String>
}

/// What a run's account was found to be, beside what its step asks.
struct RunFacts: Sendable {
    /// Nil where the account is there no more.
    var step: StepFacts?
    /// The run of the same playbook that goes on for the account that this one was merged into.
    var continuedBy: Int64?
    /// Words about a consent that was withdrawn since the run began.
    var refusal: String?
}

/// What becomes of a run.
struct RunDecision: Equatable, Sendable {
    enum EndReason: String, Sendable { case completed, exited, refused, failed }

    enum Then: Equatable, Sendable {
        /// On to this step at once.
        case step(String)
        /// Stay, and look again then at the latest.
        case stay(until: Date)
        case ended(EndReason, String)
    }

    /// What a step did, for the record; nil where there is nothing new to say.
    struct Record: Equatable, Sendable {
        var step: String
        var kind: String
        var outcome: String
        var detail: String
    }

    var effects: [Effect] = []
    var record: Record?
    /// Open tasks of the run are moot: its account is gone.
    var cancelsTasks = false
    var then: Then
}
