import Chassis
import Foundation
import Postgres
import TestBed
import Testing

@testable import UsageIngest

@Suite struct RefusalHTTPTests {
    @Test func theKeyMayComeInThreeWays() async throws {
        try await Ingest.with { ingest in
            let basic = { (text: String) in ["Authorization": "Basic " + Data(text.utf8).base64EncodedString()] }
            let withKey = { (id: String, key: String) in batch([track(id: id)], ",\"writeKey\":\"\(key)\"") }
            let ways: [(body: String, headers: [String: String])] = [
                (batch([track(id: "m1")]), basic("\(ingest.key):")), (batch([track(id: "m2")]), basic(ingest.key)),
                (batch([track(id: "m3")]), ["Authorization": "Bearer \(ingest.key)"]), (withKey("m4", ingest.key), [:]),
            ]
            for way in ways {
                #expect(try await ingest.post("/v1/batch", way.body, headers: way.headers).status == 200)
            }
            #expect(try await ingest.count("select count(*) from usage.event") == 4)
            let apiKey = try await Ingest.writeKey(ingest.database, scope: .api)
            let wrong: [(body: String, headers: [String: String], code: String)] = [
                (batch([track()]), [:], "missing_key"), (batch([track()]), basic("nobody:"), "unknown_key"),
                (batch([track()]), ["Authorization": "Bearer \(apiKey)"], "unknown_key"),
                (withKey("m5", "nobody"), [:], "unknown_key"), ("not json", [:], "missing_key"),
                (batch([track()]), ["Authorization": "Digest x"], "unknown_key"),
            ]
            for way in wrong {
                let answer = try await ingest.post("/v1/batch", way.body, headers: way.headers)
                #expect(answer.status == 401 && answer.text("code") == way.code && answer.text("message") != nil)
            }
            #expect(try await ingest.count("select count(*) from usage.event") == 4)
            #expect(try await ingest.count("select count(*) from usage.quarantine") == 0)
        }
    }

    @Test func anUnreadableBodyIsKeptWithoutItsKey() async throws {
        try await Ingest.with { ingest in
            let body = "{\"writeKey\":\"\(ingest.key)\",\"batch\":[{]}"
            let answer = try await ingest.post("/v1/batch", body)
            #expect(answer.status == 400 && answer.text("code") == "unreadable_body")
            #expect(answer.text("message")?.contains("at byte") == true)
            let row = try await ingest.database.owner.first(
                "select content, reason, format, path, api_key_id is not null as known from usage.quarantine")
            let kept: Bytes = try #require(row)["content"]
            let hidden = body.replacing(ingest.key, with: String(repeating: "*", count: ingest.key.utf8.count))
            #expect(String(decoding: kept.bytes, as: UTF8.self) == hidden)
            #expect(try row?["known"] == true && row?["path"] == "/v1/batch" && row?["format"] == "segment")
        }
    }

    @Test func packedBodiesAreLimitedAndChecked() async throws {
        let settings = ["HOLDFAST_INGEST_MAX_BODY_BYTES": "64KiB"]
        try await Ingest.with(settings) { ingest in
            let headers = ["Authorization": "Bearer \(ingest.key)", "Content-Encoding": "gzip"]
            let bomb = Packed.bytes(Array(repeating: 32, count: 10 << 20))
            let tooLarge = try await ingest.post("/v1/batch", bytes: bomb, headers: headers)
            #expect(tooLarge.status == 413 && tooLarge.text("code") == "body_too_large")
            let plain = String(repeating: " ", count: 70_000)
            #expect(try await ingest.post("/v1/batch", plain).status == 413)
            let corrupt = try await ingest.post("/v1/batch", bytes: Array("plain".utf8), headers: headers)
            #expect(corrupt.status == 400 && corrupt.text("code") == "unreadable_body")
            #expect(try await ingest.count("select count(*) from usage.quarantine where content = 'plain'") == 1)
            let brotli = ["Authorization": "Bearer \(ingest.key)", "Content-Encoding": "br"]
            #expect(try await ingest.post("/v1/batch", bytes: [1], headers: brotli).status == 415)
            let deflated = Packed.bytes(Array(batch([track()]).utf8), windowBits: 15)
            let deflate = ["Authorization": "Bearer \(ingest.key)", "Content-Encoding": "deflate"]
            #expect(try await ingest.post("/v1/batch", bytes: deflated, headers: deflate).status == 200)
        }
    }

