import Foundation
import Jobs
import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct SegmentTests {
    private func members(_ desk: Desk, _ key: String) async throws -> String {
        try await desk.text(
            """
            select coalesce(string_agg(a.key, ' ' order by a.key), '') as members from crm.segment_member m
            join crm.account a on a.id = m.account_id join crm.segment s on s.id = m.segment_id where s.key = \(key)
            """)
    }

    /// What was told of a segment, in order: `+acme`, `-acme`.
    private func told(_ desk: Desk, _ key: String) async throws -> String {
        try await desk.text(
            """
            select string_agg(case j.kind when 'segment.entered' then '+' else '-' end || a.key, ' ' order by j.id, a.key) as told
            from queue.job j join queue.queue q on q.id = j.queue_id and q.name = 'scheduler',
                jsonb_array_elements_text(j.payload -> 'accounts') as i (id)
            join crm.account a on a.id = i.id::bigint
            where j.payload ->> 'segment' = \(key)
            """)
    }

    private func define(_ desk: Desk, _ key: String, _ expression: String) async throws {
        try await desk.enqueue("segment.define", SegmentDefinition(key: key, name: key, expression: expression))
        try await desk.work()
    }

    @Test func accountsEnterAndLeaveByThemselves() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,country\na,UA\nb,DE\n")
            try await define(desk, "ukraine", #"country = "UA""#)
            #expect(try await members(desk, "ukraine") == "a")
            try await desk.importing(.accounts, "key,country\nb,UA\nc,UA\n")
            try await desk.work()
            #expect(try await members(desk, "ukraine") == "a b c")
            try await desk.importing(.accounts, "key,country\na,PL\n")
            try await desk.work()
            #expect(try await members(desk, "ukraine") == "b c")
            #expect(try await told(desk, "ukraine") == "+a +b +c -a")
        }
    }

    @Test func eachSourceIsHeard() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\na\n")
            try await define(desk, "ordered", "orders.count(30 days) >= 1")
            try await define(desk, "pays", "mrr > 10 EUR")
            try await define(desk, "used", #"event("Opened").count(30 days) >= 1"#)
            try await define(desk, "exported", #"signal("data_export") > 0"#)
            try await define(desk, "vip", #"tag("vip")"#)
            try await desk.importing(
                .orders, "account_key,order_key,ordered_at,amount,currency\na,o1,\(Timestamp.write(.now)),5,EUR\n")
            try await desk.importing(
                .subscriptions, "account_key,subscription_key,mrr,currency,started_at\na,s1,20,EUR,2025-01-01\n")
            let subjects = try await desk.subjects("group:a")
            try await desk.publish(.usageRecorded, SubjectsTouched(subjects: subjects))
            let account = try await desk.id("a")
            _ = try await desk.database.owner.execute(
                "insert into risk.signal (account_id, signal, value, status) values (\(account), 'data_export', 0.7, 'ok')"
            )
            try await desk.publish(.riskChanged, AccountsTouched(accounts: [account]))
            try await desk.importing(.accounts, "key,tags\na,vip;new\n")
            try await desk.work()
            for segment in ["ordered", "pays", "used", "exported", "vip"] {
                #expect(try await told(desk, segment) == "+a", "\(segment)")
            }
        }
    }

    @Test func competingWorkersTellEachChangeOnce() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,country\n" + (1...30).map { "a\($0),UA\n" }.joined())
            try await define(desk, "ukraine", #"country = "UA""#)
            let ids: [Int64] = try await desk.pool.query("select id from crm.account").map { try $0["id"] }
            for country in ["DE", "UA", "PL"] {
                _ = try await desk.database.owner.execute("update crm.account set country = \(country)")
                for _ in 0..<8 { try await desk.publish(.accountChanged, AccountsTouched(accounts: ids.shuffled())) }
                try await desk.enqueue("segments.evaluate", [String: String]())
                try await desk.work(workers: 3)
            }
            let crossings = try await desk.text(
                """
                select j.kind, sum(jsonb_array_length(j.payload -> 'accounts'))::text as accounts
                from queue.job j join queue.queue q on q.id = j.queue_id and q.name = 'scheduler'
                where j.kind like 'segment.%' group by 1 order by 1
                """)
            #expect(crossings == "segment.entered 60\nsegment.left 60")
            #expect(try await desk.count("select from report.job where queue = 'contacts' and state = 'dead'") == 0)
        }
    }

    @Test func daysPassAndTheHourlyEvaluationSeesIt() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\na\n")
            try await desk.importing(
                .orders, "account_key,order_key,ordered_at,amount,currency\na,o1,\(Timestamp.write(.now)),5,EUR\n")
            try await define(desk, "fresh", "orders.days_since_last < 10")
            #expect(try await members(desk, "fresh") == "a")
            _ = try await desk.database.owner.execute(
                "update crm.account_order set occurred_at = now() - interval '11 days'")
            try await desk.enqueue("segments.evaluate", [String: String]())
            try await desk.work()
            #expect(try await told(desk, "fresh") == "+a -a")
        }
    }

    @Test func aBadExpressionIsADeadLetterThatNamesThePlace() async throws {
        try await Desk.with { desk in
            try await define(desk, "bad", "plann = \"pro\"")
            let error = try await desk.text("select error from report.job where kind = 'segment.define'")
            #expect(error.contains("1:1: unknown fact \"plann\""))
            #expect(error.contains("nearest is plan"))
            #expect(try await desk.count("select from crm.segment") == 0)
        }
    }

    @Test func definingTheSameAgainTellsNothing() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,country\na,UA\nb,DE\n")
            try await define(desk, "s", #"country = "UA""#)
            try await define(desk, "s", #"country = "UA""#)
            #expect(try await told(desk, "s") == "+a")
            try await define(desk, "s", #"country = "DE""#)
            #expect(try await told(desk, "s") == "+a +b -a")
            #expect(try await desk.count("select from crm.audit where object = 'segment s'") == 2)
        }
    }

    @Test func aSegmentThatCanNotBeReadAnyMoreSaysSo() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,country\na,UA\n")
            try await define(desk, "s", #"country = "UA""#)
            _ = try await desk.database.owner.execute("update crm.segment set expression = 'gone = 1'")
            try await desk.enqueue("segments.evaluate", [String: String]())
            try await desk.work()
            #expect(try await desk.text("select fault from report.segment").contains("unknown fact"))
            #expect(try await members(desk, "s") == "a", "members stay as they were")
        }
    }
}
