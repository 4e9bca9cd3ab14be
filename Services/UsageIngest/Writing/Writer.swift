import Chassis
import Logging
import Metrics
import Postgres
import ServiceLifecycle

/// The loops that write what the requests hand over. Each takes all that is there, writes it in one transaction and
/// answers: so the number of commits follows what the disk can do, and not the number of requests.
struct Writer: Service {
    let batcher: Batcher
    let store: EventStore
    let loops: Int
    /// Called after each commit that wrote events.
    let onWritten: @Sendable () -> Void
    let logger: Logger

    func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for _ in 0..<loops { group.addTask { await loop() } }
            }
        } onCancelOrGracefulShutdown: {
            batcher.close()
        }
    }

    private func loop() async {
        while await batcher.take(write) {}
    }

    private func write(_ tickets: [Ticket]) async {
        let batch = Batch(tickets.map(\.parcel))
        let started = ContinuousClock.now
        do {
            let fates = try await twice { try await store.settle(batch, logger) }
            Timer(label: "ingest.commit").record(duration: started.duration(to: .now))
            Recorder(label: "ingest.batch", aggregate: true).record(batch.rows.count)
            var byTicket = tickets.map { Array(repeating: Fate.duplicate, count: $0.parcel.count) }
            for (origin, fate) in fates { byTicket[origin.parcel][origin.index] = fate }
            for (ticket, fates) in zip(tickets, byTicket) { ticket.settle(.success(fates)) }
            if fates.contains(where: { $0.fate == .written }) { onWritten() }
        } catch {
            logger.warning("A batch could not be written.", metadata: ["error": "\(error)"])
            Counter(label: "ingest.failed_batches").increment()
            for ticket in tickets { ticket.settle(.failure(error)) }
        }
    }

    /// Again, once, where the connection broke at once: it was broken for long and nobody had noticed. What the first time
    /// has written is a duplicate the second time.
    private func twice<Result>(_ body: () async throws -> Result) async throws -> Result {
        let started = ContinuousClock.now
        do {
            return try await body()
        } catch let error as PostgresError where error.isConnectionLost && started.duration(to: .now) < .seconds(1) {
            logger.info("The connection broke; writing again.", metadata: ["error": "\(error)"])
            return try await body()
        }
    }
}
