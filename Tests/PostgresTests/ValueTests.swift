import Foundation
import Model
import Postgres
import TestBed
import Testing

/// What goes in comes out, and PostgreSQL understands by it what we do.
struct ValueTests {
    private enum Color: String, PostgresEncodable, PostgresDecodable { case red, green }

    @Test func valuesComeBackAsTheyWere() async throws {
        try await TestDatabase.withEmpty { database in
            let connection = try await connect(database.owner.configuration)
            var random = SystemRandomNumberGenerator()
            func roundTrip<Value: PostgresEncodable & PostgresDecodable & Equatable>(_ values: [Value]) async throws {
                for value in values {
                    let back: Value = try #require(try await connection.first("select \(value)"))[0]
                    #expect(back == value)
                }
                let all: [Value] = try #require(try await connection.first("select \(values)"))[0]
                #expect(all == values)
                let none: [Value] = try #require(try await connection.first("select \([Value]())"))[0]
                #expect(none.isEmpty)
                let holes: [Value?] = [nil] + values.map(Optional.some) + [nil]
                let holesBack: [Value?] = try #require(try await connection.first("select \(holes)"))[0]
                #expect(holesBack == holes)
                let absent: Value? = try #require(try await connection.first("select \(Value?.none)"))[0]
                #expect(absent == nil)
            }
            try await roundTrip([true, false])
            try await roundTrip([Int16.min, -1, 0, 1, .max])
            try await roundTrip([Int32.min, -1, 0, 1, .max])
            try await roundTrip(
                [Int64.min, -1, 0, 1, .max] + (0..<50).map { _ in .random(in: .min ... .max, using: &random) })
            try await roundTrip([Int.min, 0, .max])
            try await roundTrip([
                0, -0.0, 1.5, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .pi,
            ])
            try await roundTrip(["", "a", "Ü\u{301} 👩‍👩‍👧 \n\t\\'\"$1", String(repeating: "long ", count: 50_000)])
            try await roundTrip([UUID(), UUID()])
            try await roundTrip([Bytes([]), Bytes([0, 1, 255, 0]), Bytes((0..<100_000).map { UInt8($0 % 256) })])
            try await roundTrip([Duration.zero, .microseconds(1), .seconds(-5), .seconds(86_400 * 400)])
            try await roundTrip(
                [CalendarDay("2026-02-28"), CalendarDay("0001-01-01"), CalendarDay("9999-12-31")].compactMap(\.self))
            try await roundTrip([Color.red, .green])
            // Whole microseconds over the years that matter; Date can't hold finer ones.
            let times = (0..<200).map { _ in
                Date(
                    timeIntervalSince1970: Double(Int64.random(in: -1_000_000_000_000_000...4_000_000_000_000_000))
                        / 1e6)
            }
            let timesBack: [Date] = try #require(try await connection.first("select \(times)"))[0]
            #expect(zip(times, timesBack).allSatisfy { abs($0.timeIntervalSince($1)) < 0.000_001 })
        }
    }

