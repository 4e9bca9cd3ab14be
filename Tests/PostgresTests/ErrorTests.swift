import Logging
import Postgres
import TestBed
import Testing

/// No error repeats a value, a key or a password, in its description, its reflection or the log.
struct ErrorTests {
    private let secret = "s3cr3t-value"

    @Test func noErrorRepeatsAValue() async throws {
        try await TestDatabase.withEmpty { database in
            let connection = try await connect(database.owner.configuration)
            try await connection.script(
                """
                create type color as enum ('red');
                create table account (key text primary key, seats integer check (seats > 0), color color, note varchar(5));
                insert into account values ('\(secret)', 1);
                """)
            let statements: [SQL] = [
                "insert into account (key) values (\(secret))",
                "insert into account (key, seats) values (\(secret + "2"), \(-7_654_321))",
                "insert into account (key, note) values ('x', \(secret))",
                "select \(secret)::integer", "select \(secret)::color", "select \(secret)::timestamptz",
                "select \("{" + secret)::jsonb", "select \("line\n" + secret + " \"quoted\" ")::uuid",
                "select \("7654321000000")::integer", "select \(secret)::interval + 1",
                "alter role nobody_at_all password \(literal: secret)",
                "select \(literal: secret)::integer",
            ]
            for statement in statements {
                let thrown = await #expect(throws: PostgresError.self) { try await connection.execute(statement) }
                let error = try #require(thrown)
                let texts = [
                    String(describing: error), String(reflecting: error), dumped(error), error.message,
                    error.query ?? "",
                ]
                for text in texts { #expect(!text.contains("s3cr3t") && !text.contains("7654321"), "\(text)") }
                #expect(error.sqlState?.count == 5)
            }
        }
    }

    @Test func theDetailIsThereForThoseWhoMaySeeIt() async throws {
        try await TestDatabase.withEmpty { database in
            let connection = try await connect(database.owner.configuration)
            let error = await #expect(throws: PostgresError.self) {
                try await connection.execute("select \(secret)::integer")
            }
            #expect(error?.detail?.contains(secret) == true)
            #expect(error?.message == #"invalid input syntax for type integer: "…""#)
            #expect(error?.query == "select $1::integer")
        }
    }

    @Test(arguments: [
        "postgresql://user:s3cr3t@host:notaport/db?x=%zz", "host=h password='s3cr3t", "s3cr3t", "",
        "postgresql://user:s3cr3t@[::1/db", "postgresql://u:s3cr3t@h/db?unknown_keyword=s3cr3t",
        "password=s3cr3t nonsense",
    ])
    func aMalformedURLIsNotRepeated(_ url: String) throws {
        let error = #expect(throws: PostgresError.self) { try PostgresConfiguration(url: url) }
        #expect(error?.kind == .configuration)
        #expect(!String(reflecting: error).contains("s3cr3t"))
    }

    @Test func aFailedConnectionHidesThePassword() async throws {
        var configuration = try PostgresConfiguration(url: "postgresql://someone:s3cr3t@127.0.0.1:1/s3cr3t")
        configuration.connectTimeout = .seconds(2)
        let error = await #expect(throws: PostgresError.self) { try await connect(configuration) }
        #expect(error?.isConnectionLost == true && error?.description.contains("refused") == true)
        #expect(!dumped(configuration).contains(":s3cr3t"))
        #expect(configuration.url.contains(":s3cr3t@"))
    }

    @Test func urlsComeBackAsTheyWere() throws {
        for url in [
            "postgresql://u%20x:p%40%3A%2F@127.0.0.1:5433/d%2Fb?sslmode=verify-full",
            "host=/tmp/a\\ b port=5433 dbname=x user='o''hara' password='a b'".replacing("o''hara", with: "o\\'hara"),
            "postgresql://h1:1,h2:2/db?target_session_attrs=read-write", "postgres:///db?host=/run/pg",
        ] {
            let once = try PostgresConfiguration(url: url)
            let twice = try PostgresConfiguration(url: once.url)
            #expect(once.url == twice.url && once.user == twice.user && once.database == twice.database)
        }
        let moved = try PostgresConfiguration(url: "postgresql://a:secret@h/db").with(user: "b", database: "other")
        #expect(moved.url == "postgresql://b@h:5432/other")
    }

    private func dumped(_ value: Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }
}
