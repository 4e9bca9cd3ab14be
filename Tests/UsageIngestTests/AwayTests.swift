import Chassis
import Model
import Postgres
import TestBed
import Testing

@testable import UsageIngest

@Suite struct AwayTests {
    /// PostgreSQL goes and comes back: 503 in between, within the time-out, and nothing that was answered 200 is missing.
    @Test func postgreSQLAwayIsSaidAndSurvived() async throws {
        try await TestDatabase.with { database in
            let role = ServiceName.usageIngest.role
            let proxy = try StallingProxy(to: database.configuration(as: role))
            defer { proxy.close() }
            let through = proxy.configuration(database.configuration(as: role))
            try await Ingest.on(database, through: through) { ingest in
                #expect(try await ingest.post("/v1/batch", batch([track(id: "m1")])).status == 200)
                proxy.refuse()
                let started = ContinuousClock.now
                let answer = try await ingest.post("/v1/batch", batch([track(id: "m2")]))
                #expect(answer.status == 503 && answer.text("code") == "database_unavailable")
                #expect(answer.headers["retry-after"].flatMap { Int($0) } != nil)
                #expect(started.duration(to: .now) < .seconds(120))
                proxy.admit()
                try await eventually("it recovers alone") {
                    try await ingest.post("/v1/batch", batch([track(id: "m2")])).status == 200
                }
                #expect(try await ingest.count("select count(*) from usage.event") == 2)
                #expect(try await ingest.dailyDiffersFromRecount() == 0)
            }
        }
    }
}
