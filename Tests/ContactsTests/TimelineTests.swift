import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct TimelineTests {
    /// All pages of so many entries, one after the other: `kind words`.
    private func pages(_ desk: Desk, _ account: String, of limit: Int64) async throws -> [String] {
        let id = try await desk.id(account)
        var (timeline, entries) = (TimelineList(limit: limit), [String]())
        while true {
            struct Page: Decodable {
                struct Entry: Decodable { let kind: String, words: String }
                let items: [Entry]
                let next_after: String?
            }
            let page = try await timeline.page(id, in: desk.pool).decode(Page.self)
            entries += page.items.map { "\($0.kind) \($0.words)" }
            guard let after = page.next_after else { return entries }
            timeline.after = after
        }
    }

    @Test(arguments: [1, 3, 7, 100])
    func pagesNeitherLoseNorRepeatEntriesOfOneTime(_ limit: Int64) async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#, #"{"key": "b"}"#)
            try await desk.database.owner.execute(
                """
                insert into crm.interaction (account_id, kind, title, occurred_at)
                select a.id, 'note', a.key || n, '2026-05-01'::timestamptz + (n / 9) * interval '1 microsecond'
                from crm.account a, generate_series(1, 20) n
                """)
            for number in 1...5 {
                try await desk.write(
                    OrderDraft.self,
                    #"{"account_key": "a", "order_key": "\#(number)", "ordered_at": "2026-05-01", "amount": 1, "currency": "EUR"}"#
                )
            }
            let entries = try await pages(desk, "a", of: limit)
            #expect(entries.count == 25 && Set(entries).count == 25)
            // Merged, it is one timeline in one order.
            try await desk.database.owner.execute(
                "update crm.account set merged_into = (select id from crm.account where key = 'a') where key = 'b'")
            let both = try await pages(desk, "a", of: limit)
            #expect(both.count == 45 && Set(both).count == 45)
            let shown = try await desk.text(
                "select kind || ' ' || words as e from report.timeline where account_key = 'a' order by at desc, place desc"
            )
            #expect(both.joined(separator: "\n") == shown)
        }
    }

    @Test(arguments: [["x", "y"], ["9223372036854775807", "y"], ["-9223372036854775808", "y"], ["1"]])
    func aCursorThatNoPageAnsweredIsRefused(_ values: [String]) throws {
        let refusal = #expect(throws: Refusal.self) {
            try TimelineList(after: Cursor(values).text).entries(of: 1)
        }
        #expect(refusal?.code == "bad_cursor")
    }

    @Test func everythingStandsOnItAndPinnedEntriesFirst() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            try await desk.write(
                DealDraft.self, #"{"account_key": "a", "deal_key": "d", "name": "Pilot", "changed_at": "2026-01-01"}"#)
            try await desk.write(
                DealDraft.self,
                #"{"account_key": "a", "deal_key": "d", "stage": "won", "changed_at": "2026-01-02"}"#)
            try await desk.write(
                TicketDraft.self,
                #"{"account_key": "a", "ticket_key": "t", "subject": "Help", "opened_at": "2026-01-03", "status": "solved", "changed_at": "2026-01-04"}"#
            )
            try await desk.write(
                InvoiceDraft.self,
                #"{"account_key": "a", "invoice_key": "i", "amount": 1, "currency": "EUR", "issued_on": "2026-01-05", "paid_at": "2026-01-06"}"#
            )
            try await desk.write(
                GoalDraft.self, #"{"account_key": "a", "goal_key": "g", "words": "Grow", "agreed_at": "2026-01-07"}"#)
            try await desk.importing(
                .interactions, "account_key,kind,title,occurred_at\na,note,Old,2025-01-01\na,note,New,2026-02-01\n")
            let entries = try await pages(desk, "a", of: 50)
            #expect(
                entries == [
                    "note New", "goal Goal agreed: Grow", "invoice Invoice i paid", "invoice Invoice i",
                    "ticket Ticket t solved", "ticket Ticket t opened: Help", "deal Deal Pilot: Won",
                    "deal Deal Pilot: New",
                    "note Old",
                ])
            let old: Int64 =
                try await desk.database.owner.first("select id from crm.interaction where title = 'Old'")
                .map { try $0["id"] } ?? 0
            func pin(_ isPinned: Bool) async throws -> String {
                try await desk.refusable { connection in
                    try await Pin.set(old, isPinned, by: "test", in: connection)?.word ?? "none"
                }
            }
            #expect(try await pin(true) == "changed")
            #expect(try await pin(true) == "unchanged")
            let first = try await TimelineList(limit: 2).page(try await desk.id("a"), in: desk.pool).text
            #expect(first.contains(#""pinned": [{"at": "2025-01-01"#), "\(first)")
            #expect(try await pages(desk, "a", of: 2).count == 9, "a pinned entry keeps its place in time too")
            #expect(try await pin(false) == "changed")
            try await desk.database.owner.execute(
                "insert into crm.interaction (account_id, kind, title, pinned_at) select account_id, 'note', 'x', now() from crm.interaction, generate_series(1, 20) limit 20"
            )
            #expect(try await pin(true).hasPrefix("20 entries of this account are pinned"))
        }
    }

    /// A page of 10,000 entries reads about as many rows as it shows, also where nearly all accounts have one.
    @Test func aPageOfALongTimelineStopsEarly() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            let id = try await desk.id("a")
            try await desk.database.owner.execute(
                """
                insert into crm.interaction (account_id, kind, title, occurred_at)
                select \(id), 'note', 'n' || n, now() - n * interval '1 minute' from generate_series(1, 10000) n
                """)
            try await desk.database.owner.execute(
                """
                insert into crm.account (key, name) select 'b' || n, 'B' from generate_series(1, 40000) n
                """)
            try await desk.database.owner.execute("analyze crm.account")
            try await desk.database.owner.execute(
                """
                insert into crm.interaction (account_id, kind, title) select id, 'note', 'one' from crm.account where key <> 'a'
                """)
            try await desk.database.owner.execute("analyze crm.interaction")
            let read: SQL = """
                select coalesce(sum(idx_tup_fetch), 0) + (select coalesce(sum(seq_tup_read), 0)
                    from pg_stat_xact_all_tables where relid = 'crm.interaction'::regclass) as rows
                from pg_stat_xact_all_tables where relid = 'crm.interaction'::regclass
                """
            let rows = try await desk.pool.transaction { connection -> Int64 in
                var at: String?
                for _ in 0..<3 {
                    let page = try await connection.query(
                        "select at::text as at from crm.timeline(\(id), \(at)::timestamptz, 'z', 50)")
                    at = try page.last?["at"]
                }
                return try await connection.first("select (\(fragment: read))::bigint as rows").map { try $0["rows"] }
                    ?? -1
            }
            #expect((150...1_000).contains(rows), "\(rows)")
        }
    }
}
