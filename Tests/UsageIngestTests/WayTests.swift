import Chassis
import Model
import Postgres
import TestBed
import Testing

@testable import UsageIngest

/// The ways of writing a batch: whichever is taken, each event is there once and the answer says what became of it.
@Suite struct WayTests {
    private static func statuses(_ answer: Answer) -> [String] {
        guard case .object(let object) = (try? JSONParser.parse(Array(answer.body.utf8)))?.value,
            case .array(let results) = object["results"]
        else { return [] }
        return results.compactMap { result in
            guard case .object(let result) = result, case .string(let status) = result["status"] else { return nil }
            return status
        }
    }

    private static func events(_ ids: some Sequence<Int>, time: String? = nil) -> String {
        let when = time.map { ",\"time\":\"\($0)\"" } ?? ""
        return "["
            + ids.map { "{\"event\":\"e\",\"group\":\"g\($0 % 9)\",\"id\":\"m\($0)\"\(when)}" }.joined(separator: ",")
            + "]"
    }

    /// New ones, the same again, half of each, and one twice in one body.
    @Test(arguments: [10, 200]) func newKnownAndMixed(count: Int) async throws {
        try await Ingest.with { ingest in
            let time = isoNow(plus: -60)
            func post(_ ids: [Int]) async throws -> [String] {
                Self.statuses(try await ingest.post("/v1/events", Self.events(ids, time: time)))
            }
            let first = try await post(Array(0..<count))
            #expect(first == Array(repeating: "accepted", count: count))
            #expect(try await post(Array(0..<count)) == Array(repeating: "duplicate", count: count))
            let mixed = try await post(Array(count / 2..<count + count / 2))
            #expect(mixed.filter { $0 == "accepted" }.count == count / 2)
            #expect(Set(mixed.prefix(count / 2)) == ["duplicate"])
            let twice = try await post(Array(2 * count..<3 * count) + [2 * count, 2 * count])
            #expect(twice == Array(repeating: "accepted", count: count) + ["duplicate", "duplicate"])
            #expect(try await ingest.count("select count(*) from usage.event") == 5 * count / 2)
            #expect(try await ingest.dailyDiffersFromRecount() == 0)
            // What was tried in vain leaves no mark and no roll-up.
            #expect(try await ingest.count("select sum(count)::bigint from usage.daily") == 5 * count / 2)
        }
    }

