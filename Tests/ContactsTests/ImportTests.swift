import Chassis
import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct ImportTests {
    private static let accounts = """
        key,kind,name,industry,country,owner,seats
        acme,company,"Acme, ""The"" Co",tools,UA,ines,5
        beta,company,Beta,,DE,mark,9

        gamma,person,Ганна,,UA,,
        """

    @Test func accountsAreMadeWithTheirOwners() async throws {
        try await Desk.with { desk in
            let first = try await desk.importing(.accounts, Self.accounts, source: "demo")
            #expect(first.tally == Tally(made: 3))
            let made = try await desk.text(
                """
                select a.key, a.name, a.kind, a.country, u.name as owner, u.role, a.source from crm.account a
                left join crm.current_owner o on o.account_id = a.id left join crm.team_user u on u.id = o.user_id
                order by a.key
                """)
            #expect(
                made == """
                    acme Acme, "The" Co company UA ines manager demo
                    beta Beta company DE mark manager demo
                    gamma Ганна person UA - - demo
                    """)
            #expect(try await desk.count("select from report.job where kind = 'account.changed'") == 2)
        }
    }

    @Test func theSameFileAgainChangesNothing() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, Self.accounts)
            let before = try await desk.count("select from report.job")
            let again = try await desk.importing(.accounts, Self.accounts)
            #expect(again.tally == Tally(unchanged: 3))
            #expect(try await desk.count("select from report.job") == before)
            let changed = try await desk.importing(.accounts, "key,name\nacme,Acme\nbeta,Beta\n")
            #expect(changed.tally == Tally(changed: 1, unchanged: 1))
            #expect(try await desk.text("select name, industry from crm.account where key = 'acme'") == "Acme tools")
        }
    }

    @Test func linesThatCanNotBeTakenAreKeptWithTheirReasons() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\na1\n")
            let outcome = try await desk.importing(
                .orders,
                """
                account_key,order_key,ordered_at,amount,currency,items
                a1,o1,2026-05-01T12:00:00Z,29.33,USD,2
                nobody,o2,2026-05-01T12:00:00Z,1,USD,
                a1,o3,yesterday,1,USD,
                a1,o4,2026-05-01,1.999,USD,
                a1,o5,2026-05-01,1,dollars,
                a1,o6,2026-05-01
                a1,"o7,2026-05-01
                """, history: true)
            #expect(outcome.tally == Tally(made: 1, refused: 6))
            let refused = try await desk.text("select line::text, field from crm.import_refusal order by line")
            #expect(refused == "3 account_key\n4 ordered_at\n5 amount\n6 currency\n7 -\n8 -")
            let order = try await desk.text(
                """
                select amount_minor::text, currency, items::text, historical::text, (known_at = occurred_at)::text as known
                from crm.account_order
                """)
            #expect(order == "2933 USD 2 true true")
        }
    }

    @Test func separatorsMarksAndMappedColumns() async throws {
        try await Desk.with { desk in
            let text = "\u{FEFF}Kunde;Name;Country\r\nk1;\"Eins;\r\nZwei\";de\r\n"
            let refused = try await desk.importing(.accounts, text, map: ["Kunde": "key"])
            #expect(refused.tally == Tally(refused: 1), "a name stands on one line")
            let outcome = try await desk.importing(.accounts, "Kunde\tName\nk1\tEins; Zwei\n", map: ["Kunde": "key"])
            #expect(outcome.tally == Tally(made: 1))
            #expect(try await desk.text("select key, name from crm.account") == "k1 Eins; Zwei")
        }
    }

    @Test(arguments: [
        ("", "empty"), ("name\nx\n", "no column key"), ("key,key\n1,2\n", "says key twice"),
        ("\"key\n", "never closed"),
    ])
    func aHeadingThatDoesNotDoIsExplained(_ text: String, _ words: String) async throws {
        try await Desk.with { desk in
            let failure = await #expect(throws: ProgramFailure.self) { try await desk.importing(.accounts, text) }
            #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
            let begun = try await desk.count("select from crm.import")
            #expect(begun == 0)
        }
    }

    @Test func oneThatWasBrokenOffGoesOnWhereItStopped() async throws {
        try await Desk.with { desk in
            let lines = (1...2_500).map { "a\($0),Name \($0)" }
            let text = (["key,name"] + lines).joined(separator: "\n") + "\n"
            try await desk.importing(.accounts, text)
            // As a kill after the first batch leaves it: the run is open, the later accounts are not there.
            _ = try await desk.database.owner.execute(
                "update crm.import set finished_at = null, lines = 1001, accepted = 1000, made = 1000, unchanged = 0")
            _ = try await desk.database.owner.execute("delete from crm.account where substr(key, 2)::int > 1000")
            let again = try await desk.importing(.accounts, text)
            #expect(again.linesBefore == 1_001)
            #expect(again.tally == Tally(made: 2_500))
            #expect(try await desk.count("select from crm.account") == 2_500)
            let runs = try await desk.text(
                "select accepted::text, lines::text, (finished_at is not null)::text as done from crm.import")
            #expect(runs == "2500 2501 true")
        }
    }

    @Test func ofAKeyThatStandsTwiceTheLaterLineWins() async throws {
        try await Desk.with { desk in
            let outcome = try await desk.importing(.accounts, "key,name\na,One\na,Two\na,Three\n")
            #expect(outcome.tally == Tally(made: 1, changed: 2))
            #expect(try await desk.text("select name from crm.account") == "Three")
        }
    }

    @Test func aStubBecomesAnAccount() async throws {
        try await Desk.with { desk in
            let ids = try await desk.subjects("group:acme")
            try await desk.publish(.usageRecorded, SubjectsTouched(subjects: ids))
            try await desk.work()
            #expect(try await desk.text("select key, stub::text, source from crm.account") == "acme true usage")
            let outcome = try await desk.importing(.accounts, "key,name\nacme,Acme\n")
            #expect(outcome.tally == Tally(changed: 1))
            #expect(try await desk.text("select name, stub::text, source from crm.account") == "Acme false import")
            #expect(try await desk.links() == "group:acme=acme")
        }
    }
}
