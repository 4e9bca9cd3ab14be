import Logging
import Postgres
import TestBed
import Testing

/// Ten things that one does with a database, each in at most five lines.
struct TenTasksTests {
    private struct Account: Equatable {
        let key: String
        let seats: Int
    }

    @Test func connectByURL() async throws {
        try await TestDatabase.withEmpty { database in
            let configuration = try PostgresConfiguration(url: database.url(as: "postgres"))
            let connection = try await PostgresConnection.connect(configuration, logger: Logger(label: "test"))
            let answer: Int32? = try await connection.first("select 1 as one")?["one"]
            await connection.close()

            #expect(answer == 1)
        }
    }

    @Test func queryRows() async throws {
        try await Self.withAccounts { pool in
            let least = 5
            let accounts = try await pool.query("select key, seats from account where seats >= \(least) order by key")
                .map { Account(key: try $0["key"], seats: try $0["seats"]) }

            #expect(accounts == [Account(key: "acme", seats: 5), Account(key: "zeta", seats: 9)])
        }
    }

    @Test func readOneRowByPosition() async throws {
        try await Self.withAccounts { pool in
            let row = try #require(try await pool.first("select count(*), max(seats), min(note) from account"))
            let (count, most, note) = try row.decode(Int.self, Int.self, String?.self)

            #expect(count == 3 && most == 9 && note == nil)
        }
    }

    @Test func changeRows() async throws {
        try await Self.withAccounts { pool in
            let keys = ["acme", "beta"]
            let touched = try await pool.execute("update account set seats = seats + 1 where key = any(\(keys))")

            #expect(touched == 2)
        }
    }

    @Test func runATransaction() async throws {
        try await Self.withAccounts { pool in
            try await pool.transaction(.serializable) { connection in
                try await connection.execute("update account set seats = seats - 1 where key = 'acme'")
                try await connection.execute("update account set seats = seats + 1 where key = 'beta'")
            }
            let seats: Int? = try await pool.first("select seats from account where key = 'beta'")?["seats"]
            #expect(seats == 4)
        }
    }

    @Test func composeSQL() async throws {
        try await Self.withAccounts { pool in
            let conditions: [SQL] = ["seats > \(3)", "key <> \("zeta")"]
            let condition = conditions.joined(separator: " and ")
            let key: String? = try await pool.first("select key from account where \(fragment: condition)")?["key"]

            #expect(key == "acme")
        }
    }

    @Test func copyManyRows() async throws {
        try await Self.withAccounts { pool in
            let rows: [[(any PostgresEncodable)?]] = (1...10_000).map { (n: Int) in ["bulk-\(n)", n, nil] }
            let copied = try await pool.withConnection {
                try await $0.copyIn("account", columns: ["key", "seats", "note"], rows: rows)
            }
            #expect(copied == 10_000)
        }
    }

    @Test func readALargeResultInBatches() async throws {
        try await TestDatabase.withEmpty { database in
            var sum = 0
            try await database.owner.withConnection {
                try await $0.batches(of: 500, "select n from generate_series(1, \(2_000)) n") { rows in
                    for row in rows { sum += try row[0] }
                }
            }
            #expect(sum == 2_001_000)
        }
    }

    @Test func listenForNotifications() async throws {
        try await TestDatabase.withEmpty { database in
            let pool = database.owner
            let heard = try await pool.listening(to: "news") { news in
                try await pool.execute("select pg_notify('news', 'hello')")
                return await news.first { _ in true }
            }
            #expect(heard == .notified(channel: "news", payload: "hello"))
        }
    }

    @Test func handleAConflict() async throws {
        try await Self.withAccounts { pool in
            let error = await #expect(throws: PostgresError.self) {
                try await pool.execute("insert into account (key, seats) values (\("acme"), \(1))")
            }
            #expect(error?.isUniqueViolation == true && error?.constraint == "account_pkey")
        }
    }

    private static func withAccounts(_ body: (PostgresPool) async throws -> Void) async throws {
        try await TestDatabase.withEmpty { database in
            try await database.owner.withConnection { connection in
                try await connection.script(
                    """
                    create table account (key text primary key, seats integer not null, note text);
                    insert into account values ('acme', 5), ('beta', 3), ('zeta', 9);
                    """)
            }
            try await body(database.owner)
        }
    }
}
