import Chassis
import Postgres
import Testing

@testable import UsageIngest

/// `?validate=1`: what would become of it, and nothing is stored.
@Suite struct ValidationTests {
    private static let tables = ["event", "subject", "quarantine", "identification", "order_event", "daily"]
    /// Emptied or folded by the service itself.
    private static let passing = ["mark", "reception_delta", "reception"]

    private func stored(_ ingest: Ingest, _ tables: [String] = tables) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for table in tables {
            counts[table] = try await ingest.count("select count(*) from usage.\(identifier: table)")
        }
        return counts
    }

    /// The results of an answer, each as its members by name.
    private func results(_ answer: Answer) throws -> [JSONObject] {
        guard case .object(let object) = try JSONParser.parse(Array(answer.body.utf8)).value,
            case .array(let results) = object["results"]
        else { return [] }
        return results.compactMap { if case .object(let object) = $0 { object } else { nil } }
    }

    @Test func eachIsAnsweredAsItWasReadAndNothingIsStored() async throws {
        try await Ingest.with { ingest in
            let calls = [
                track("Report Exported", id: "m1", at: "\(isoNow().prefix(10))T00:00:00Z"), "7",
                track(id: "m2", user: "u2", group: nil, "\"properties\":{\"n\":NaN}"),
                track(id: "m1", at: "\(isoNow().prefix(10))T00:00:00Z"), track(at: "2019-01-01T00:00:00Z"),
                #"{"type":"group","groupId":"acme","userId":"u1","messageId":"g1","traits":{"name":"Acme"}}"#,
            ]
            let answer = try await ingest.post("/v1/batch?validate=1", batch(calls))
            #expect(answer.status == 200)
            let results = try results(answer)
            #expect(results.map { $0["index"] } == (0..<6).map { .number("\($0)") })
            let statuses = ["accepted", "quarantined", "repaired", "duplicate", "quarantined", "accepted"]
            #expect(results.map { $0["status"] } == statuses.map { .string($0) })
            #expect(results[1]["reason"] == .string("expected an object"))
            #expect(results[2]["reason"] == .string("/properties/n: NaN became null"))
            let subject = JSONObject([
                .init(name: "kind", value: .string("group")), .init(name: "key", value: .string("acme")),
            ])
            #expect(results[0]["event"] == .string("Report Exported") && results[0]["subject"] == .object(subject))
            let day = String(isoNow().prefix(10))
            #expect(results[0]["day"] == .string(day) && results[0]["occurred_at"] == .string("\(day)T00:00:00.000Z"))
            #expect(results[0]["message_id"] == .string("m1") && results[0]["history"] == .bool(false))
            #expect(results[5]["call"] == .string("group") && results[5]["event"] == nil)
            #expect(try await stored(ingest, Self.tables + Self.passing).values.allSatisfy { $0 == 0 })
        }
    }

    /// Of every route: none takes anything in, readable or not.
    @Test func noRouteStoresAnything() async throws {
        try await Ingest.with { ingest in
            let bodies = [
                batch([track()]), track(), #"{"event":"e","user":"u","distinct_id":"u"}"#, "not json", "{}", "[5]",
            ]
            for path in Formats.all.flatMap(\.paths) {
                for body in bodies {
                    let answer = try await ingest.post(path + "?validate=1", body)
                    #expect([200, 400, 415].contains(answer.status), "\(path) \(body): \(answer)")
                    #expect(
                        answer.status != 200 || answer.body.hasPrefix(#"{"results":["#),
                        "\(path) \(body): \(answer.body)")
                }
            }
            for query in ["validate", "validate=", "a=b&validate", "validate=yes"] {
                #expect(try await ingest.post("/v1/events?\(query)", #"{"event":"e","user":"u"}"#).status == 200)
            }
            #expect(try await stored(ingest, Self.tables + Self.passing).values.allSatisfy { $0 == 0 })
            #expect(try await ingest.post("/v1/events?validate=0", #"{"event":"e","user":"u"}"#).status == 200)
            #expect(try await ingest.count("select count(*) from usage.event") == 1)
        }
    }

    @Test func whatIsThereAlreadyIsFoundWithoutWriting() async throws {
        try await Ingest.with { ingest in
            let (call, identify) = (track(id: "m1"), #"{"type":"identify","userId":"u1","messageId":"i1"}"#)
            let timeless = track(id: "m2", at: nil)
            #expect(try await ingest.post("/v1/batch", batch([call, identify, timeless])).status == 200)
            let before = try await stored(ingest)
            let answer = try await ingest.post(
                "/v1/batch?validate=1", batch([call, identify, timeless, track(id: "m3")]))
            let statuses = ["duplicate", "duplicate", "duplicate", "accepted"]
            #expect(try results(answer).map { $0["status"] } == statuses.map { .string($0) })
            #expect(try await stored(ingest) == before)
        }
    }

    @Test func itNeedsTheKeyToo() async throws {
        try await Ingest.with { ingest in
            let answer = try await ingest.post("/v1/batch?validate=1", batch([track()]), headers: [:])
            #expect(answer.status == 401 && answer.text("code") == "missing_key")
        }
    }
}
