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
            #expect(answer.status == 200 && answer.body == #"{"success":true}"#)
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

    @Test func callsOfTheirOwnBecomeEventsAndIdentifications() async throws {
        try await Ingest.with { ingest in
            let calls: [(path: String, body: String)] = [
                ("track", #"{"userId":"u1","event":"Login","messageId":"t"}"#),
                ("page", #"{"userId":"u1","messageId":"p","name":"Home"}"#),
                ("screen", #"{"anonymousId":"a1","messageId":"s"}"#),
                (
                    "identify",
                    #"{"userId":"u1","anonymousId":"a1","messageId":"i","traits":{"email":"u@example.invalid"}}"#
                ),
                ("group", #"{"userId":"u1","groupId":"acme","messageId":"g","traits":{"name":"Acme"}}"#),
                ("alias", #"{"userId":"u1","previousId":"a1","messageId":"a"}"#),
                ("alias", #"{"userId":"u2","previousId":"u1","messageId":"b"}"#),
            ]
            for call in calls + calls {
                #expect(try await ingest.post("/v1/\(call.path)", call.body).status == 200)
            }
            let events = try await ingest.database.owner.query("select event from usage.event order by event")
            #expect(try events.map { try $0[0] as String } == ["$page", "$screen", "Login"])
            let rows = try await ingest.database.owner.query(
                """
                select i.kind || ' ' || s.kind || ':' || s.key || ' ' || coalesce(o.kind || ':' || o.key, '-')
                from usage.identification i join usage.subject s on s.id = i.subject_id
                left join usage.subject o on o.id = i.other_subject_id order by i.id
                """)
            #expect(
                try rows.map { try $0[0] as String } == [
                    "identify user:u1 anonymous:a1", "group group:acme user:u1", "alias user:u1 anonymous:a1",
                    "alias user:u2 user:u1",
                ])
            let jobs = try await ingest.count(
                "select count(*) from queue.job where kind = 'account.identified'")
            #expect(jobs == 4)
        }
    }

    @Test func declaredHistoryWasKnownWhenItHappened() async throws {
        try await Ingest.with { ingest in
            let time = isoNow(plus: -100 * 86_400)
            let body = batch([track(id: "h", at: time)], ",\"sentAt\":\"\(isoNow())\"")
            let packed = Packed.bytes(Array(body.utf8))
            let headers = ["Authorization": "Bearer \(ingest.key)", "Content-Encoding": "gzip"]
            #expect(try await ingest.post("/v1/import", bytes: packed, headers: headers).status == 200)
            let count = try await ingest.count(
                """
                select count(*) from usage.event
                where historical and known_at = occurred_at and occurred_at = \(time)::text::timestamptz
                """)
            #expect(count == 1)
            #expect(try await ingest.dailyDiffersFromRecount() == 0)
        }
    }

    @Test func aTimelessMessageCountsOnceOverMidnight() async throws {
        try await Ingest.with { ingest in
            let body = track(id: "m1", at: nil)
            #expect(try await ingest.post("/v1/track", body).status == 200)
            // As if it had come the day before.
            try await ingest.database.owner.execute("update usage.event set sent_on = sent_on - 1")
            #expect(try await ingest.post("/v1/track", body).status == 200)
            #expect(try await ingest.count("select count(*) from usage.event") == 1)
            // Two days before is another message.
            try await ingest.database.owner.execute("update usage.event set sent_on = sent_on - 1")
            #expect(try await ingest.post("/v1/track", body).status == 200)
            #expect(try await ingest.count("select count(*) from usage.event") == 2)
        }
    }

    @Test func repairsAreRecorded() async throws {
        try await Ingest.with { ingest in
            let rest = #""properties":{"n":NaN,"s":"a\u0000\ud800b","big":1e999}"#
            let answer = try await ingest.post("/v1/batch", batch([track(id: "m1", rest), track(id: "m2")]))
            #expect(answer.status == 200)
            let row = try await ingest.database.owner.first(
                "select repairs, properties::text from usage.event where message_id = 'm1'")
            let (repairs, properties) = try #require(row).decode([String].self, String.self)
            #expect(
                repairs == [
                    "/properties/n: NaN became null", "/properties/s: a NUL character was removed",
                    "/properties/s: a lone surrogate became U+FFFD",
                    "/properties/big: a number out of range became null",
                ])
            #expect(properties == "{\"n\": null, \"s\": \"a\u{FFFD}b\", \"big\": null}")
            #expect(try await ingest.count("select count(*) from usage.event where repairs is null") == 1)
        }
    }
}
