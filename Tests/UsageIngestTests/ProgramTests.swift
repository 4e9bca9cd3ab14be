import Foundation
import Postgres
import TestBed
import Testing

@testable import UsageIngest

@Suite struct ProgramTests {
    @Test(.enabled(if: Python.isWanted, Comment(rawValue: Python.words)))
    func theUnmodifiedClientOfSegmentWorks() async throws {
        try await TestDatabase.with { database in
            let key = try await Ingest.writeKey(database)
            try await Server.with(on: database) { server in
                let script = """
                    import datetime, sys
                    from segment.analytics.client import Client
                    failures = []
                    for packed in (False, True):
                        client = Client('\(key)', host='http://127.0.0.1:\(server.port)', gzip=packed, sync_mode=False,
                                        on_error=lambda error, items: failures.append(error))
                        for n in range(150):
                            client.track('u%d' % (n % 7), 'Report Exported', {'n': n, 'nan': float('nan'), 's': 'a\\ud800\\u0000'},
                                         context={'groupId': 'acme'}, message_id='%s-%d' % (packed, n))
                        client.identify('u1', {'email': 'u1@example.invalid'})
                        client.group('u1', 'acme', {'name': 'Acme'})
                        client.page('u1', 'Docs', 'Home')
                        client.screen('u1', 'App', 'Home')
                        client.alias('anonymous-1', 'u1')
                        client.track('u1', 'Long Ago', timestamp=datetime.datetime(2019, 1, 1, tzinfo=datetime.timezone.utc))
                        client.flush()
                        client.join()
                    sys.exit('%r' % failures if failures else 0)
                    """
                let failure = try await Python.run(script)
                #expect(failure == nil, "\(failure ?? "")")
                let row = try await database.owner.first(
                    """
                    select (select count(*) from usage.event where event = 'Report Exported'),
                        (select count(*) from usage.event where event in ('$page', '$screen')),
                        (select count(*) from usage.event where properties->'nan' = 'null' and cardinality(repairs) = 3),
                        (select count(*) from usage.identification), (select count(*) from usage.quarantine)
                    """)
                let counts = try #require(row).decode(Int.self, Int.self, Int.self, Int.self, Int.self)
                #expect(counts == (300, 4, 300, 6, 2))
            }
        }
    }

    /// Killed in the middle of a load: what was answered 200 is there, what is sent again counts once.
    @Test func killedMidLoadItLosesNothingThatItAnswered() async throws {
        try await TestDatabase.with { database in
            let key = try await Ingest.writeKey(database)
            let load = Load(key: key)
            let numbers = Array(0..<600)
            try await Server.with(on: database) { server in
                async let loaded: Void = load.run(server, numbers)
                try await eventually("some are answered") { load.answered.count >= 60 }
                server.program.signal(SIGKILL)
                await loaded
            }
            let before = load.answered
            #expect(before.count < numbers.count)
            let there = try await database.owner.query(
                "select distinct split_part(message_id, '-', 1) from usage.event")
            let starts = try Set(there.map { try $0[0] as String })
            #expect(before.allSatisfy { starts.contains("m\($0)") })
            try await Server.with(on: database) { server in
                await load.run(server, numbers)
                #expect(load.answered.count == numbers.count)
                let row = try await database.owner.first("select count(*) from usage.event")
                #expect(try #require(row).decode(Int.self) == numbers.count * Load.callsPerBatch)
                #expect(try await database.dailyDiffersFromRecount() == 0)
                try await eventually("what the killed one marked is published too") {
                    try await database.owner.first("select from usage.mark") == nil
                }
            }
        }
    }

    @Test func quarantineIsListedAndReplayed() async throws {
        try await Ingest.with { ingest in
            let url = ["HOLDFAST_USAGE_INGEST_DATABASE_URL": ingest.database.url(as: "holdfast_usage_ingest")]
            let call = track(id: "m1", group: nil)
            // A batch that came when its event could not be read, as a release before might have left it.
            let rest = ",\"context\":{\"groupId\":\"acme\"}"
            let bad = call.replacing("\"properties\"", with: "\"properties\":7,\"x\"")
            #expect(try await ingest.post("/v1/batch", batch([bad], rest)).status == 200)
            let list = try await RunningProgram.run("usage-ingest", ["quarantine", "list"], environment: url)
            #expect(list.exit == .code(0) && list.output.contains("/properties\texpected an object"))
            let id = try await ingest.count("select id from usage.quarantine")
            let still = try await RunningProgram.run(
                "usage-ingest", ["quarantine", "replay", "\(id)"], environment: url)
            #expect(still.exit == .code(65) && still.output.contains("still refused: /properties"))
            try await ingest.database.owner.execute(
                "update usage.quarantine set content = \(Bytes(Array(call.utf8)))")
            for expected in ["1 written", "was replayed already"] {
                let replay = try await RunningProgram.run(
                    "usage-ingest", ["quarantine", "replay", "\(id)"], environment: url)
                #expect(replay.output.contains(expected), "\(replay.output)")
            }
            let events = try await ingest.count(
                "select count(*) from usage.event e join usage.subject s on s.id = e.subject_id where s.key = 'acme'")
            #expect(events == 1)
            #expect(try await ingest.dailyDiffersFromRecount() == 0)
        }
    }
}
