import ArgumentParser
import Jobs
import Postgres
import TestBed

struct Offer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Offers jobs at a rate, each by a commit of its own, to a worker in another process.",
        discussion: """
            The latency is the server's own: from the commit of the job to the commit of its completion, by \
            pg_xact_commit_timestamp, over all jobs. It needs track_commit_timestamp.
            """)

    @OptionGroup var place: Place
    @Option(help: "Jobs a second.") var rate = 2_000.0
    @Option(help: "For how long.") var seconds = 60.0
    @Option(help: "Connections that enqueue.") var producers = 4

    struct Outcome: Encodable {
        let offered: Int
        let completed: Int
        let per_second: Double
        let p50_ms: Double
        let p99_ms: Double
    }

    func run() async throws {
        let pool = try place.pool(producers)
        let first: Int64 = try await pool.first("select coalesce(max(id), 0) as id from queue.job")?["id"] ?? 0
        let total = Int(rate * seconds)
        let began = ContinuousClock.now
        let rate = rate
        try await withThrowingTaskGroup(of: Void.self) { group in
            for producer in 0..<producers {
                let numbers = stride(from: producer, to: total, by: producers)
                group.addTask {
                    for number in numbers {
                        try await ContinuousClock().sleep(until: began + .seconds(Double(number) / rate))
                        _ = try await pool.first("select queue.enqueue(\(Place.queue), \(Place.kind))")
                    }
                }
            }
            try await group.waitForAll()
        }
        // What is still on its way counts too, with the time that it takes.
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline,
            try await pool.first("select from queue.ready union all select from queue.lease limit 1") != nil
        {
            try await Task.sleep(for: .milliseconds(50))
        }
        let row = try await pool.first(
            """
            select count(*) as completed, coalesce(percentile_disc(0.5) within group (order by ms), -1)::float8 as p50,
                coalesce(percentile_disc(0.99) within group (order by ms), -1)::float8 as p99,
                coalesce(extract(epoch from max(at) - min(offered)), 0)::float8 as seconds
            from (
                select pg_xact_commit_timestamp(d.xmin) as at, pg_xact_commit_timestamp(j.xmin) as offered,
                    extract(epoch from pg_xact_commit_timestamp(d.xmin) - pg_xact_commit_timestamp(j.xmin)) * 1000 as ms
                from queue.done d join queue.job j on j.id = d.job_id and j.enqueued_at = d.enqueued_at where d.job_id > \(first)
            ) as jobs
            """)
        let completed: Int64 = try row?["completed"] ?? 0
        let span: Double = try row?["seconds"] ?? 0
        try Outcome(
            offered: total, completed: Int(completed), per_second: Double(completed) / max(span, 0.001),
            p50_ms: try row?["p50"] ?? -1, p99_ms: try row?["p99"] ?? -1
        ).print()
        await pool.close()
    }
}
