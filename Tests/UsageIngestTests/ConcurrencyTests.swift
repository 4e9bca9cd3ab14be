import Chassis
import Foundation
import Postgres
import TestBed
import Testing

@testable import UsageIngest

@Suite struct ConcurrencyTests {
    /// Two services on one database, many clients, each event sent several times and in different company; a hot account
    /// and identifications among them.
    @Test func eachEventCountsOnceAndTheRollUpsAreExactAtAnyMoment() async throws {
        try await Ingest.with(["HOLDFAST_INGEST_WRITERS": "3"]) { first in
            try await Ingest.on(first.database, ["HOLDFAST_INGEST_WRITERS": "3"]) { second in
                let events = 1_500
                let time = isoNow(plus: -3_600)
                try await withThrowingTaskGroup(of: Void.self) { clients in
                    for client in 0..<8 {
                        clients.addTask {
                            var order = Array(0..<events)
                            order.shuffle()
                            for start in stride(from: 0, to: events, by: 50) {
                                let calls = order[start..<start + 50].map { number in
                                    track(
                                        "e\(number % 3)", id: "m\(number)", user: "u\(number % 40)",
                                        group: number % 2 == 0 ? "hot" : "g\(number % 20)", at: time)
                                }
                                let identify = #"{"type":"identify","userId":"u1","messageId":"i\#(start)"}"#
                                let ingest = client % 2 == 0 ? first : second
                                let answer = try await ingest.post("/v1/batch", batch(calls + [identify]))
                                #expect(answer.status == 200, "\(answer)")
                            }
                        }
                    }
                    clients.addTask {
                        let pool = first.runtime.pool
                        let folding = Folding(
                            pool: pool, keptDays: try await KeptDays(pool: pool, logger: Ingest.quiet),
                            logger: Ingest.quiet)
                        for _ in 0..<10 {
                            try await folding.foldAll()
                            let differences = try await first.dailyDiffersFromRecount()
                            #expect(differences == 0)
                        }
                    }
                    try await clients.waitForAll()
                }
                #expect(try await first.count("select count(*) from usage.event") == events)
                #expect(try await first.count("select sum(count)::bigint from usage.daily") == events)
                #expect(try await first.count("select count(*) from usage.identification") == events / 50)
                #expect(try await first.dailyDiffersFromRecount() == 0)
                // Gaps in the ids would be allowed, doubles not.
                #expect(try await first.count("select count(*) from usage.subject") == 40 + 11)
                try await eventually("everything marked is published") {
                    try await first.count("select count(*) from usage.mark") == 0
                }
            }
        }
    }
}
