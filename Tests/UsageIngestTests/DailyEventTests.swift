import Foundation
import Postgres
import TestBed
import Testing

@testable import UsageIngest

/// What happened on a day, found through the day as sent wherever that is the same, and for all others besides.
@Suite struct DailyEventTests {
    /// Clocks that are right, hours and weeks wrong, and a message without a time.
    private static func send(to ingest: Ingest) async throws {
        let day = 86_400.0
        for (skew, age) in [
            (0.0, 60.0), (5 * 3_600, 60), (-9 * day, 3 * day), (20 * day, 2 * day), (0, day), (7_200, day),
        ] {
            let calls = (0..<40).map { number in
                track(
                    "e\(number % 2)", id: "\(skew)/\(age)/\(number)", user: "u\(number % 7)", group: "g\(number % 3)",
                    at: isoNow(plus: skew - age - Double(number) * 1_000))
            }
            let sentAt = ",\"sentAt\":\"\(isoNow(plus: skew))\""
            #expect(try await ingest.post("/v1/batch", batch(calls, sentAt)).status == 200)
        }
        #expect(
            try await ingest.post("/v1/events", "{\"event\":\"e1\",\"group\":\"g1\",\"user\":\"u99\"}").status == 200)
    }

    @Test func everyEventIsInItsDayOnce() async throws {
        try await Ingest.with { ingest in
            try await Self.send(to: ingest)
            #expect(try await ingest.count("select count(*) from usage.event") == 241)
            #expect(
                try await ingest.count(
                    "select count(*) from usage.event where sent_on <> (occurred_at at time zone 'UTC')::date") > 60)
            let differing = try await ingest.count(
                """
                select count(*) from (
                    select subject_id, message_id, (occurred_at at time zone 'UTC')::date as day from usage.event) as e
                full join usage.daily_event d using (subject_id, message_id, day)
                where e is null or d is null
                """)
            #expect(differing == 0)
            #expect(try await ingest.count("select count(*) from usage.daily_event") == 241)
        }
    }

    @Test func theReportCountsUsersByTheDayThatItHappened() async throws {
        try await Ingest.with { ingest in
            try await Self.send(to: ingest)
            try await ingest.database.owner.execute("insert into crm.account (key, name) values ('acme', 'Acme')")
            try await ingest.database.owner.execute(
                """
                insert into crm.account_subject (subject_id, account_id)
                select s.id, a.id from usage.subject s, crm.account a where s.kind = 'group'
                """)
            let differing = try await ingest.count(
                """
                select count(*) from (
                    select (occurred_at at time zone 'UTC')::date as day, event, count(*) as count,
                        count(distinct user_subject_id) as users
                    from usage.event group by 1, 2) as e
                full join report.usage_daily d using (day, event)
                where e.count is distinct from d.count or e.users is distinct from d.users
                """)
            #expect(differing == 0)
            #expect(try await ingest.count("select count(*) from report.usage_daily") > 6)
            // The account itself is no user; one without an account is.
            let alone =
                #"[{"event":"solo","group":"g1"},{"event":"solo","user":"u1"},{"event":"solo","anonymous":"x"}]"#
            #expect(try await ingest.post("/v1/events", alone).status == 200)
            let users: SQL = "select users from report.usage_daily where event = 'solo'"
            #expect(try await ingest.count(users) == 0)
            try await ingest.database.owner.execute(
                """
                insert into crm.account_subject (subject_id, account_id)
                select s.id, a.id from usage.subject s, crm.account a where (s.kind, s.key) in (('user', 'u1'), ('anonymous', 'x'))
                """)
            #expect(try await ingest.count(users) == 2)
        }
    }

    /// By indexes alone, and where day and day as sent agree by one partition of many.
    @Test func aSubjectsDayIsFoundByIndexes() async throws {
        try await TestDatabase.with { database in
            let plan = try await database.owner.transaction { connection in
                try await connection.execute("set local enable_seqscan = off")
                return try await connection.query(
                    """
                    explain (costs off) select count(*) from usage.daily_event
                    where subject_id = 1 and day = current_date
                    """)
            }.map { try $0[0] as String }.joined(separator: "\n")
            #expect(!plan.contains("Seq Scan"), "\(plan)")
            #expect(plan.components(separatedBy: "_subject_id_sent_on_message_id_idx").count == 2, "\(plan)")
            #expect(plan.contains("_subject_id_timezone_idx"), "\(plan)")
        }
    }
}
