import Postgres
import TestBed
import Testing

@testable import Segments

/// How many rows a statement reads, of 4,000 accounts with an order, a tag, ten days of usage and an interaction each.
@Suite struct PlanTests {
    private static let accounts = 4_000

    private static let texts = [
        #"usage.change(28 days) < 40% and orders.count(365 days) >= 1 and country = "UA""#,
        #"usage.count(30 days) > 3 and event("login").count(7 days) >= 0"#,
        #"orders.sum(90 days) > 1 EUR and tag("vip") and interaction.last("in") is not known"#,
        #"usage.days_since_active < 9 or orders.days_since_last > 30"#,
    ]

    private func fill(_ story: Story) async throws {
        try await story.run(
            """
            insert into crm.account (key, name, country)
            select 'a' || n, 'A', (array['UA', 'PL'])[1 + n % 2] from generate_series(1, \(Self.accounts)) n
            """)
        try await story.run("insert into usage.subject (kind, key) select 'group', key from crm.account")
        try await story.run(
            """
            insert into crm.account_subject (subject_id, account_id)
            select s.id, a.id from usage.subject s join crm.account a on a.key = s.key
            """)
        try await story.run(
            """
            insert into crm.account_order (account_id, key, amount_minor, currency, occurred_at)
            select id, 'o' || id, 100, 'EUR', now() - interval '3 days' from crm.account
            """)
        try await story.run(
            "insert into crm.account_tag (account_id, tag, present) select id, 'vip', true from crm.account")
        try await story.run(
            "insert into crm.interaction (account_id, kind, title) select id, 'note', 'n' from crm.account")
        try await story.run(
            """
            insert into usage.daily_folded (subject_id, day, event, known_on, count)
            select s.id, current_date - d * 5, 'login', current_date - d * 5, d + 1
            from usage.subject s, generate_series(0, 9) d
            """)
        for table in [
            "crm.account", "crm.account_subject", "crm.account_order", "crm.account_tag", "crm.interaction",
            "usage.daily_folded",
        ] {
            try await story.run(SQL(verbatim: "analyze \(table)"))
        }
    }

    /// Rows that the statement read, from tables and by indexes.
    private func read(_ select: SQL, in story: Story) async throws -> Int64 {
        try await story.database.owner.transaction { connection in
            func count() async throws -> Int64 {
                let row = try await connection.first(
                    """
                    select coalesce(sum(seq_tup_read), 0)::bigint + coalesce(sum(idx_tup_fetch), 0)::bigint as rows
                    from pg_stat_xact_user_tables where schemaname in ('crm', 'usage')
                    """)
                return try row?["rows"] ?? -1
            }
            let before = try await count()
            _ = try await connection.query(select)
            return try await count() - before
        }
    }

    @Test func aFewAccountsAreLookedUpAndAllAreReadOnce() async throws {
        try await Story.with { story in
            try await fill(story)
            let few: [Int64] = try await story.database.owner.query("select id from crm.account order by id limit 5")
                .map { try $0["id"] }
            let segments = try Self.texts.map { try Segment.compile($0) }
            for segment in segments {
                let rows = try await read(try segment.select(of: .among(few)), in: story)
                #expect((5...1_500).contains(rows), "\(segment): \(rows)")
                // Of usage there are 40,000 rows, of all else 20,000.
                let all = try await read(try segment.select(), in: story)
                #expect((4_000...150_000).contains(all), "\(segment): \(all)")
                let half = try await read(try segment.select(of: .part(1, of: 2)), in: story)
                #expect((2_000...150_000).contains(half), "\(segment): \(half)")
            }
            let rows = try await read(try CompiledSegment.select(segments, of: .among(few)), in: story)
            #expect((5...3_000).contains(rows), "\(rows)")
        }
    }
}
