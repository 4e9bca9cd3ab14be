import Postgres
import TestBed
import Testing

struct StatementTests {
    @Test func aStatementUsedTwiceIsPrepared() async throws {
        try await withConnection { connection in
            for number in 1...3 {
                let answer: Int = try #require(try await connection.first("select \(number) + 0"))[0]
                #expect(answer == number)
            }
            let count: Int = try #require(
                try await connection.first("select count(*) from pg_prepared_statements where statement like '%+ 0'"))[
                    0]
            #expect(count == 1)
        }
    }

    @Test func noneIsPreparedWhereTheSettingSaysSo() async throws {
        try await TestDatabase.withEmpty { database in
            var configuration = database.owner.configuration
            configuration.preparedStatements = false
            let connection = try await connect(configuration)
            for number in 1...3 { _ = try await connection.first("select \(number) + 0") }
            #expect(try await connection.query("select from pg_prepared_statements").isEmpty)
        }
    }

    @Test func aTableThatChangedIsNoError() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing (id integer)")
            try await connection.execute("insert into thing values (1)")
            for _ in 0..<3 { _ = try await connection.query("select * from thing") }
            try await connection.execute("alter table thing add column name text default 'x'")
            let row = try #require(try await connection.first("select * from thing"))
            #expect(row.columns == ["id", "name"])
        }
    }

    @Test func inATransactionTheWholeIsTriedAgain() async throws {
        try await TestDatabase.withEmpty { database in
            let pool = PostgresPool(database.owner.configuration, size: 1, logger: quiet)
            try await pool.execute("create table thing (id integer)")
            for _ in 0..<3 { _ = try await pool.query("select * from thing") }
            try await pool.execute("alter table thing add column name text")
            let columns = try await pool.transaction { connection in
                try await connection.execute("insert into thing values (1)")
                return try await connection.first("select * from thing")?.columns
            }
            #expect(columns == ["id", "name"])
            #expect(try await pool.query("select * from thing").count == 1)
            await pool.close()
        }
    }

    @Test func discardedStatementsAreMadeAnew() async throws {
        try await withConnection { connection in
            for _ in 0..<3 { _ = try await connection.query("select 1 + \(1)") }
            try await connection.execute("discard all")
            for _ in 0..<3 { _ = try await connection.query("select 1 + \(1)") }
        }
    }

    @Test func theirNumberIsLimited() async throws {
        try await withConnection { connection in
            for number in 0..<600 {
                let sql = SQL(verbatim: "select \(number)")
                _ = try await connection.query(sql)
                _ = try await connection.query(sql)
            }
            let count: Int = try #require(
                try await connection.first("select count(*) from pg_prepared_statements"))[0]
            #expect(count > 200 && count <= 257)
        }
    }

    @Test func copyFitsValuesToColumns() async throws {
        try await withConnection { connection in
            try await connection.script(
                """
                create type color as enum ('red');
                create table thing (a smallint, b integer, c bigint, d varchar(9), e color, f json, g double precision);
                """)
            let count = try await connection.copyIn(
                "thing", columns: ["a", "b", "c", "d", "e", "f", "g"],
                rows: [[1, -2, Int16(-3), "d", "red", JSONText("{}"), 5], [nil, nil, nil, nil, nil, nil, nil]])
            let row = try #require(try await connection.first("select *, e::text as t from thing where a = 1"))
            #expect(count == 2)
            #expect(try row["b"] == -2 && row["c"] == Int16(-3) && row["t"] == "red" && row["g"] == 5.0)
        }
    }

    @Test func copyTakesAllOrNothing() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing (id integer primary key)")
            let tooBig = await #expect(throws: PostgresError.self) {
                try await connection.copyIn("thing", columns: ["id"], rows: [[1], [5_000_000_000]])
            }
            #expect(tooBig?.message == #"row 2, column "id": is integer, for which the number is too big"#)
            let twice = await #expect(throws: PostgresError.self) {
                try await connection.copyIn("thing", columns: ["id"], rows: [[1], [1]])
            }
            #expect(twice?.isUniqueViolation == true)
            let tooFew = await #expect(throws: PostgresError.self) {
                try await connection.copyIn("thing", columns: ["id"], rows: [[]])
            }
            #expect(tooFew?.message == "row 1 has 0 values for 1 columns")
            #expect(try await connection.query("select from thing").isEmpty)
        }
    }

    @Test func copyGoesBothWaysAsText() async throws {
        try await withConnection { connection in
            try await connection.execute("create table thing (id integer, name text)")
            let text = "1,one\n2,\"two, or so\"\n"
            try await connection.copyIn("copy thing from stdin (format csv)", bytes: Array(text.utf8))
            let back = try await connection.copyOut("copy (select * from thing order by id) to stdout (format csv)")
            #expect(String(decoding: back, as: UTF8.self) == text)
            for wrong: SQL in ["copy thing from stdin", "copy thing to stdout"] {
                await #expect(throws: PostgresError.self) { try await connection.execute(wrong) }
            }
            await #expect(throws: PostgresError.self) { try await connection.copyOut("select 1") }
            await #expect(throws: PostgresError.self) { try await connection.copyIn("select 1", bytes: []) }
            #expect(try await connection.query("select from thing").count == 2)
        }
    }

    @Test func columnsAreFoundByNameOrNotAtAll() async throws {
        try await withConnection { connection in
            let row = try #require(try await connection.first("select 1 as a, 2 as b, 3 as b"))
            let a: Int = try row["a"]
            #expect(a == 1)
            let missing = #expect(throws: PostgresError.self) { let _: Int = try row["c"] }
            #expect(missing?.message == #"there is no column "c", only a, b, b"#)
            let twice = #expect(throws: PostgresError.self) { let _: Int = try row["b"] }
            #expect(twice?.message.contains("different names") == true)
            #expect(throws: PostgresError.self) { try row.decode(Int.self, Int.self) }
        }
    }

    @Test func aScriptOfSeveralStatementsIsOneTransaction() async throws {
        try await withConnection { connection in
            await #expect(throws: PostgresError.self) {
                try await connection.script("create table thing (id integer); select 1 / 0; select 2")
            }
            let thing = try await connection.first("select from pg_class where relname = 'thing'")
            #expect(thing == nil)
        }
    }

    private func withConnection(_ body: (PostgresConnection) async throws -> Void) async throws {
        try await TestDatabase.withEmpty { database in
            let connection = try await connect(database.owner.configuration)
            try await body(connection)
            await connection.close()
        }
    }
}
