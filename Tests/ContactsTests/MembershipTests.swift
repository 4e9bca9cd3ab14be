// Over 200 lines: definitions, changes and passes are told together, for what is tested is that they agree.
import Foundation
import Jobs
import Model
import Postgres
import Segments
import TestBed
import Testing

@testable import Contacts

/// Segments that ask for one another, many at once, in use and out of use.
@Suite struct MembershipTests {
    private func define(_ desk: Desk, _ key: String, _ expression: String) async throws {
        let definition = SegmentDefinition(key: key, name: key, expression: expression)
        _ = try await desk.pool.transaction { connection in
            try await SegmentDefinition.define(definition, by: "test", in: connection)
        }
        try await desk.work()
    }

    private func members(_ desk: Desk) async throws -> String {
        try await desk.text(
            """
            select string_agg(s.key || ':' || a.key, ' ' order by s.key, a.key) as members from crm.segment_member m
            join crm.account a on a.id = m.account_id join crm.segment s on s.id = m.segment_id
            """)
    }

    @Test func aSegmentFollowsTheOneThatItAsksFor() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,country,tags\na,UA,vip\nb,DE,vip\nc,UA,\n")
            try await define(desk, "home", #"country = "UA""#)
            try await define(desk, "best", #"in segment("home") and tag("vip")"#)
            #expect(try await members(desk) == "best:a home:a home:c")
            #expect(try await desk.text("select sources::text from crm.segment where key = 'best'") == "{account,tag}")
            try await define(desk, "home", #"country = "DE" and mrr is not known"#)
            #expect(try await members(desk) == "best:b home:b")
            #expect(
                try await desk.text("select sources::text from crm.segment where key = 'best'").contains("subscription")
            )
            try await desk.importing(.accounts, "key,country\nb,PL\nc,DE\n")
            try await desk.work()
            #expect(try await members(desk) == "home:c")
            await #expect(throws: SegmentDefinition.Fault.self) {
                try await define(desk, "home", #"in segment("best")"#)
            }
        }
    }

    @Test func aSegmentInUseStaysAndOneThatIsNotGoesWithItsMembers() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,country\na,UA\n")
            try await define(desk, "home", #"country = "UA""#)
            try await define(desk, "best", #"in segment("home")"#)
            func remove(_ key: String) async throws {
                try await desk.pool.transaction { try await SegmentDefinition.remove(key, by: "test", in: $0) }
            }
            let fault = await #expect(throws: SegmentDefinition.Fault.self) { try await remove("home") }
            #expect(fault == .inUse("home", by: ["segment best"]))
            try await remove("best")
            try await remove("home")
            #expect(try await desk.count("select from crm.segment_member") == 0)
            let left = try await desk.count(
                """
                select from queue.job j join queue.queue q on q.id = j.queue_id
                where q.name = 'scheduler' and j.kind = 'segment.left'
                """)
            #expect(left == 2)
            let gone = await #expect(throws: SegmentDefinition.Fault.self) { try await remove("home") }
            #expect(gone == .unknown("home"))
        }
    }

