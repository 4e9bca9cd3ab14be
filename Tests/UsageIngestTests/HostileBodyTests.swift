import HTTPTypes
import Postgres
import TestBed
import Testing

@testable import UsageIngest

/// What the clients let through, in every format: it costs nobody else, and nothing of it reaches PostgreSQL as it is.
@Suite struct HostileBodyTests {
    /// A value, and whether the event is taken (mended where needed).
    private static let values: [(json: String, isTaken: Bool)] = [
        ("NaN", true), ("-Infinity", true), (#""a\u0000b""#, true), (#""\ud800""#, true),
        ("1" + String(repeating: "0", count: 30), true),
        ("1e400", true), ("1e-400", true), ("\"\u{0}\"", true), (#"{"a":1,"a":2}"#, true),
        (String(repeating: "[", count: 200) + String(repeating: "]", count: 200), false),
        ("{\"\(String(repeating: "n", count: 2_000))\":1}", false),
    ]

    /// A good event and one with the value, in the shape of each format; `#` is where the ids go.
    private static let shapes:
        [(path: String, type: String, good: String, bad: String, around: @Sendable (String) -> String)] = [
            (
                "/v1/batch", "application/json", ##"{"type":"track","event":"e","userId":"u","messageId":"#"}"##,
                ##"{"type":"track","event":"e","userId":"u","messageId":"#","properties":{"v":VALUE}}"##,
                { "{\"batch\":[\($0)]}" }
            ),
            (
                "/e", "text/plain", ##"{"event":"e","distinct_id":"u","uuid":"#"}"##,
                ##"{"event":"e","distinct_id":"u","uuid":"#","properties":{"v":VALUE}}"##, { "[\($0)]" }
            ),
            (
                "/i/v1/analytics/events", "application/json", ##"{"event":"e","distinct_id":"u","uuid":"#"}"##,
                ##"{"event":"e","distinct_id":"u","uuid":"#","properties":{"v":VALUE}}"##, { "{\"batch\":[\($0)]}" }
            ),
            (
                "/v1/cloudevents", "application/cloudevents-batch+json",
                ##"{"specversion":"1.0","id":"#","source":"s","type":"e","subject":"u"}"##,
                ##"{"specversion":"1.0","id":"#","source":"s","type":"e","subject":"u","data":{"v":VALUE}}"##,
                { "[\($0)]" }
            ),
            (
                "/v1/events", "application/json", ##"{"event":"e","user":"u","id":"#"}"##,
                ##"{"event":"e","user":"u","id":"#","properties":{"v":VALUE}}"##, { "[\($0)]" }
            ),
        ]

    @Test func costNoOtherInAnyFormat() async throws {
        try await Ingest.with { ingest async throws in
            var (events, refused) = (0, 0)
            for (number, shape) in Self.shapes.enumerated() {
                var calls: [String] = []
                for (index, value) in Self.values.enumerated() {
                    calls.append(shape.good.replacing("#", with: "\(number)-\(index)-good"))
                    calls.append(
                        shape.bad.replacing("#", with: "\(number)-\(index)-bad").replacing("VALUE", with: value.json))
                    events += value.isTaken ? 2 : 1
                    refused += value.isTaken ? 0 : 1
                }
                let headers = ["Authorization": "Bearer \(ingest.key)", "Content-Type": shape.type]
                let answer = try await ingest.post(
                    shape.path, shape.around(calls.joined(separator: ",")), headers: headers)
                #expect(answer.status == 200, "\(shape.path): \(answer.body)")
                #expect(try await ingest.count("select count(*) from usage.event") == events, "\(shape.path)")
                #expect(try await ingest.count("select count(*) from usage.quarantine") == refused, "\(shape.path)")
            }
            let wrong = try await ingest.count(
                "select count(*) from usage.event where properties->'v' = '1000000000000000000000000000000' and repairs is not null"
            )
            #expect(wrong == 0)
            #expect(try await ingest.dailyDiffersFromRecount() == 0)
        }
    }

    /// Ids may be numbers of any size; what is no id, or too long for one, is refused at its place.
    @Test func idsMayBeNumbers() async throws {
        try await Ingest.with { ingest async throws in
            let huge = "1" + String(repeating: "0", count: 30)
            let bodies = [
                ("/v1/group", "{\"userId\":1,\"groupId\":\(huge)}"),
                ("/v1/alias", "{\"userId\":\"a\",\"previousId\":7}"),
                ("/v1/track", "{\"event\":\"e\",\"userId\":5,\"anonymousId\":null,\"context\":{\"groupId\":\(huge)}}"),
                ("/e", "{\"event\":\"e\",\"distinct_id\":\(huge),\"uuid\":12}"),
                (
                    "/v1/cloudevents",
                    "{\"specversion\":\"1.0\",\"id\":1,\"source\":\"s\",\"type\":\"t\",\"subject\":\(huge)}"
                ),
            ]
            for (path, body) in bodies { #expect(try await ingest.post(path, body).status == 200, "\(path)") }
            #expect(try await ingest.count("select count(*) from usage.subject where key = \(huge)") == 2)
            #expect(try await ingest.count("select count(*) from usage.quarantine") == 0)
            for id in ["true", "[]", "{}", "\"\(String(repeating: "x", count: 201))\""] {
                #expect(try await ingest.post("/v1/group", "{\"userId\":\"u\",\"groupId\":\(id)}").status == 200)
                #expect(try await ingest.post("/e", "{\"event\":\"e\",\"distinct_id\":\(id)}").status == 200)
            }
            #expect(try await ingest.count("select count(*) from usage.quarantine") == 8)
        }
    }

    @Test func namesThatAreTooLongAreKeptAside() async throws {
        try await Ingest.with { ingest async throws in
            let name = String(repeating: "é", count: 201)
            let bodies = [
                ("/v1/track", "{\"event\":\"\(name)\",\"userId\":\"u\"}"),
                ("/e", "{\"event\":\"\(name)\",\"distinct_id\":\"u\"}"),
                (
                    "/v1/cloudevents",
                    "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"\(name)\",\"subject\":\"u\"}"
                ),
            ]
            for (path, body) in bodies { #expect(try await ingest.post(path, body).status == 200) }
            #expect(try await ingest.count("select count(*) from usage.quarantine") == 3)
            #expect(try await ingest.count("select count(*) from usage.event") == 0)
        }
    }
}