    @Test func aBadEventNeverCostsItsBatch() async throws {
        try await Ingest.with { ingest in
            let calls = [
                track(id: "m1"), "7", track(id: "m2", at: "2019-01-01T00:00:00Z"),
                track(id: "m3", at: isoNow(plus: 90_000)),
                track(id: "m4", user: nil, group: nil), track(id: "m5"), #"{"type":"track","userId":"u1","event":""}"#,
            ]
            #expect(try await ingest.post("/v1/batch", batch(calls)).status == 200)
            #expect(try await ingest.count("select count(*) from usage.event") == 2)
            let rows = try await ingest.database.owner.query("select place, content from usage.quarantine order by id")
            let found = try rows.map { row -> [String] in
                let content: Bytes = try row["content"]
                return [try row["place"], String(decoding: content.bytes, as: UTF8.self)]
            }
            let places = ["", "/timestamp", "/timestamp", "", "/event"]
            #expect(found == zip(places, [calls[1], calls[2], calls[3], calls[4], calls[6]]).map { [$0, $1] })
            #expect(try await ingest.dailyDiffersFromRecount() == 0)
        }
    }

    @Test func plainEventsGetAVerdictEach() async throws {
        try await Ingest.with { ingest in
            let one = #"{"event":"e","user":"u","id":"1"}"#
            let body = "[\(one),\(one),{\"event\":\"e\",\"user\":\"u\",\"properties\":{\"n\":NaN}},{\"user\":\"u\"}]"
            let answer = try await ingest.post("/v1/events", body)
            #expect(answer.status == 200)
            let results =
                #"{"results":[{"index":0,"status":"accepted"},{"index":1,"status":"duplicate"},"#
                + #"{"index":2,"status":"repaired","reason":"/properties/n: NaN became null"},"#
                + #"{"index":3,"status":"quarantined","reason":"/event: is missing"}]}"#
            #expect(answer.body == results)
            #expect(try await ingest.post("/v1/events", one).body.contains("duplicate"))
            #expect(try await ingest.post("/v1/events", "[]").body == #"{"results":[]}"#)
        }
    }

    /// What PostgreSQL alone refuses is found by halving, and costs only itself.
    @Test func whatPostgreSQLRefusesGoesAloneToQuarantine() async throws {
        try await Ingest.with { ingest in
            try await ingest.database.owner.withConnection { connection in
                try await connection.script(
                    """
                    create function usage.refuse() returns trigger language plpgsql as $$ begin
                        if new.event = 'poison' then raise exception using errcode = '22023', message = 'poison'; end if;
                        return new;
                    end $$;
                    create trigger refuse before insert on usage.event for each row execute function usage.refuse();
                    """)
            }
            let calls = (0..<50).map { track($0 == 17 || $0 == 33 ? "poison" : "e", id: "m\($0)") }
            #expect(try await ingest.post("/v1/batch", batch(calls)).status == 200)
            #expect(try await ingest.count("select count(*) from usage.event") == 48)
            #expect(try await ingest.count("select count(*) from usage.quarantine") == 2)
            #expect(try await ingest.dailyDiffersFromRecount() == 0)
        }
    }

    @Test func overloadIsRefusedBeforeTheBody() async throws {
        try await Ingest.with(["HOLDFAST_INGEST_MAX_BODIES": "1"]) { ingest in
            try await ingest.database.owner.withConnection { connection in
                // Whoever locks the events holds the first request up.
                try await connection.script("begin; lock table usage.event in exclusive mode")
                async let first = ingest.post("/v1/batch", batch([track(id: "m1")]))
                try await eventually("the first request waits for the lock") {
                    try await ingest.count("select count(*) from pg_locks where not granted") == 1
                }
                let refused = try await ingest.post("/v1/batch", batch([track(id: "m2")]))
                #expect(refused.status == 429 && refused.text("code") == "overloaded")
                #expect(refused.headers["retry-after"].flatMap { Int($0) } == 1)
                // A balancer that took it out for that would send the rest of the load to the others.
                ingest.runtime.health.waits(for: nil)
                #expect(await ingest.runtime.health.unreadiness() == nil)
                try await connection.script("rollback")
                #expect(try await first.status == 200)
            }
            #expect(try await ingest.post("/v1/batch", batch([track(id: "m2")])).status == 200)
        }
    }
}