    /// Segments change while accounts do, by many workers: in the end everybody is where a recount finds them, and what was
    /// told adds up to it.
    @Test func changesOfDefinitionsAndAccountsAtOnceEndRight() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,country\n" + (1...40).map { "a\($0),UA\n" }.joined())
            let ids: [Int64] = try await desk.pool.query("select id from crm.account order by id").map { try $0["id"] }
            for key in 0..<6 { try await define(desk, "s\(key)", #"country = "UA""#) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<3 {
                    group.addTask {
                        for round in 0..<6 {
                            let country = ["UA", "DE", "PL"][(worker + round) % 3]
                            let some = ids.filter { $0 % 3 == Int64(worker) }
                            try await desk.pool.transaction { connection in
                                try await connection.execute(
                                    "update crm.account set country = \(country) where id = any(\(some))")
                                try await Publication.accounts(ids.shuffled(), .accountChanged, in: connection)
                            }
                        }
                    }
                }
                group.addTask {
                    for round in 0..<6 {
                        let definition = SegmentDefinition(
                            key: "s\(round)", name: "s", expression: #"country = "\#(["DE", "PL"][round % 2])""#)
                        _ = try await desk.pool.transaction { connection in
                            try await SegmentDefinition.define(definition, by: "test", in: connection)
                        }
                        try await desk.enqueue("segments.evaluate", [String: String]())
                    }
                }
                group.addTask { try await desk.work(workers: 3) }
                try await group.waitForAll()
            }
            try await desk.work(workers: 2)
            let wrong = try await desk.count(
                """
                select from (
                    select s.id as segment_id, a.id as account_id from crm.segment s join crm.account a
                        on s.expression = 'country = "' || a.country || '"') w
                full join crm.segment_member m using (segment_id, account_id)
                where w is null or m is null
                """)
            #expect(wrong == 0)
            let untold = try await desk.count(
                """
                select from (
                    select j.payload ->> 'segment' as segment, i.id::bigint as account_id,
                        sum(case j.kind when 'segment.entered' then 1 else -1 end) as balance
                    from queue.job j join queue.queue q on q.id = j.queue_id and q.name = 'scheduler',
                        jsonb_array_elements_text(j.payload -> 'accounts') as i (id)
                    where j.kind in ('segment.entered', 'segment.left') group by 1, 2) t
                full join (select s.key as segment, m.account_id from crm.segment_member m
                    join crm.segment s on s.id = m.segment_id) m using (segment, account_id)
                where coalesce(t.balance, 0) <> case when m is null then 0 else 1 end
                """)
            #expect(untold == 0)
        }
    }

    @Test func oneThatCanNotBeAskedDoesNotHoldUpTheOthers() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,country\na,UA\n")
            try await define(
                desk, "bad", #"field("since") < 2026-01-01"#.replacing("field(\"since\")", with: "created"))
            try await define(desk, "good", #"country = "DE""#)
            // A value that nothing of ours writes: a day that is none.
            _ = try await desk.database.owner.execute(
                """
                insert into crm.field (object, key, name, type) values ('account', 'since', 'Since', 'date')
                """)
            _ = try await desk.database.owner.execute(
                "update crm.segment set expression = 'field(\"since\") < 2026-01-01' where key = 'bad'")
            _ = try await desk.database.owner.execute(
                "update crm.account set fields = '{\"since\": \"2026-99-99\"}', country = 'DE'")
            try await desk.publish(.accountChanged, AccountsTouched(accounts: [try await desk.id("a")]))
            try await desk.work()
            #expect(try await members(desk).contains("good:a"))
            let fault: SQL = "select coalesce(fault, '') as fault from crm.segment where key = 'bad'"
            #expect(try await desk.text(fault).isEmpty == false)

            // A pass over all tells them apart as well, and neither forgets the fault nor that the other was looked at.
            try await desk.importing(.accounts, "key,country\nb,DE\n")
            _ = try await desk.database.owner.execute("update crm.segment set evaluated_at = null")
            try await desk.enqueue("segments.evaluate", [String: String]())
            try await desk.work()
            #expect(try await desk.text(fault).isEmpty == false)
            #expect(try await members(desk) == "good:a good:b")
            let looked: SQL =
                "select string_agg(key, ' ' order by key) as keys from crm.segment where evaluated_at is not null"
            #expect(try await desk.text(looked) == "good")

            // Mended, the next pass asks it again, though days alone don't change it.
            _ = try await desk.database.owner.execute(
                "update crm.account set fields = '{\"since\": \"2026-02-01\"}'")
            try await desk.enqueue("segments.evaluate", [String: String]())
            try await desk.work()
            #expect(try await desk.text(fault).isEmpty)
            #expect(try await members(desk) == "good:a good:b")
            #expect(try await desk.text(looked) == "bad good")
        }
    }

    @Test func manyDefinitionsAreLookedAtByOneJob() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,country\na,UA\nb,DE\n")
            for number in 0..<60 {
                let land = number % 2 == 0 ? "UA" : "DE"
                let definition = SegmentDefinition(
                    key: "s\(number)", name: "s", expression: "country = \"\(land)\" and mrr is not known")
                _ = try await desk.pool.transaction { connection in
                    try await SegmentDefinition.define(definition, by: "test", in: connection)
                }
            }
            #expect(
                try await desk.count("select from report.job where kind = 'segments.evaluate' and state = 'ready'") == 1
            )
            try await desk.work()
            #expect(try await desk.count("select from crm.segment_member") == 60)
            #expect(try await desk.count("select from crm.segment where evaluated_at is null") == 0)
            // Of one that is asked for by another both are due, and nothing else.
            try await define(desk, "both", #"in segment("s0") and in segment("s1")"#)
            _ = try await desk.pool.transaction { connection in
                try await SegmentDefinition.define(
                    SegmentDefinition(key: "s1", name: "s", expression: #"country = "UA""#), by: "test", in: connection)
            }
            #expect(
                try await desk.text(
                    "select string_agg(key, ' ' order by key) as keys from crm.segment where evaluated_at is null")
                    == "both s1")
            try await desk.work()
            #expect(try await members(desk).hasPrefix("both:a s0:a s1:a "))
        }
    }
}
