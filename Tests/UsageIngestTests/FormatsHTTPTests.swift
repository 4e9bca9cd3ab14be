import Foundation
import Postgres
import TestBed
import Testing

@testable import UsageIngest

/// The formats through the whole service: keys, packing, answers, and what is stored.
@Suite struct FormatsHTTPTests {
    private static let event = #"{"event":"e","distinct_id":"u1","uuid":"1"}"#

    @Test func postHogIsServedAtAllItsPaths() async throws {
        try await Ingest.with { ingest async throws in
            for (index, path) in ["/batch", "/capture", "/e", "/track", "/engage", "/i/v0/e"].enumerated() {
                for end in ["", "/"] {
                    let event = Self.event.replacing("\"1\"", with: "\"\(index)\"")
                    let body = "{\"api_key\":\"\(ingest.key)\",\"batch\":[\(event)]}"
                    let answer = try await ingest.post(path + end, body, headers: [:])
                    #expect(answer.status == 200 && answer.body == #"{"status":1}"#, "\(path)\(end)")
                    #expect(answer.headers["content-type"] == "application/json")
                }
            }
            #expect(try await ingest.count("select count(*) from usage.event") == 6)
            #expect(try await ingest.dailyDiffersFromRecount() == 0)
        }
    }

    /// Bodies as browsers send them: no header but the content type, the key in the body or in the query.
    @Test func postHogOfBrowsersArrives() async throws {
        try await Ingest.with { ingest async throws in
            func event(_ id: Int) -> String {
                "{\"event\":\"$pageview\",\"distinct_id\":\"d\",\"uuid\":\"\(id)\",\"properties\":{\"token\":\"\(ingest.key)\",\"$device_id\":\"d\"}}"
            }
            let form = "application/x-www-form-urlencoded"
            let base64 = Data(event(2).utf8).base64EncodedString().replacing("+", with: "%2B")
            let plain = event(3).replacing(ingest.key, with: "")
            let bodies: [(path: String, bytes: [UInt8], type: String)] = [
                ("/e/?compression=gzip-js&ip=1&_=1&ver=1", Packed.bytes(Array("[\(event(0))]".utf8)), "text/plain"),
                ("/i/v0/e/", Packed.bytes(Array(event(1).utf8)), "text/plain"),
                ("/e/?compression=base64", Array("data=\(base64)&ver=1".utf8), form),
                ("/e/?token=\(ingest.key)", Array(plain.utf8), "text/plain;charset=UTF-8"),
                ("/capture/?api_key=\(ingest.key)", Array(plain.replacing("\"3\"", with: "\"4\"").utf8), "text/plain"),
            ]
            for body in bodies {
                let answer = try await ingest.post(body.path, bytes: body.bytes, headers: ["Content-Type": body.type])
                #expect(answer.status == 200, "\(body.path): \(answer.body)")
            }
            let row = try await ingest.database.owner.first(
                """
                select count(*), count(*) filter (where s.kind = 'anonymous'), bool_or(properties::text like '%hf_write%')
                from usage.event e join usage.subject s on s.id = e.subject_id
                """)
            let (count, anonymous, hasKey) = try #require(row).decode(Int.self, Int.self, Bool.self)
            #expect(count == 5 && anonymous == 5 && !hasKey)
        }
    }

