import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct ContactImportTests {
    private static let contacts = """
        account_key,contact_key,name,email,language,role,consents
        acme,anna,Anna,anna@example.invalid,uk,decides,mail:service=granted;mail:marketing=refused
        acme,bob,Bob,,,,mail:marketing=granted
        """

    private func consents(_ desk: Desk) async throws -> String {
        try await desk.text(
            """
            select k.key, c.channel, c.topic, c.granted::text, c.source from crm.current_consent c
            join crm.contact k on k.id = c.contact_id order by 1, 2, 3
            """)
    }

    @Test func contactsWithAddressesAndConsents() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\nacme\n")
            #expect(try await desk.importing(.contacts, Self.contacts).tally == Tally(made: 2))
            #expect(try await desk.importing(.contacts, Self.contacts).tally == Tally(unchanged: 2))
            let expected = """
                anna mail marketing false import
                anna mail service true import
                bob mail marketing true import
                """
            #expect(try await consents(desk) == expected)
            #expect(
                try await desk.text("select channel, value from crm.contact_address") == "mail anna@example.invalid")
        }
    }

    @Test func whatIsSaidOfAChannelReplacesIt() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\nacme\n")
            try await desk.importing(.contacts, Self.contacts)
            let moved =
                "account_key,contact_key,email,phone\nacme,anna,new@example.invalid,+380 44 1234567\nacme,bob,,\n"
            #expect(try await desk.importing(.contacts, moved).tally == Tally(changed: 1, unchanged: 1))
            let addresses = try await desk.text("select channel, value from crm.contact_address order by 1")
            #expect(addresses == "mail new@example.invalid\nphone +380441234567")
            #expect(try await desk.text("select name, role from crm.contact where key = 'anna'") == "Anna decides")
        }
    }

    @Test func aFileNeverTurnsARefusalIntoAGrant() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\nacme\n")
            try await desk.importing(.contacts, Self.contacts)
            let row = try await desk.database.owner.first("select id from crm.contact where key = 'bob'")
            let bob: Int64 = try row?["id"] ?? 0
            try await desk.enqueue(
                "consent.withdraw",
                Withdrawal(contactID: bob, channel: "mail", topic: "marketing", source: "unsubscribe link"))
            try await desk.work()
            #expect(try await consents(desk).contains("bob mail marketing false unsubscribe link"))
            #expect(try await desk.importing(.contacts, Self.contacts).tally == Tally(unchanged: 2))
            #expect(try await consents(desk).contains("bob mail marketing false unsubscribe link"))
        }
    }

    @Test func aWithdrawalIsToldOnce() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\nacme\n")
            try await desk.importing(.contacts, Self.contacts)
            let row = try await desk.database.owner.first("select id from crm.contact where key = 'bob'")
            let withdrawal = Withdrawal(
                contactID: try row?["id"] ?? 0, channel: "mail", topic: "marketing", source: "unsubscribe link")
            for _ in 0..<3 { try await desk.enqueue("consent.withdraw", withdrawal) }
            try await desk.work()
            #expect(
                try await desk.count(
                    "select from report.job where kind = 'contact.unsubscribed' and queue = 'scheduler'") == 1)
            let entries = try await desk.text(
                "select kind, title from report.timeline t, lateral (select t.words as title) w")
            #expect(entries == "consent Bob wants no more marketing by mail")
            #expect(try await desk.count("select from crm.audit where verb = 'withdraw consent'") == 1)
        }
    }

    /// A transaction that began before the other's row was written still sees it, and what it says comes after.
    @Test func whoBeganFirstAndSpeaksLastIsHeard() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\nacme\n")
            try await desk.importing(.contacts, Self.contacts)
            let row = try await desk.database.owner.first("select id from crm.contact where key = 'bob'")
            let bob: Int64 = try row?["id"] ?? 0
            @Sendable func say(_ granted: Bool, in connection: PostgresConnection) async throws -> Bool {
                let consent = ConsentDraft(channel: "mail", topic: "marketing", granted: granted)
                return try await !Consent.record(
                    [Consent.Given(contactID: bob, consent: consent)], Origin(actor: "test", source: "test"),
                    in: connection
                ).isEmpty
            }
            try await desk.pool.transaction { early in
                try await early.execute("select now()")
                #expect(try await desk.pool.transaction { try await say(false, in: $0) })
                #expect(try await !say(false, in: early))
                #expect(try await say(true, in: early))
            }
            #expect(try await consents(desk).contains("bob mail marketing true test"))
        }
    }

    @Test func subscriptionsKeepTheirHistory() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\nacme\n")
            let heading =
                "account_key,subscription_key,plan,status,mrr_minor,currency,started_at,renews_at,seats,changed_at\n"
            let began = heading + "acme,s1,pro,active,4900,EUR,2025-01-01,2027-01-01,5,\n"
            #expect(try await desk.importing(.subscriptions, began, history: true).tally == Tally(made: 1))
            #expect(try await desk.importing(.subscriptions, began, history: true).tally == Tally(unchanged: 1))
            let grew = heading + "acme,s1,team,active,9900,EUR,2025-01-01,2027-01-01,9,2025-06-01\n"
            #expect(try await desk.importing(.subscriptions, grew, history: true).tally == Tally(changed: 1))
            #expect(try await desk.importing(.subscriptions, grew, history: true).tally == Tally(unchanged: 1))
            let states = try await desk.text(
                """
                select plan, mrr_minor::text, to_char(occurred_at, 'YYYY-MM-DD') as since, (known_at = occurred_at)::text as known
                from crm.subscription_state order by occurred_at
                """)
            #expect(states == "pro 4900 2025-01-01 true\nteam 9900 2025-06-01 true")
            #expect(try await desk.text("select plan, mrr_minor::text from report.account") == "team 9900")
        }
    }
}
