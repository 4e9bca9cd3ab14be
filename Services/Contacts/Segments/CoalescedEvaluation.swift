import Jobs
import Segments

/// Looks at segments for many jobs at once: one turn for all that gathered with the same facts. Who has crossed is what the
/// rows of members say, so that a look that is taken again publishes nothing twice.
struct CoalescedEvaluation: Sendable {
    private let looks = Gathering<Set<Fact.Source>>(most: Membership.batch) { sources, accounts, job in
        try await job.withCause { connection in
            try await Membership.evaluate(reading: sources, for: accounts, in: connection)
        }
    }

    /// Looks again at the segments that read one of the sources, for these accounts. What it publishes has one of the jobs
    /// that it looked for as its cause.
    func evaluate(
        reading sources: Set<Fact.Source>, for accounts: some Collection<Int64>, of job: Job
    ) async throws {
        try await looks.run(sources, Set(accounts), of: job)
    }
}
