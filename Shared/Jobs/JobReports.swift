import Logging
import Postgres
import Synchronization

/// Outcomes on their way to the queue: completions go in batches, and nothing is dropped while the database is away.
final class JobReports: Sendable {
    struct Report: Sendable {
        let job: Int64
        let token: Int64
        let outcome: JobOutcome
    }

    private struct State {
        var waiting: [Report] = []
        var flushing: [Report] = []
    }

    private let state = Mutex(State())
    private let wakeUps = WakeSignal()

    func add(_ report: Report) {
        state.withLock { $0.waiting.append(report) }
        wakeUps.signal()
    }

    var isEmpty: Bool { state.withLock { $0.waiting.isEmpty && $0.flushing.isEmpty } }

    /// Jobs whose leases are still held because the queue has not been told yet.
    var held: [Int64] { state.withLock { ($0.waiting + $0.flushing).map(\.job) } }

    /// The worker that held these leases was given up: they mean nothing any more.
    func forget() { state.withLock { $0.waiting.removeAll() } }

    /// Tells the queue until the task is cancelled.
    func run(_ pool: PostgresPool, logger: Logger) async {
        while !Task.isCancelled {
            await wakeUps.wait(atMost: .seconds(1))
            await flush(pool, logger: logger)
        }
    }

    func flush(_ pool: PostgresPool, logger: Logger) async {
        let batch = state.withLock { state in
            let taken = Array(state.waiting.prefix(500))
            state.waiting.removeFirst(taken.count)
            state.flushing = taken
            return taken
        }
        guard !batch.isEmpty else { return }
        do {
            try await tell(batch, pool)
            state.withLock { $0.flushing = [] }
        } catch {
            logger.warning("could not report ended jobs; trying again", metadata: ["error": "\(error)"])
            state.withLock { state in
                state.waiting.insert(contentsOf: batch, at: 0)
                state.flushing = []
            }
            try? await Task.sleep(for: .milliseconds(200))
        }
        if state.withLock({ !$0.waiting.isEmpty }) { wakeUps.signal() }
    }

    private func tell(_ batch: [Report], _ pool: PostgresPool) async throws {
        // One transaction: after a lost connection all of it is told again, and what was accepted is not accepted twice.
        try await pool.transaction { connection in
            let completed = batch.filter { $0.outcome == .completed }
            if !completed.isEmpty {
                _ = try await connection.first(
                    "select queue.complete(\(completed.map(\.job)), \(completed.map(\.token))) as accepted")
            }
            let released = batch.filter { $0.outcome == .released }
            if !released.isEmpty {
                _ = try await connection.first(
                    "select queue.release(\(released.map(\.job)), \(released.map(\.token))) as jobs")
            }
            for report in batch {
                switch report.outcome {
                case .failed(let reason, let after, let dead):
                    let wait = after.map { Double($0.components.seconds) + Double($0.components.attoseconds) * 1e-18 }
                    _ = try await connection.first(
                        """
                        select queue.fail(\(report.job), \(report.token), \(reason.replacing("\0", with: "")),
                            make_interval(secs => \(wait)), \(dead)) as state
                        """)
                case .cancelled:
                    _ = try await connection.first(
                        "select queue.cancelled(\(report.job), \(report.token)) as accepted")
                case .completed, .released, .nothing: break
                }
            }
        }
    }
}
