/// Does the same work for many jobs at once. While it is under way for some ids, the jobs that come with the same key gather,
/// and the next turn is for the ids of all of them: where loading and planning cost as much for one as for a hundred, a crowd
/// costs little more than one.
///
/// The work's transactions are its own. A job whose work was done and that dies before it is completed does it again, so the
/// work must be such that this changes nothing.
package actor Gathering<Key: Hashable & Sendable> {
    /// What a job is told that has waited: its ids were worked on, it is to work alone, or to work for others too.
    private enum Turn {
        case done
        case alone
        case leads([Waiting])
    }

    private struct Waiting {
        let ids: Set<Int64>
        let turn: CheckedContinuation<Turn, Never>
    }

    private let most: Int
    private let work: @Sendable (Key, Set<Int64>, Job) async throws -> Void
    /// Who waits, by key. Keys with an entry are being worked on.
    private var waiting: [Key: [Waiting]] = [:]

    /// - Parameters:
    ///   - most: ids of one turn, but that the first job's are never parted.
    ///   - work: is given one of the jobs that it is done for.
    package init(most: Int, work: @escaping @Sendable (Key, Set<Int64>, Job) async throws -> Void) {
        self.most = most
        self.work = work
    }

    /// Returns when the work was done for these ids, by this job or another one's turn.
    package func run(_ key: Key, _ ids: Set<Int64>, of job: Job) async throws {
        if ids.isEmpty { return }
        switch await turn(key, ids) {
        case .done: return
        case .alone: try await work(key, ids, job)
        case .leads(let others):
            var result = Result<Void, any Error>.success(())
            do {
                try await work(key, others.reduce(into: ids) { $0.formUnion($1.ids) }, job)
            } catch {
                result = .failure(error)
            }
            // What failed may be about one of them, or this job's end: each is to find out by itself.
            let failed = if case .failure = result { true } else { false }
            for other in others { other.turn.resume(returning: failed ? .alone : .done) }
            handOn(key)
            if failed, !others.isEmpty, !Task.isCancelled { return try await work(key, ids, job) }
            try result.get()
        }
    }

    private func turn(_ key: Key, _ ids: Set<Int64>) async -> Turn {
        guard waiting[key] != nil else {
            waiting[key] = []
            return .leads([])
        }
        return await withCheckedContinuation { turn in
            waiting[key]?.append(Waiting(ids: ids, turn: turn))
        }
    }

    /// Has the first of those who wait work for itself and for as many of the others as fit.
    private func handOn(_ key: Key) {
        guard var line = waiting[key], !line.isEmpty else {
            waiting[key] = nil
            return
        }
        let leader = line.removeFirst()
        var count = leader.ids.count
        let others = line.prefix { other in
            count += other.ids.count
            return count <= most
        }
        waiting[key] = Array(line.dropFirst(others.count))
        leader.turn.resume(returning: .leads(Array(others)))
    }
}
