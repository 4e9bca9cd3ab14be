import Jobs
import Postgres
import Segments

/// Looks at segments for many jobs at once. While one look at what reads certain facts is under way, the jobs that come with
/// the same facts gather, and the next look is for the accounts of all of them: loading definitions and planning the
/// statement cost as much for one account as for a hundred.
///
/// A look is a transaction of its own. A job that looks and dies before it is completed looks again: who has crossed is what
/// the rows of members say, so nothing is published twice.
actor CoalescedEvaluation {
    /// What a job is told that has waited: its accounts were looked at, it is to look alone, or to look for others too.
    private enum Turn {
        case looked
        case alone
        case leads([Waiting])
    }

    private struct Waiting {
        let accounts: Set<Int64>
        let turn: CheckedContinuation<Turn, Never>
    }

    /// Who waits, by facts. Facts with an entry are being looked at.
    private var waiting: [Set<Fact.Source>: [Waiting]] = [:]

    /// Looks again at the segments that read one of the sources, for these accounts. What it publishes has one of the jobs
    /// that it looked for as its cause.
    func evaluate(
        reading sources: Set<Fact.Source>, for accounts: some Collection<Int64>, of job: Job
    ) async throws {
        let own = Set(accounts)
        if own.isEmpty { return }
        let turn = await turn(sources, own)
        switch turn {
        case .looked: return
        case .alone: try await Self.look(sources, own, job)
        case .leads(let others):
            var result = Result<Void, any Error>.success(())
            do {
                try await Self.look(sources, others.reduce(into: own) { $0.formUnion($1.accounts) }, job)
            } catch {
                result = .failure(error)
            }
            // What failed may be about one of them, or this job's end: each is to find out by itself.
            let failed = if case .failure = result { true } else { false }
            for other in others { other.turn.resume(returning: failed ? .alone : .looked) }
            handOn(sources)
            if failed, !others.isEmpty, !Task.isCancelled { return try await Self.look(sources, own, job) }
            try result.get()
        }
    }

    private func turn(_ sources: Set<Fact.Source>, _ accounts: Set<Int64>) async -> Turn {
        guard waiting[sources] != nil else {
            waiting[sources] = []
            return .leads([])
        }
        return await withCheckedContinuation { turn in
            waiting[sources]?.append(Waiting(accounts: accounts, turn: turn))
        }
    }

    /// Has the first of those who wait look for itself and for as many of the others as fit one batch.
    private func handOn(_ sources: Set<Fact.Source>) {
        guard var line = waiting[sources], !line.isEmpty else {
            waiting[sources] = nil
            return
        }
        let leader = line.removeFirst()
        var accounts = leader.accounts.count
        let others = line.prefix { other in
            accounts += other.accounts.count
            return accounts <= Membership.batch
        }
        waiting[sources] = Array(line.dropFirst(others.count))
        leader.turn.resume(returning: .leads(Array(others)))
    }

    private static func look(_ sources: Set<Fact.Source>, _ accounts: Set<Int64>, _ job: Job) async throws {
        try await job.withCause { connection in
            try await Membership.evaluate(reading: sources, for: accounts, in: connection)
        }
    }
}