    @Test func theServerUnderstandsThem() async throws {
        try await TestDatabase.withEmpty { database in
            let connection = try await connect(database.owner.configuration)
            let time = Date(timeIntervalSince1970: 951_782_399.123456)
            let day = try #require(CalendarDay("2000-02-29"))
            let row = try await connection.first(
                """
                select \(time)::text, \(day)::text, \(Duration.milliseconds(90_061_001))::text, \(Bytes([1, 171]))::text,
                    \(["a", nil, "b c"])::text, \(JSONText(#"{"b": [1, null]}"#))->'b'->>0, \(-12.5)::text
                """)
            let texts = try #require(row).decode(
                String.self, String.self, String.self, String.self, String.self, String.self, String.self)
            #expect(texts.0 == "2000-02-28 23:59:59.123456+00" && texts.1 == "2000-02-29")
            #expect(texts.2 == "25:01:01.001" && texts.3 == "\\x01ab" && texts.4 == #"{a,NULL,"b c"}"#)
            #expect(texts.5 == "1" && texts.6 == "-12.5")
        }
    }

    @Test(arguments: [
        "0", "-0.5", "1", "10000", "99999999.0001", "0.00001234", "123456789012345678901234567890.5", "-1e20", "1e-12",
        "100", "12000000", "0.10", "NaN", "Infinity", "-Infinity", "9999.9999", "10000.00001",
    ])
    func numericReadsAsItsText(_ text: String) async throws {
        try await TestDatabase.withEmpty { database in
            let row = try await database.owner.first(
                "select \(text)::numeric, \(text)::numeric::text, \(text)::numeric::float8")
            let (read, expected) = try #require(row).decodeTwo()
            #expect(read == expected)
        }
    }

    @Test func whatTheServerSendsCanBeRead() async throws {
        try await TestDatabase.withEmpty { database in
            let connection = try await connect(database.owner.configuration)
            try await connection.script("create type color as enum ('red', 'green')")
            let row = try await connection.first(
                """
                select 'green'::color, array['red']::color[], 'x'::name, 'y'::varchar(3), 'z'::char(2), '{"a":1}'::json,
                    7::numeric, 7::int2, 1.5::real, '{"a": 1}'::jsonb
                """)
            let values = try #require(row).decode(
                Color.self, [Color].self, String.self, String.self, String.self, String.self, Int.self, Int64.self,
                Double.self, JSONText.self)
            #expect(values.0 == .green && values.1 == [.red] && values.2 == "x" && values.3 == "y" && values.4 == "z ")
            #expect(values.5 == #"{"a":1}"# && values.6 == 7 && values.7 == 7 && values.8 == 1.5)
            #expect(try values.9.decode([String: Int].self) == ["a": 1])
        }
    }

    @Test func whatCanNotBeReadSaysWhy() async throws {
        try await TestDatabase.withEmpty { database in
            let connection = try await connect(database.owner.configuration)
            func refusal<Value: PostgresDecodable>(_ sql: SQL, _ type: Value.Type) async throws -> String {
                let row = try #require(try await connection.first(sql))
                let error = #expect(throws: PostgresError.self) { let _: Value = try row[0] }
                return error?.message ?? ""
            }
            #expect(try await refusal("select 'infinity'::timestamptz as t", Date.self).contains("isfinite"))
            #expect(try await refusal("select '-infinity'::date as d", CalendarDay.self).contains("isfinite"))
            #expect(try await refusal("select null::text as t", String.self).contains("\"t\" is null"))
            #expect(try await refusal("select 3000000000", Int32.self).contains("read it as Int64"))
            #expect(try await refusal("select 1.5::numeric", Int.self).contains("whole"))
            #expect(try await refusal("select now()::timestamp", Date.self).contains("at time zone"))
            #expect(try await refusal("select '1 month'::interval", Duration.self).contains("months"))
            #expect(try await refusal("select '127.0.0.1'::inet as i", String.self).contains("cast it to text"))
            #expect(try await refusal("select row(1, 2)", String.self).contains("cast it to text"))
            #expect(try await refusal("select 'x'::text", Int.self).contains("is text, asked for as Int"))
            #expect(try await refusal("select array[[1],[2]]", [Int].self).contains("2 dimensions"))
            #expect(try await refusal("select 'blue'", Color.self).contains("doesn't know"))
        }
    }

    @Test func whatCanNotBeSentIsRefusedBefore() async throws {
        try await TestDatabase.withEmpty { database in
            let connection = try await connect(database.owner.configuration)
            func refusal(_ sql: SQL) async -> String {
                let error = await #expect(throws: PostgresError.self) { try await connection.query(sql) }
                return error?.description ?? ""
            }
            let nul = await refusal("select \(1), \("secret\0text")")
            #expect(nul.contains("$2") && nul.contains("NUL") && !nul.contains("secret"))
            #expect(await refusal("select \(["a\0"])").contains("NUL"))
            #expect(await refusal("select \(Date(timeIntervalSince1970: .infinity))").contains("timestamptz"))
            #expect(await refusal("select \([[1]])").contains("arrays of arrays"))
            #expect(await refusal("select '\(identifier: "a\0")'").contains("NUL"))
            let many = (0...65_535).map { "\($0)" as SQL }.joined(separator: ",")
            #expect(await refusal("select \(fragment: many)").contains("unnest"))
            #expect(try await connection.first("select 1") != nil)
        }
    }
}

extension Row {
    fileprivate func decodeTwo() throws -> (String, String) {
        let (read, expected, _) = try decode(String.self, String.self, Double.self)
        return (read, expected)
    }
}
