import Foundation
import Postgres
import TestBed
import Testing

@testable import UsageIngest

@Suite struct SegmentHTTPTests {
    @Test func aBatchIsCommittedRolledUpAndPublished() async throws {
        try await Ingest.with { ingest in
            let calls = [track(id: "m1"), track(id: "m2"), track("Login", id: "m3", group: nil), track(id: "m1")]
            let answer = try await ingest.post("/v1/batch", batch(calls, ",\"sentAt\":\"\(isoNow())\""))
            #expect(answer.status == 200, "\(answer)")
            #expect(try await ingest.count("select count(*) from usage.event") == 3)
            #expect(try await ingest.dailyDiffersFromRecount() == 0)
            let row = try await ingest.database.owner.first(
                """
                select s.kind, s.key, u.key as user_key, e.properties->>'n' as n from usage.event e
                join usage.subject s on s.id = e.subject_id left join usage.subject u on u.id = e.user_subject_id
                where message_id = 'm1'
                """)
            let (kind, key, user, n) = try #require(row).decode(String.self, String.self, String?.self, String?.self)
            #expect(kind == "group" && key == "acme" && user == "u1" && n == "1")
            try await eventually("usage.recorded reaches its readers") {
                try await ingest.count("select count(*) from queue.job where kind = 'usage.recorded'") >= 2
            }
            #expect(try await ingest.count("select count(*) from usage.mark") == 0)
        }
    }
}
