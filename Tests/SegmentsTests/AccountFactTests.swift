import Postgres
import TestBed
import Testing

@Suite struct AccountFactTests {
    @Test func columns() async throws {
        try await Story.with { story in
            try await story.account("acme", since: 100)
            try await story.account("bolt", since: 10)
            try await story.run(
                """
                update crm.account set name = 'Пʼята Кав’ярня', kind = 'person', country = 'UA', language = 'uk-UA',
                    industry = 'Food', time_zone = 'Europe/Kyiv', stub = true, source = 'usage',
                    on_holiday_until = (now() at time zone 'UTC')::date
                where key = 'bolt'
                """)
            #expect(try await story.select("key = \"acme\"") == "acme")
            #expect(try await story.select("name contains \"КАВ'ЯРНЯ\"") == "bolt")
            #expect(try await story.select("name not starts with \"п'ЯТ\"") == "acme")
            #expect(try await story.select("name ends with \"ярня\"") == "bolt")
            #expect(try await story.select("name contains \"%\"") == "")
            #expect(try await story.select("kind = \"person\" and stub and source in (\"usage\", \"x\")") == "bolt")
            #expect(try await story.select("country = \"UA\" and language starts with \"uk\"") == "bolt")
            #expect(try await story.select("industry contains \"foo\" and time_zone = \"Europe/Kyiv\"") == "bolt")
            #expect(try await story.select("on_holiday") == "bolt")
            #expect(try await story.select("tenure > 30 days") == "acme")
            #expect(try await story.select("tenure between 1 week and 30 days") == "bolt")
            #expect(try await story.select("created >= 2020-01-01") == "acme bolt")
            #expect(try await story.select("true") == "acme bolt")
            #expect(try await story.select("tenure > 30 days", asOf: 5) == "acme")
            #expect(try await story.select("key != \"x\"", asOf: 20) == "acme", "bolt was not there yet")
        }
    }

    /// `country` of acme is not known.
    @Test(
        arguments: [
            ("country = \"UA\"", "bolt"), ("not country = \"UA\"", ""), ("country != \"UA\"", ""),
            ("country not in (\"PL\")", "bolt"), ("country = \"UA\" or key = \"acme\"", "acme bolt"),
            ("not (country = \"UA\" and key = \"bolt\")", "acme"), ("country is known", "bolt"),
            ("country is not known", "acme"), ("not country is known", "acme"),
            ("country not contains \"x\"", "bolt"), ("country not between_is_no_word", nil),
        ] as [(String, String?)])
    func noDataIsNeitherTrueNorFalse(_ text: String, _ expected: String?) async throws {
        try await Story.with { story in
            try await story.account("acme", "bolt")
            try await story.run("update crm.account set country = 'UA' where key = 'bolt'")
            guard let expected else {
                await #expect(throws: (any Error).self) { try await story.select(text) }
                return
            }
            #expect(try await story.select(text) == expected)
        }
    }

    @Test func owner() async throws {
        try await Story.with { story in
            try await story.account("acme", "bolt", "core")
            try await story.run("insert into crm.team_user (name) values ('Ann'), ('Bob')")
            for (key, user, days) in [("acme", "Ann", 20.0), ("acme", "Bob", 10.0), ("bolt", "Ann", 20.0)] {
                try await story.run(
                    """
                    insert into crm.account_owner (account_id, user_id, occurred_at, known_at)
                    select \(try await story.id(key)), id, \(story.ago(days)), \(story.ago(days))
                    from crm.team_user where name = \(user)
                    """)
            }
            try await story.run(
                """
                insert into crm.account_owner (account_id, user_id, occurred_at)
                values (\(try await story.id("bolt")), null, \(story.ago(5)))
                """)
            #expect(try await story.select("owner = \"Bob\"") == "acme")
            #expect(try await story.select("owner is not known") == "bolt core")
            #expect(try await story.select("owner = \"Ann\"", asOf: 15) == "acme bolt")
            // The survivor's owner counts; where it never had one, that of the account merged into it.
            try await story.merge("acme", into: "core")
            #expect(try await story.select("owner = \"Bob\"") == "core")
        }
    }

    @Test func tags() async throws {
        try await Story.with { story in
            try await story.account("acme", "bolt", "core")
            try await story.tag("acme", "vip", ago: 20)
            try await story.tag("acme", "vip", false, ago: 10)
            try await story.tag("bolt", "vip", ago: 20, known: 5)
            try await story.tag("bolt", "old", ago: 1)
            #expect(try await story.select("tag(\"vip\")") == "bolt")
            #expect(try await story.select("not tag(\"vip\")") == "acme core", "never tagged is false, not unknown")
            #expect(try await story.select("tag(\"vip\") and tag(\"old\")") == "bolt")
            #expect(try await story.select("tag(\"vip\")", asOf: 15) == "acme", "bolt's was not known yet")
            #expect(try await story.select("tag(\"vip\")", asOf: 4) == "bolt")
        }
    }
}