    @Test func packedBodiesOfBrowsersAreLimitedAndChecked() async throws {
        try await Ingest.with(["HOLDFAST_INGEST_MAX_BODY_BYTES": "64KiB"]) { ingest in
            let headers = ["Authorization": "Bearer \(ingest.key)", "Content-Type": "text/plain"]
            let bomb = Packed.bytes(Array(repeating: 32, count: 10 << 20))
            let tooLarge = try await ingest.post("/e/?compression=gzip-js", bytes: bomb, headers: headers)
            #expect(tooLarge.status == 413 && tooLarge.text("code") == "body_too_large")
            let truncated = Packed.bytes(Array(Self.event.utf8)).dropLast(9)
            let corrupt = try await ingest.post("/e", bytes: Array(truncated), headers: headers)
            #expect(corrupt.status == 400 && corrupt.text("code") == "unreadable_body")
            for name in ["message", "detail", "error"] { #expect(corrupt.text(name)?.isEmpty == false) }
            #expect(
                try await ingest.count("select count(*) from usage.quarantine where content = \(Bytes(truncated))") == 1
            )
            // Elsewhere bytes that begin like gzip are what they are.
            #expect(
                try await ingest.post("/v1/batch", bytes: Packed.bytes([123, 125]), headers: headers).status == 400)
        }
    }

    @Test func postHogsHistoryIsHistory() async throws {
        try await Ingest.with { ingest async throws in
            let time = isoNow(plus: -50 * 86_400)
            let event = "{\"event\":\"e\",\"distinct_id\":\"u\",\"uuid\":\"h\",\"timestamp\":\"\(time)\"}"
            let body = "{\"batch\":[\(event)],\"historical_migration\":true,\"sent_at\":\"\(isoNow())\"}"
            #expect(try await ingest.post("/batch/", body).status == 200)
            #expect(
                try await ingest.count("select count(*) from usage.event where historical and known_at = occurred_at")
                    == 1)
            // An offset counts back from the arrival.
            #expect(try await ingest.post("/e", #"{"event":"o","distinct_id":"u","offset":3600000}"#).status == 200)
            let behind = try await ingest.count(
                "select extract(epoch from received_at - occurred_at)::int from usage.event where event = 'o'")
            #expect(behind == 3_600)
        }
    }

    @Test func postHogsSecondVersionGetsResults() async throws {
        try await Ingest.with { ingest async throws in
            let events = [
                Self.event, #"{"uuid":"2","distinct_id":"u1"}"#,
                #"{"event":"e","distinct_id":"u1","uuid":"3","properties":{"n":NaN}}"#,
            ]
            let body = "{\"created_at\":\"\(isoNow())\",\"batch\":[\(events.joined(separator: ","))]}"
            let path = "/i/v1/analytics/events"
            let answer = try await ingest.post(path, body)
            let expected =
                #"{"results":{"1":{"result":"ok"},"2":{"result":"drop","details":"/event: is missing"},"#
                + #""3":{"result":"warning","details":"/properties/n: NaN became null"}}}"#
            #expect(answer.status == 200 && answer.body == expected)
            let deflated = Packed.bytes(Array(body.utf8), windowBits: 15)
            var headers = ["Authorization": "Bearer \(ingest.key)", "Content-Encoding": "deflate"]
            #expect(
                try await ingest.post(path, bytes: deflated, headers: headers).body.contains(#""1":{"result":"ok"}"#))
            #expect(try await ingest.count("select count(*) from usage.event") == 2)
            headers["Content-Encoding"] = "zstd"
            let zstd = try await ingest.post(path, bytes: [0x28, 0xB5, 0x2F, 0xFD], headers: headers)
            #expect(zstd.status == 415 && zstd.text("code") == "unknown_encoding")
            #expect(try await ingest.post(path, body, headers: [:]).status == 401)
        }
    }

    @Test func cloudEventsGetVerdictsAndOpenMeterGetsNone() async throws {
        try await Ingest.with { ingest async throws in
            let event = #"{"specversion":"1.0","id":"1","source":"/api","type":"t","subject":"acme","data":{"n":1}}"#
            var headers = ["Authorization": "Bearer \(ingest.key)", "Content-Type": "application/cloudevents+json"]
            let once = try await ingest.post("/v1/cloudevents", event, headers: headers)
            #expect(once.status == 200 && once.body == #"{"results":[{"index":0,"status":"accepted"}]}"#)
            headers["Content-Type"] = "application/cloudevents-batch+json; charset=utf-8"
            let many = try await ingest.post("/api/v1/events", "[\(event),{}]", headers: headers)
            #expect(many.status == 204 && many.body.isEmpty)
            headers["Content-Type"] = "application/cloudevents+avro"
            #expect(try await ingest.post("/v1/cloudevents", event, headers: headers).status == 415)
            // The same id of another source is another event.
            let binary = [
                "Authorization": "Bearer \(ingest.key)", "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/other",
                "ce-type": "t", "ce-subject": "acme", "Content-Type": "application/json",
            ]
            #expect(try await ingest.post("/v1/cloudevents", #"{"n":2}"#, headers: binary).status == 200)
            let messages = try await ingest.database.owner.query("select message_id from usage.event order by 1")
            #expect(try messages.map { try $0[0] as String } == ["/api 1", "/other 1"])
            #expect(try await ingest.count("select count(*) from usage.quarantine where format = 'openmeter'") == 1)
        }
    }

    @Test func segmentOfBrowsersArrives() async throws {
        try await Ingest.with { ingest async throws in
            let text = ["Content-Type": "text/plain;charset=UTF-8"]
            let key = "?writeKey=\(ingest.key)"
            let bodies: [(path: String, body: String)] = [
                (
                    "/v1/t",
                    "{\"event\":\"e\",\"userId\":\"u\",\"messageId\":\"1\",\"writeKey\":\"\(ingest.key)\",\"_metadata\":{\"bundled\":[]}}"
                ),
                ("/v1/p\(key)", #"{"anonymousId":"a","userId":null,"messageId":"2","name":"Home","channel":"web"}"#),
                ("/v1/b\(key)", batch([track(id: "3")])), ("/beacon/v1/batch\(key)", batch([track(id: "4")])),
                ("/v1/batch\(key)", batch([track(id: "5")])), ("/v1/i\(key)", #"{"userId":"u","messageId":"6"}"#),
            ]
            for body in bodies {
                #expect(try await ingest.post(body.path, body.body, headers: text).status == 200, "\(body.path)")
            }
            #expect(try await ingest.count("select count(*) from usage.event") == 5)
            #expect(try await ingest.count("select count(*) from usage.identification") == 1)
            #expect(try await ingest.post("/v1/t?writeKey=nobody", track(), headers: text).status == 401)
            // What a header says goes first.
            let wrong = ["Authorization": "Bearer nobody"]
            #expect(try await ingest.post("/v1/t\(key)", track(), headers: wrong).status == 401)
        }
    }
}
