import ArgumentParser
import Jobs
import Postgres
import Synchronization
import TestBed

struct Pickup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One job at a time through an idle queue: from its commit to the start of its handler.")

    @OptionGroup var place: Place
    @Option var samples = 300

    struct Outcome: Encodable {
        let samples: Int
        let commit_p50_ms: Double
        let commit_p99_ms: Double
        let pickup_p50_ms: Double
        let pickup_p99_ms: Double
    }

    func run() async throws {
        let pool = try place.pool(1)
        let (starts, starting) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
        var handlers = JobHandlers()
        handlers.on(Place.kind) { _ in starting.yield(.now) }
        var commits: [Double] = []
        var pickups: [Double] = []
        try await place.working(handlers, concurrency: 8) {
            try await Task.sleep(for: .seconds(1))
            var iterator = starts.makeAsyncIterator()
            for sample in 0..<(samples + 10) {
                let began = ContinuousClock.now
                _ = try await pool.first("select pg_logical_emit_message(true, 'bench', 'commit')")
                let commit = began.duration(to: .now).seconds * 1_000
                _ = try await pool.first("select queue.enqueue(\(Place.queue), \(Place.kind))")
                let committed = ContinuousClock.now
                guard let started = await iterator.next() else { break }
                // The first ones warm plans and caches.
                if sample >= 10 {
                    commits.append(commit)
                    pickups.append(max(0, committed.duration(to: started).seconds * 1_000))
                }
                // Until the worker sleeps again.
                try await Task.sleep(for: .milliseconds(25 + Int64(sample % 17)))
            }
        }
        await pool.close()
        try Outcome(
            samples: pickups.count, commit_p50_ms: commits.percentile(0.5), commit_p99_ms: commits.percentile(0.99),
            pickup_p50_ms: pickups.percentile(0.5), pickup_p99_ms: pickups.percentile(0.99)
        ).print()
    }
}
