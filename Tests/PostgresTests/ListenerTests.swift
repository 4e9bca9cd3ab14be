import Postgres
import TestBed
import Testing

@Suite(.timeLimit(.minutes(10))) struct ListenerTests {
    /// A worker as it should be: looks for work at each wake-up. Its connection is killed again and again while work
    /// comes in; all of it is found without a poll.
    @Test func noWakeUpIsLostWhenTheConnectionIsKilled() async throws {
        try await TestDatabase.withEmpty { database in
            let pool = database.owner
            try await pool.execute("create table work (id integer)")
            var configuration = pool.configuration
            configuration.applicationName = "the listener"
            let listener = PostgresListener(configuration, channels: ["work"], logger: quiet)
            let rounds = 20
            try await withThrowingTaskGroup { group in
                group.addTask { try await listener.run() }
                group.addTask {
                    for id in 1...rounds {
                        try await pool.transaction { connection in
                            try await connection.execute("insert into work values (\(id))")
                            try await connection.execute("notify work")
                        }
                        try await pool.execute(
                            """
                            select pg_terminate_backend(pid) from pg_stat_activity
                            where application_name = 'the listener'
                            """)
                    }
                }
                for await _ in listener.notifications() {
                    let count: Int = try #require(try await pool.first("select count(*) from work"))[0]
                    if count == rounds { break }
                }
                group.cancelAll()
            }
        }
    }

    @Test func aSlowReaderIsToldThatItMissedSome() async throws {
        try await TestDatabase.withEmpty { database in
            let listener = PostgresListener(database.owner.configuration, channels: ["news"], logger: quiet)
            try await withThrowingTaskGroup { group in
                group.addTask { try await listener.run() }
                var early = listener.notifications().makeAsyncIterator()
                #expect(await early.next() == .reconnected)
                var slow = listener.notifications().makeAsyncIterator()
                try await database.owner.execute(
                    "select pg_notify('news', n::text) from generate_series(1, 5000) n")
                // The other reader keeps up, or is told as well: it sees the end either way.
                while await early.next() != .notified(channel: "news", payload: "5000") {}
                var seen: [PostgresNotification] = []
                while seen.last != .notified(channel: "news", payload: "5000"), let next = await slow.next() {
                    seen.append(next)
                }
                #expect(seen.count < 4_000)
                #expect(seen.contains(.reconnected))
                group.cancelAll()
            }
        }
    }

    @Test func aNameNeedsNoQuotes() async throws {
        try await TestDatabase.withEmpty { database in
            let channel = "Über \"quoted\" channel"
            let listener = PostgresListener(database.owner.configuration, channels: [channel], logger: quiet)
            try await withThrowingTaskGroup { group in
                group.addTask { try await listener.run() }
                var notifications = listener.notifications().makeAsyncIterator()
                #expect(await notifications.next() == .reconnected)
                try await database.owner.execute("select pg_notify(\(channel), 'text')")
                #expect(await notifications.next() == .notified(channel: channel, payload: "text"))
                group.cancelAll()
            }
        }
    }

    @Test func theStreamEndsWithTheListener() async throws {
        try await TestDatabase.withEmpty { database in
            let listener = PostgresListener(database.owner.configuration, channels: ["news"], logger: quiet)
            let stream = listener.notifications()
            await withThrowingTaskGroup { group in
                group.addTask { try await listener.run() }
                var notifications = stream.makeAsyncIterator()
                #expect(await notifications.next() == .reconnected)
                group.cancelAll()
                #expect(await notifications.next() == nil)
            }
            for await _ in listener.notifications() { Issue.record("a stopped listener gives nothing") }
        }
    }
}
