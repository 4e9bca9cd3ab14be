import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import UsageIngest

@Suite struct TailTests {
    private func names(_ look: Tail.Look) -> [String] {
        look.lines.map {
            switch $0.kind {
            case .taken(let call, let name, _, _, let id, _, _): "\(name ?? call) \(id)"
            case .quarantined(_, let format, let place, _): "quarantined \(format) \(place)"
            }
        }
    }

    @Test func eachCommitIsSeenOnceAndInOrder() async throws {
        try await Ingest.with { ingest in
            #expect(try await ingest.post("/v1/batch", batch([track(id: "m0")])).status == 200)
            var tail = Tail(pool: try await ingest.database.pool(as: .usageIngest), filter: TailFilter(), since: 0)
            #expect(try await names(tail.look()) == [])
            for id in ["m1", "m2"] {
                #expect(try await ingest.post("/v1/batch", batch([track("e", id: id)])).status == 200)
            }
            #expect(try await ingest.post("/v1/batch", batch([track(id: "m1", user: nil, group: nil)])).status == 200)
            let look = try await tail.look()
            #expect(names(look) == ["e m1", "e m2", "quarantined segment "] && !look.isCut)
            #expect(look.lines.allSatisfy { $0.writeKey == "…" }, "each says by which key it came")
            #expect(try await names(tail.look()) == [])
            var fromBefore = Tail(
                pool: try await ingest.database.pool(as: .usageIngest), filter: TailFilter(), since: 600)
            #expect(try await fromBefore.look().lines.count == 4)
            #expect(try await fromBefore.look().lines.isEmpty)
        }
    }

    /// A transaction that began before a look and commits after it is seen by the next one, though younger ones were seen.
    @Test func whoCommitsLateIsSeenToo() async throws {
        try await Ingest.with { ingest in
            let pool = try await ingest.database.pool(as: .usageIngest)
            var tail = Tail(pool: pool, filter: TailFilter(), since: 0)
            _ = try await tail.look()
            try await ingest.database.owner.withConnection { late in
                try await late.script(
                    """
                    begin;
                    insert into usage.subject (kind, key) values ('user', 'late');
                    insert into usage.event (subject_id, message_id, sent_on, event, occurred_at, known_at)
                    select id, 'late', (now() at time zone 'UTC')::date, 'late', now(), now() from usage.subject where key = 'late';
                    """)
                #expect(try await ingest.post("/v1/batch", batch([track("e", id: "m1")])).status == 200)
                #expect(try await names(tail.look()) == ["e m1"])
                try await late.script("commit")
                #expect(try await names(tail.look()) == ["late late"])
                #expect(try await names(tail.look()) == [])
            }
        }
    }

