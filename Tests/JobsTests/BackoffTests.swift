import Jobs
import Postgres
import TestBed
import Testing

@Suite struct BackoffTests {
    @Test func `who fails without saying when to try again waits longer the more often it failed`() async throws {
        try await JobBench.with { bench in
            struct Broken: Error {}
            var handlers = JobHandlers()
            handlers.on("fail") { _ in throw Broken() }
            handlers.on("again") { _ in throw JobFailure.retry(after: .seconds(7), "not yet") }
            for kind in Array(repeating: "fail", count: 8) + ["again"] { _ = try await bench.enqueue(kind) }
            try await bench.database.owner.execute("update queue.ready set attempt = 11")
            try await bench.working(handlers) {
                try await eventually("all have failed") {
                    let row = try await bench.database.owner.first("select count(*) as n from queue.scheduled")
                    return try row?["n"] == Int64(9)
                }
            }
            let rows = try await bench.database.owner.query(
                """
                select j.kind, extract(epoch from s.run_at - now())::float8 as wait
                from queue.scheduled s join queue.job j on j.id = s.job_id order by wait
                """)
            let waits = try rows.map { try $0.decode(String.self, Double.self) }
            let full = waits.filter { $0.0 == "fail" }.map(\.1)
            // Anywhere up to 3,600 s: that eight of them are all below 60 s has a chance of one in 10^14.
            #expect((full.last ?? 0) > 60)
            #expect(full.allSatisfy { $0 <= 3_600 })
            #expect((waits.first { $0.0 == "again" }?.1 ?? 0) <= 7)
        }
    }
}
