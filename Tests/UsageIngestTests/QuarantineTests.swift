import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import UsageIngest

/// `usage-ingest quarantine`, by the program itself.
@Suite struct QuarantineTests {
    private func run(_ ingest: Ingest, _ arguments: String...) async throws -> (
        exit: RunningProgram.Exit, output: String
    ) {
        try await RunningProgram.run(
            "usage-ingest", ["quarantine"] + arguments,
            environment: ["HOLDFAST_USAGE_INGEST_DATABASE_URL": ingest.database.url(as: ServiceName.usageIngest.role)])
    }

    @Test func rowsAreFoundByReasonTimeAndKey() async throws {
        try await Ingest.with { ingest in
            let calls = ["7", track(at: "2019-01-01T00:00:00Z")]
            #expect(try await ingest.post("/v1/batch", batch(calls)).status == 200)
            let other = try await Ingest.writeKey(ingest.database)
            try await ingest.database.owner.execute(
                "update crm.api_key set hint = 'hf_write_other' where hash = sha256(convert_to(\(other), 'UTF8'))")
            #expect(
                try await ingest.post("/v1/batch", batch(["8"]), headers: ["Authorization": "Bearer \(other)"]).status
                    == 200)
            try await ingest.database.owner.execute(
                "update usage.quarantine set received_at = received_at - interval '2 hours' where content = '7'")
            func lines(_ arguments: String...) async throws -> Int {
                let (exit, output) = try await RunningProgram.run(
                    "usage-ingest", ["quarantine", "list"] + arguments,
                    environment: [
                        "HOLDFAST_USAGE_INGEST_DATABASE_URL": ingest.database.url(as: "holdfast_usage_ingest")
                    ])
                #expect(exit == .code(0), "\(output)")
                return output.split(separator: "\n").count
            }
            #expect(try await lines() == 3)
            #expect(try await lines("--reason", "KEPT months") == 1)
            #expect(try await lines("--since", "1h") == 2)
            #expect(try await lines("--key", "hf_write_oth") == 1)
            #expect(try await lines("--key", "hf_write_other_and_more") == 1)
            #expect(try await lines("--reason", "expected an object", "--since", "1h") == 1)
            #expect(try await run(ingest, "list", "--since", "soon").exit == .code(64))
        }
    }

    @Test func aRowIsShownWholeAndHarmless() async throws {
        try await Ingest.with { ingest in
            let evil: [UInt8] = Array("{\"a\":\"\u{1B}[31mé".utf8) + [0xFF, 0x00, 0x0A] + Array("x".utf8)
            #expect(try await ingest.post("/v1/batch", bytes: evil).status == 400)
            let id = try await ingest.count("select id from usage.quarantine")
            let shown = try await run(ingest, "show", "\(id)")
            #expect(shown.exit == .code(0))
            #expect(
                shown.output.hasSuffix("\(evil.count) bytes:\n{\"a\":\"\\u{1b}[31mé\\xff\\u{0}\nx\n"), "\(shown.output)"
            )
            #expect(shown.output.contains("path: /v1/batch\nkey: test (…"))
            #expect(try await run(ingest, "show", "99").exit == .code(65))
        }
    }

    /// A message that looks like a body of messages stays what it was.
    @Test func aMessageIsNeverReplayedAsABody() async throws {
        try await Ingest.with { ingest in
            let event = #"{"event":"e","user":"u","distinct_id":"u","type":"track","userId":"u","time":"\#(isoNow())"}"#
            let bodies = [
                ("/v1/events", "[[\(event)],[[]]]"), ("/v1/events", "[{\"batch\":[\(event)]}]"),
                ("/v1/batch", batch(["[\(event)]", batch([event])])),
                ("/batch", batch(["[\(event)]", batch([event])])),
                ("/e", "[[\(event)]]"), ("/i/v1/analytics/events", batch(["[\(event)]", batch([event])])),
                ("/v1/cloudevents", #"[[{"specversion":"1.0","type":"e","id":"1","source":"s","subject":"a"}]]"#),
            ]
            for (path, body) in bodies {
                let answer = try await ingest.post(path, body)
                #expect(answer.status == 200, "\(path) \(answer.body)")
            }
            let rows = try await ingest.count("select count(*) from usage.quarantine")
            #expect(rows == 11)
            let replayed = try await run(ingest, "replay", "--all")
            #expect(replayed.output.contains("0 messages written, 0 there already; \(rows) rows are still refused"))
            #expect(try await ingest.count("select count(*) from usage.event") == 0)
            // A whole body that could not be read is read as one, once it can be.
            #expect(try await ingest.post("/v1/events", "[\(event),").status == 400)
            try await ingest.database.owner.execute(
                "update usage.quarantine set content = convert_to(\("[\(event)]"), 'UTF8') where is_body")
            #expect(try await run(ingest, "replay", "--all").output.contains("1 messages written"))
            // One that was refused for its type is refused again.
            let cloud = #"{"specversion":"1.0","type":"e","id":"1","source":"s","subject":"a"}"#
            for (type, body) in [("", "[\(cloud)]"), ("-batch", cloud)] {
                let headers = [
                    "Authorization": "Bearer \(ingest.key)", "Content-Type": "application/cloudevents\(type)+json",
                ]
                #expect(try await ingest.post("/v1/cloudevents", body, headers: headers).status == 400)
            }
            #expect(try await run(ingest, "replay", "--all").output.contains("0 messages written"))
        }
    }

    @Test func oneSumForAnEvent() async throws {
        try await Ingest.with { ingest in
            func sum(_ arguments: String...) async throws -> (exit: RunningProgram.Exit, output: String) {
                try await RunningProgram.run(
                    "usage-ingest", ["sum"] + arguments,
                    environment: [
                        "HOLDFAST_USAGE_INGEST_DATABASE_URL": ingest.database.url(as: ServiceName.usageIngest.role)
                    ])
            }
            #expect(try await sum("add", "Order", "total").exit == .code(0))
            #expect(try await sum("add", "Order", "total").exit == .code(0))
            let other = try await sum("add", "Order", "tax")
            #expect(other.exit == .code(65) && other.output.contains("total of Order is summed already"))
            #expect(try await sum("list").output == "Order\ttotal\n")
            #expect(try await sum("remove", "Order").exit == .code(0))
            #expect(try await sum("remove", "Order").exit == .code(65))
        }
    }

    @Test func allAreReplayedAndOnceOnly() async throws {
        try await Ingest.with { ingest in
            let bad = (0..<250).map { track(id: "m\($0)").replacing("\"properties\"", with: "\"properties\":7,\"x\"") }
            #expect(try await ingest.post("/v1/batch", batch(bad + ["5"])).status == 200)
            let none = try await run(ingest, "replay", "--all")
            #expect(
                none.exit == .code(0)
                    && none.output.hasSuffix(
                        "251 rows: 0 messages written, 0 there already; 251 rows are still refused\n")
            )
            // A release that can read them: here, mended bytes.
            try await ingest.database.owner.execute(
                "update usage.quarantine set content = replace(encode(content, 'escape'), ':7,\"x\"', '')::bytea")
            #expect(
                try await run(ingest, "replay", "--all", "--reason", "nothing of the kind").output.contains("0 rows"))
            let replayed = try await run(ingest, "replay", "--all")
            let last = "251 rows: 250 messages written, 0 there already; 1 rows are still refused"
            #expect(replayed.output.split(separator: "\n").map(String.init).last == last, "\(replayed.output)")
            #expect(replayed.output.contains("100 rows: 100 messages written"), "it says how far it is")
            #expect(try await ingest.count("select count(*) from usage.event") == 250)
            #expect(
                try await run(ingest, "replay", "--all").output.hasSuffix(
                    "1 rows: 0 messages written, 0 there already; 1 rows are still refused\n"))
            // Broken off between the commit and its end, or marked as new by hand: it counts once.
            try await ingest.database.owner.execute("update usage.quarantine set replayed_at = null")
            #expect(
                try await run(ingest, "replay", "--all").output.contains(
                    "251 rows: 0 messages written, 250 there already"))
            #expect(try await ingest.dailyDiffersFromRecount() == 0)
            #expect(try await run(ingest, "replay").exit == .code(64))
            #expect(try await run(ingest, "replay", "1", "--reason", "x").exit == .code(64))
        }
    }
}
