import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct AccountTests {
    private static let story = """
        {"key": "a", "city": "Львів", "employees": 40, "domain": "https://www.Acme.example:8080/shop?x=1",
         "preferred_channel": "telegram", "came_for": "Less churn\\nand calm", "strategy": "Grow abroad",
         "do_not_disturb_until": "2026-12-01T08:00:00Z", "lead": true}
        """

    @Test func whatACardTellsIsKept() async throws {
        try await Desk.with { desk in
            #expect(try await desk.said(AccountDraft.self, Self.story) == "made")
            #expect(try await desk.said(AccountDraft.self, Self.story) == "unchanged")
            let kept: SQL = """
                select city, employees::text, domain, preferred_channel, replace(came_for, E'\\n', '|') as came_for, strategy,
                    to_char(do_not_disturb_until at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as quiet, lead::text
                from report.account
                """
            #expect(
                try await desk.text(kept)
                    == "Львів 40 acme.example telegram Less churn|and calm Grow abroad 2026-12-01 08:00 true")
            let cleared = #"{"key": "a", "city": null, "employees": null, "do_not_disturb_until": null, "lead": false}"#
            #expect(try await desk.said(AccountDraft.self, cleared) == "changed")
            #expect(try await desk.text(kept) == "- - acme.example telegram Less churn|and calm Grow abroad - false")
            try await desk.importing(.accounts, "key,employees,domain\nb,7,ACME.example.\n")
            #expect(
                try await desk.text("select employees::text, domain from crm.account where key = 'b'")
                    == "7 acme.example")
        }
    }

    @Test(arguments: [
        (#""employees": -1"#, "employees: expected a whole number"),
        (#""domain": "acme""#, "domain: expected a domain"),
        (#""domain": "a b.example""#, "domain: expected a domain"),
        (#""domain": "-a.example""#, "domain: expected a domain"),
        (#""preferred_channel": "By Mail""#, "preferred_channel: expected a name in small letters"),
        (#""lead": "perhaps""#, "lead: expected true or false"),
        (#""do_not_disturb_until": "soon""#, "do_not_disturb_until: expected a time"),
    ])
    func refusals(_ field: String, _ words: String) throws {
        let refusal = #expect(throws: Refusal.self) {
            try AccountDraft.read(Desk.fields(#"{"key": "a", \#(field)}"#), .json)
        }
        #expect(refusal?.description.hasPrefix(words) == true, "\(refusal?.description ?? "")")
    }

    @Test func aContactIsLeftInPeace() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            let body = #"{"account_key": "a", "contact_key": "c", "do_not_disturb_until": "2026-12-01T08:00:00Z"}"#
            #expect(try await desk.said(ContactDraft.self, body) == "made")
            #expect(try await desk.said(ContactDraft.self, body) == "unchanged")
            #expect(
                try await desk.text("select (do_not_disturb_until = '2026-12-01 08:00Z')::text as x from crm.contact")
                    == "true")
        }
    }
}
