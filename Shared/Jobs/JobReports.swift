import Logging
import Postgres
import Synchronization

/// Outcomes on their way to the queue: they go in batches, and nothing is dropped while the database is away.
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

    /// As many as are told at once; the statement's time grows with them, and a beat waits for it at the worst.
    private static let batch = 1_000

    private let state = Mutex(State())
    private let wakeUps = WakeSignal()
    private let meters: JobMeters

    init(meters: JobMeters) {
        self.meters = meters
    }

    func add(_ report: Report) { add([report]) }

    func add(_ reports: [Report]) {
        let isFirst = state.withLock { state in
            defer { state.waiting += reports }
            return state.waiting.isEmpty
        }
        if isFirst { wakeUps.signal() }
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
            let taken = Array(state.waiting.prefix(Self.batch))
            state.waiting.removeFirst(taken.count)
            state.flushing = taken
            return taken
        }
        guard !batch.isEmpty else { return }
        do {
            let dropped = try await tell(batch, pool)
            state.withLock { $0.flushing = [] }
            if dropped > 0 {
                meters.dropped(dropped)
                logger.warning("results were dropped: others have the jobs by now", metadata: ["jobs": "\(dropped)"])
            }
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

    /// Answers how many completions the queue refused. One transaction: after a lost connection all of it is told again,
    /// and what was accepted is not accepted twice.
    private func tell(_ batch: [Report], _ pool: PostgresPool) async throws -> Int {
        let completed = batch.filter { $0.outcome == .completed }
        if completed.count == batch.count {
            return try await pool.withConnection { try await self.complete(completed, $0) }
        }
        return try await pool.transaction { connection in
            let dropped = completed.isEmpty ? 0 : try await self.complete(completed, connection)
            let released = batch.filter { $0.outcome == .released }
            if !released.isEmpty {
                _ = try await connection.first(
                    "select queue.release(\(released.map(\.job)), \(released.map(\.token))) as jobs")
            }
            for report in batch { try await self.tell(report, connection) }
            return dropped
        }
    }

    private func complete(_ reports: [Report], _ connection: PostgresConnection) async throws -> Int {
        let row = try await connection.first(
            "select queue.complete(\(reports.map(\.job)), \(reports.map(\.token))) as accepted")
        let accepted: [Int64] = try row?["accepted"] ?? []
        return reports.count - accepted.count
    }

    private func tell(_ report: Report, _ connection: PostgresConnection) async throws {
        switch report.outcome {
        case .failed(let reason, let after, let dead):
            let wait = after.map { Double($0.components.seconds) + Double($0.components.attoseconds) * 1e-18 }
            _ = try await connection.first(
                """
                select queue.fail(\(report.job), \(report.token), \(reason.replacing("\0", with: "")),
                    make_interval(secs => \(wait)), \(dead)) as state
                """)
        case .cancelled:
            _ = try await connection.first("select queue.cancelled(\(report.job), \(report.token)) as accepted")
        case .completed, .released, .nothing: break
        }
    }
}
