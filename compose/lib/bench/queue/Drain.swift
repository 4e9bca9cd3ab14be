import ArgumentParser
import Jobs
import Postgres
import Synchronization
import TestBed

struct Drain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Works off jobs that do nothing, from the first claim to the last durable completion.")

    @OptionGroup var place: Place
    @Option(help: "How many to complete; more may wait.") var jobs = 200_000
    @Option(help: "Most jobs at once in the process.") var concurrency = 500

    struct Outcome: Encodable {
        let jobs: Int
        let seconds: Double
        let per_second: Double
    }

    func run() async throws {
        let pool = try place.pool(1)
        _ = try await pool.first("select queue.pause(\(Place.queue))")
        let before = try await done(pool)
        let ran = Atomic(0)
        var handlers = JobHandlers()
        handlers.on(Place.kind) { _ in ran.add(1, ordering: .relaxed) }
        let jobs = jobs
        let took = try await place.working(handlers, concurrency: concurrency) {
            // The worker is connected and asleep before the clock starts.
            while try await pool.first("select from queue.worker") == nil {
                try await Task.sleep(for: .milliseconds(20))
            }
            try await Task.sleep(for: .milliseconds(500))
            _ = try await pool.first("select queue.resume(\(Place.queue))")
            let began = ContinuousClock.now
            while ran.load(ordering: .relaxed) < jobs { try await Task.sleep(for: .milliseconds(2)) }
            // The last ones are durable when none is ready nor leased; with a longer line, when as many are on record.
            if try await pool.first("select from queue.ready limit 1") == nil {
                while try await pool.first("select from queue.lease limit 1") != nil {
                    try await Task.sleep(for: .milliseconds(1))
                }
            } else {
                while try await done(pool) - before < Int64(jobs) { try await Task.sleep(for: .milliseconds(1)) }
            }
            return began.duration(to: .now)
        }
        let completed = try await done(pool) - before
        await pool.close()
        guard completed >= Int64(jobs) else {
            throw ValidationError("\(completed) of \(jobs) are on record as completed")
        }
        try Outcome(jobs: jobs, seconds: took.seconds, per_second: Double(jobs) / took.seconds).print()
    }

    private func done(_ pool: PostgresPool) async throws -> Int64 {
        try await pool.first("select count(*) as n from queue.done")?["n"] ?? 0
    }
}