    @Test func itShowsWhatIsAskedForAndTheNewestOfABurst() async throws {
        try await Ingest.with { ingest in
            try await ingest.database.owner.execute("update crm.api_key set hint = 'hf_write_abcd'")
            let calls = (0..<600).map { track("e", id: "m\($0)", user: "u\($0)", group: nil) }
            #expect(
                try await ingest.post("/v1/batch", batch(calls + [track("other", id: "o", user: "u1", group: "acme")]))
                    .status == 200)
            func look(_ filter: TailFilter) async throws -> Tail.Look {
                var tail = Tail(pool: try await ingest.database.pool(as: .usageIngest), filter: filter, since: 60)
                return try await tail.look()
            }
            let all = try await look(TailFilter())
            #expect(all.lines.count == Tail.mostLines && all.isCut)
            #expect(try await look(TailFilter(subject: "u1")).lines.count == 2)
            #expect(try await names(look(TailFilter(subject: "acme"))) == ["other o"])
            #expect(try await names(look(TailFilter(subject: "u1", event: "e"))) == ["e m1"])
            #expect(try await look(TailFilter(key: "hf_write_ab", event: "other")).lines.count == 1)
            #expect(try await look(TailFilter(key: "hf_write_zz", event: "other")).lines.isEmpty)
        }
    }

    @Test func callsAreShownWithWhoIsWho() async throws {
        try await Ingest.with { ingest in
            try await ingest.database.owner.execute("update crm.api_key set hint = 'hf_write_abcd'")
            let calls = [
                #"{"type":"identify","userId":"u1","anonymousId":"a1","messageId":"i"}"#,
                #"{"type":"group","userId":"u1","groupId":"acme","messageId":"g"}"#,
                #"{"type":"alias","userId":"u1","previousId":"old","messageId":"a"}"#,
            ]
            #expect(try await ingest.post("/v1/batch", batch(calls)).status == 200)
            func look(_ filter: TailFilter) async throws -> [String] {
                var tail = Tail(pool: try await ingest.database.pool(as: .usageIngest), filter: filter, since: 60)
                return try await tail.look().lines.map { line in
                    line.text.split(separator: "\t")[2...4].joined(separator: " ")
                        + " " + String(line.text.split(separator: "\t")[5])
                }.sorted()
            }
            let all = [
                "alias - user:u1 anonymous:old", "group - group:acme user:u1", "identify - user:u1 anonymous:a1",
            ]
            #expect(try await look(TailFilter(key: "hf_write_ab")) == all)
            #expect(try await look(TailFilter(subject: "acme")) == [all[1]])
            #expect(try await look(TailFilter(key: "hf_write_zz")).isEmpty)
            #expect(try await look(TailFilter(event: "e")).isEmpty)
        }
    }

    @Test func aLineHoldsNothingThatMovesTheCursor() {
        let line = TailLine(
            at: Date(timeIntervalSince1970: 0), writeKey: "hf_write_abcd",
            kind: .taken(
                call: "event", name: "e\u{1B}[2J\n", subject: "user:\u{202E}x", other: nil, messageID: "m",
                occurredAt: Date(timeIntervalSince1970: 1), marks: ["history"]))
        #expect(
            line.text
                == "1970-01-01T00:00:00.000Z\thf_write_abcd…\tevent\te\\u{1b}[2J\\u{a}\tuser:\\u{202e}x\t-\t"
                + "1970-01-01T00:00:01.000Z\tm\t(history)")
        #expect(line.json.contains(#""event":"e\u001b[2J\u000a""#) && !line.json.contains("\n"))
    }

    @Test func spansAreReadAsPeopleWriteThem() {
        let cases: [(String, Int32?)] = [
            ("90", 90), ("30s", 30), ("10m", 600), ("2h", 7_200), ("7d", 604_800), ("", nil), ("m", nil), ("-1m", nil),
            ("1.5h", nil), ("9999d", nil), ("99999999999999999999d", nil),
        ]
        for (text, seconds) in cases { #expect(Span.seconds(text) == seconds, "\(text)") }
    }

    /// The program follows, and ends well by Ctrl-C and when nobody reads any more.
    @Test func theProgramFollowsAndEndsCleanly() async throws {
        try await Ingest.with { ingest in
            let environment = [
                "HOLDFAST_USAGE_INGEST_DATABASE_URL": ingest.database.url(as: ServiceName.usageIngest.role)
            ]
            #expect(try await ingest.post("/v1/batch", batch([track("Early", id: "m0")])).status == 200)
            let program = try RunningProgram(
                "usage-ingest", ["tail", "--json", "--since", "10m"], environment: environment)
            try await program.says("what came before") { $0.contains("\"Early\"") }
            #expect(try await ingest.post("/v1/batch", batch([track("Report Exported", id: "m1")])).status == 200)
            try await program.says("the event") { $0.contains("Report Exported") && $0.contains("\n") }
            #expect(!program.output.contains(ingest.key))
            program.signal(SIGINT)
            #expect(await program.exit == .code(0))
            let path = try RunningProgram.path("usage-ingest")
            let (exit, output) = try await RunningProgram.run(
                "/bin/bash", ["-c", "set -o pipefail; '\(path)' tail --since 1h | head -n 0; echo ended $?"],
                environment: environment)
            #expect(exit == .code(0) && output == "ended 0\n", "\(output)")
        }
    }
}