    /// "é" as one code point and as two: PostgreSQL compares bytes, Swift does not, and both must count the same.
    @Test(arguments: [3, 100]) func whatReadsAlikeIsOne(count: Int) async throws {
        try await Ingest.with { ingest in
            let time = isoNow(plus: -60)
            func body(_ letter: String) -> String {
                let events = (0..<count).map {
                    """
                    {"event":"\(letter)","group":"g\(letter)","user":"u\(letter)","id":"\(letter)\($0)","time":"\(time)"}
                    """
                }
                return "[" + events.joined(separator: ",") + "]"
            }
            let (composed, apart) = ("\u{E9}", "e\u{301}")
            let both = body(apart).dropLast() + "," + body(composed).dropFirst()
            let first = Self.statuses(try await ingest.post("/v1/events", String(both)))
            for status in ["accepted", "duplicate"] { #expect(first.filter { $0 == status }.count == count) }
            for letter in [composed, apart] {
                let again = Self.statuses(try await ingest.post("/v1/events", body(letter)))
                #expect(again == Array(repeating: "duplicate", count: count))
            }
            #expect(try await ingest.count("select count(*) from usage.event") == count)
            #expect(try await ingest.count("select count(*) from usage.subject") == 2)
            #expect(try await ingest.count("select count(distinct event) from usage.event") == 1)
            #expect(try await ingest.dailyDiffersFromRecount() == 0)
        }
    }

    @Test func withoutATimeTheDayBeforeIsSearchedToo() async throws {
        try await Ingest.with { ingest in
            _ = try await ingest.post("/v1/events", Self.events(0..<100))
            try await ingest.database.owner.execute("update usage.event set sent_on = sent_on - 1")
            let again = Self.statuses(try await ingest.post("/v1/events", Self.events(0..<100)))
            #expect(again == Array(repeating: "duplicate", count: 100))
        }
    }

    /// One message that PostgreSQL refuses costs the others nothing, however they are written.
    @Test func aRefusedMessageAmongManyGoesToQuarantineAlone() async throws {
        try await Ingest.with { ingest in
            try await ingest.database.owner.execute(
                "alter table usage.event add constraint no_seven check (message_id <> 'm7')")
            let answer = try await ingest.post("/v1/events", Self.events(0..<150, time: isoNow(plus: -60)))
            let statuses = Self.statuses(answer)
            #expect(statuses[7] == "quarantined")
            #expect(statuses.filter { $0 == "accepted" }.count == 149)
            #expect(try await ingest.count("select count(*) from usage.event") == 149)
            #expect(try await ingest.count("select count(*) from usage.quarantine") == 1)
            #expect(try await ingest.dailyDiffersFromRecount() == 0)
        }
    }

    @Test(arguments: [
        (10, false, false, Way.statement), (100, false, false, .copy), (100, true, false, .sifted),
        (100, false, true, .statement),
    ])
    func theWayFollowsFromTheBatch(count: Int, doubtful: Bool, timeless: Bool, way: Way) throws {
        let reception = Reception(
            receivedAt: .now, isHistorical: false,
            keptDays: UTCTime.now.day.advanced(by: -5)..<UTCTime.now.day.advanced(by: 5))
        var message = Message(call: .event(name: "e"), user: "u")
        if !timeless { message.time = .now }
        let entry = try reception.entry(for: message, position: 0)
        let rows = (0..<count).map {
            EventRow(origin: .init(parcel: 0, index: $0), name: "e", subject: 1, user: nil, entry: entry)
        }
        #expect(Way(rows, isDoubtful: doubtful) == way)
    }

    @Test func doubtPasses() {
        let doubt = Doubt()
        #expect(!doubt.isThere)
        doubt.raise()
        #expect((0..<64).allSatisfy { _ in doubt.isThere })
        #expect(!doubt.isThere)
    }
}

/// Sums of a numeric property, where they are asked for.
@Suite struct SumTests {
    @Test func sumsAreExactAndEqualARecount() async throws {
        try await TestDatabase.with { database in
            try await database.owner.execute("insert into usage.summed_property values ('Order Placed', 'total')")
            try await Ingest.on(database) { ingest in
                let amounts = ["0.1", "0.2", "1e3", "-5", "\"7\"", "null", "12345678901234567890.123"]
                let calls = (0..<140).map { number in
                    track(
                        number % 10 == 9 ? "Other" : "Order Placed", id: "m\(number)", group: "g\(number % 2)",
                        "\"properties\":{\"total\":\(amounts[number % amounts.count])}")
                }
                for calls in [calls, Array(calls[..<30])] {
                    #expect(try await ingest.post("/v1/batch", batch(calls)).status == 200)
                }
                let folding = Folding(
                    pool: ingest.runtime.pool,
                    keptDays: try await KeptDays(pool: ingest.runtime.pool, logger: Ingest.quiet), logger: Ingest.quiet)
                for _ in 0..<2 {
                    let row = try await database.owner.first(
                        """
                        select count(*) as n from (
                            select subject_id, (occurred_at at time zone 'UTC')::date as day, event,
                                (known_at at time zone 'UTC')::date as known_on, count(*) as count, sum(amount) as amount
                            from usage.event group by 1, 2, 3, 4) as e
                        full join usage.daily d using (subject_id, day, event, known_on)
                        where e.count is distinct from d.count or e.amount is distinct from d.amount
                        """)
                    #expect(try row?["n"] == Int64(0))
                    try await folding.foldAll()
                }
                let sum = try await database.owner.first(
                    "select sum(amount) = 18 * 1000 + 18 * 0.1 + 18 * 0.2 - 18 * 5 + 18 * 12345678901234567890.123 as right from usage.daily"
                )
                #expect(try sum?["right"] == true)
                #expect(
                    try await ingest.count(
                        "select count(*) from usage.daily where event = 'Other' and amount is not null") == 0)
            }
        }
    }
}
