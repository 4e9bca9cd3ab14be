import Foundation
import Postgres
import TestBed
import Testing

@testable import UsageIngest

/// The clients that people install, unmodified, against the real executable.
@Suite struct ClientTests {
    @Test(.enabled(if: Python.isWanted, Comment(rawValue: Python.words)), arguments: PythonClient.allCases)
    func sendsEachEventOnce(_ client: PythonClient) async throws {
        try await TestDatabase.with { database in
            let key = try await Ingest.writeKey(database)
            try await Server.with(on: database) { server in
                let script = client.script(server.url, key: key, events: 150, event: "Report Viewed")
                let failure = try await Python.run(script)
                #expect(failure == nil, "\(failure ?? "")")
                try await Self.expect(150, "Report Viewed", in: database)
            }
        }
    }

    /// PostgreSQL is away at first: the client is told to come again, does, and nothing counts twice.
    @Test(.enabled(if: Python.isWanted, Comment(rawValue: Python.words)), arguments: PythonClient.allCases)
    func sendsAgainWhatFoundNoDatabase(_ client: PythonClient) async throws {
        try await TestDatabase.with { database in
            let key = try await Ingest.writeKey(database)
            let proxy = try StallingProxy(to: database.configuration(as: "holdfast_usage_ingest"))
            defer { proxy.close() }
            try await Server.with(on: database, through: proxy) { server in
                proxy.refuse()
                let script = client.script(server.url, key: key, events: 120, event: "Report Viewed")
                let running = try Python.start(script)
                try await server.program.says("that it can't write now") { $0.contains(" 503") }
                proxy.admit()
                let exit = await running.exit
                #expect(exit == .code(0), "\(running.output)")
                try await Self.expect(120, "Report Viewed", in: database)
            }
        }
    }

    /// Too much is in hand at first.
    @Test(.enabled(if: Python.isWanted, Comment(rawValue: Python.words)), arguments: PythonClient.allCases)
    func sendsAgainWhatFoundNoPlace(_ client: PythonClient) async throws {
        try await TestDatabase.with { database in
            let key = try await Ingest.writeKey(database)
            let settings = ["HOLDFAST_INGEST_MAX_BODIES": "1", "HOLDFAST_LOG_LEVEL": "debug"]
            try await Server.with(on: database, settings) { server in
                try await database.owner.withConnection { connection in
                    try await connection.script("begin; lock table usage.event in exclusive mode")
                    async let first = server.post("/v1/track", track("First", id: "first"), key: key)
                    try await eventually("the first request waits for the lock") {
                        try await database.owner.first(
                            """
                            select from pg_locks l join pg_database d on d.oid = l.database
                            where not l.granted and d.datname = current_database()
                            """) != nil
                    }
                    let running = try Python.start(
                        client.script(server.url, key: key, events: 120, event: "Report Viewed"))
                    try await server.program.says("that it is overloaded") { $0.contains(" 429") }
                    try await connection.script("rollback")
                    #expect(try await first.status == 200)
                    let exit = await running.exit
                    #expect(exit == .code(0), "\(running.output)")
                }
                try await Self.expect(120, "Report Viewed", in: database)
            }
        }
    }

    @Test(.enabled(if: Python.isWanted, Comment(rawValue: Python.words)))
    func rudderSaysWhoIsWho() async throws {
        try await TestDatabase.with { database in
            let key = try await Ingest.writeKey(database)
            try await Server.with(on: database) { server in
                let calls = """
                    client.identify('u1', {'plan': 'pro'})
                    client.group('u1', 'acme', {'name': 'Acme'})
                    client.page('u1', 'Docs', 'Home', {'nan': float('nan')})
                    client.screen('u1', 'App', 'Home')
                    client.alias('anonymous-1', 'u1')
                    client.flush()
                    """
                let script = PythonClient.rudder.beginning(server.url, key: key) + calls + PythonClient.end
                let failure = try await Python.run(script)
                #expect(failure == nil, "\(failure ?? "")")
                #expect(try await Self.identifications(in: database) == ["alias u1", "group acme", "identify u1"])
                let row = try await database.owner.first(
                    """
                    select (select count(*) from usage.event), (select count(*) from usage.quarantine),
                        (select traits->>'plan' from usage.identification where kind = 'identify')
                    """)
                #expect(try #require(row).decode(Int.self, Int.self, String.self) == (2, 0, "pro"))
            }
        }
    }

    @Test(
        .enabled(if: Python.isWanted, Comment(rawValue: Python.words)), arguments: [PythonClient.postHog, .postHogV1])
    func postHogSaysWhoIsWho(_ client: PythonClient) async throws {
        try await TestDatabase.with { database in
            let key = try await Ingest.writeKey(database)
            try await Server.with(on: database) { server in
                let calls = """
                    client.set(distinct_id='u1', properties={'plan': 'pro'})
                    client.group_identify('company', 'acme', {'name': 'Acme'})
                    client.alias('anonymous-1', 'u1')
                    client.capture('Known', distinct_id='u1', groups={'project': 'p', 'company': 'acme'})
                    client.capture('Unknown')
                    client.flush(timeout_seconds=None)
                    """
                let script = client.beginning(server.url, key: key) + calls + PythonClient.end
                let failure = try await Python.run(script)
                #expect(failure == nil, "\(failure ?? "")")
                #expect(try await Self.identifications(in: database) == ["alias u1", "group acme", "identify u1"])
                let rows = try await database.owner.query(
                    """
                    select e.event || ' ' || s.kind || ' ' || coalesce(u.key, '-') from usage.event e
                    join usage.subject s on s.id = e.subject_id left join usage.subject u on u.id = e.user_subject_id
                    order by 1
                    """)
                #expect(try rows.map { try $0[0] as String } == ["Known group u1", "Unknown anonymous -"])
            }
        }
    }

    @Test(
        .enabled(if: Python.isWanted, Comment(rawValue: Python.words)), arguments: [PythonClient.postHog, .postHogV1])
    func postHogsMigrationIsHistory(_ client: PythonClient) async throws {
        try await TestDatabase.with { database in
            let key = try await Ingest.writeKey(database)
            try await Server.with(on: database) { server in
                let calls = """
                    then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=40)
                    client.capture('Long Ago', distinct_id='u1', timestamp=then)
                    client.flush(timeout_seconds=None)
                    """
                let script =
                    client.beginning(server.url, key: key, ", historical_migration=True") + calls + PythonClient.end
                let failure = try await Python.run(script)
                #expect(failure == nil, "\(failure ?? "")")
                let row = try await database.owner.first(
                    """
                    select count(*) from usage.event
                    where historical and known_at = occurred_at and occurred_at < now() - interval '39 days'
                    """)
                #expect(try #require(row).decode(Int.self) == 1)
            }
        }
    }

    private static func expect(_ count: Int, _ event: String, in database: TestDatabase) async throws {
        let row = try await database.owner.first(
            """
            select count(*), count(distinct message_id), count(distinct properties->>'n'), count(distinct user_subject_id)
            from usage.event where event = \(event)
            """)
        #expect(try #require(row).decode(Int.self, Int.self, Int.self, Int.self) == (count, count, count, 7))
        #expect(try await database.owner.first("select from usage.quarantine") == nil)
        #expect(try await database.dailyDiffersFromRecount() == 0)
    }

    private static func identifications(in database: TestDatabase) async throws -> [String] {
        let rows = try await database.owner.query(
            """
            select i.kind || ' ' || s.key from usage.identification i join usage.subject s on s.id = i.subject_id
            order by 1
            """)
        return try rows.map { try $0[0] }
    }
}
