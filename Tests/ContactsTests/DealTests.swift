import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct DealTests {
    private static func body(_ more: String = "", key: String = "d", account: String = "a") -> String {
        #"{"account_key": "\#(account)", "deal_key": "\#(key)"\#(more)}"#
    }

    private func stage(_ desk: Desk, _ key: String, _ body: String) async throws -> String {
        try await desk.refusable { connection in
            try await DealStage("sales", key, Desk.fields(body)).write(by: "test", in: connection).word
        }
    }

    @Test func aDealGoesFromStageToStage() async throws {
        try await Desk.with { desk in
            try await desk.user("ines")
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            #expect(
                try await desk.said(
                    DealDraft.self, Self.body(#", "name": "Pilot", "amount": 90, "currency": "EUR", "owner": "ines""#))
                    == "made")
            #expect(try await desk.said(DealDraft.self, Self.body()) == "unchanged")
            #expect(try await desk.said(DealDraft.self, Self.body(#", "stage": "proposal""#)) == "changed")
            #expect(try await desk.said(DealDraft.self, Self.body(#", "amount": 95, "currency": "EUR""#)) == "changed")
            let now = try await desk.text(
                """
                select account_key, name, stage, amount_minor::text, currency, owner, stalled::text from report.deal
                """)
            #expect(now == "a Pilot proposal 9500 EUR ines false")
            let states = try await desk.text(
                "select stage, amount_minor::text from crm.deal_state order by occurred_at, id")
            #expect(states == "new 9000\nproposal 9000\nproposal 9500")
            #expect(try await desk.said(DealDraft.self, Self.body(#", "amount": null, "owner": null"#)) == "changed")
            #expect(try await desk.text("select amount_minor::text, owner from report.deal") == "- -")
        }
    }

    @Test(arguments: [
        (#", "stage": "gone""#, "stage: “gone” is no stage of sales: there are new, qualified"),
        (#", "pipeline": "hiring""#, "pipeline: there is no pipeline “hiring”: there are sales"),
        (#", "owner": "nobody""#, "owner: there is no user “nobody”"),
        (#", "contact_key": "nobody""#, "contact_key: there is no contact with the key “nobody”"),
        (#", "stage": "lost""#, "loss_reason: is missing, and a deal that is lost needs one: expected one of audience"),
        (#", "stage": "lost", "loss_reason": "bored""#, "loss_reason: expected one of audience_misunderstood"),
        (#", "loss_reason": "price""#, "loss_reason: says why something was lost, and the deal is at the stage new"),
        (#", "amount": -1, "currency": "EUR""#, "amount: expected an amount such as \"29.33\", not below 0"),
        (#", "amount": 5"#, "currency: is missing"),
        (#", "changed_at": "2199-01-01""#, "changed_at: lies in the future"),
    ])
    func refusals(_ more: String, _ words: String) async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            let said = try await desk.said(DealDraft.self, Self.body(more))
            #expect(said.hasPrefix(words), "\(said)")
            #expect(try await desk.count("select from crm.deal") == 0)
            let unknown = try await desk.said(DealDraft.self, Self.body(account: "nobody"))
            #expect(unknown.hasPrefix("account_key: there is no account"))
        }
    }

    @Test func aStageDemandsFields() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            let demanding = #"{"name": "Proposal", "position": 3, "demands": ["budget"]}"#
            #expect(try await stage(desk, "proposal", demanding).hasPrefix("demands: there is no field “budget”"))
            try await desk.field(.deal, "budget", #"{"type": "money"}"#)
            #expect(try await stage(desk, "proposal", demanding) == "changed")
            let proposal = Self.body(#", "stage": "proposal""#)
            let refused = "fields.budget: is empty, and the stage proposal demands it: fill it first"
            #expect(try await desk.said(DealDraft.self, proposal) == refused)
            #expect(
                try await desk.said(DealDraft.self, Self.body(#", "stage": "proposal", "fields": {"budget": "9 EUR"}"#))
                    == "made")
            #expect(try await desk.said(DealDraft.self, Self.body(#", "fields": {"budget": null}"#)) == refused)
            #expect(try await desk.said(DealDraft.self, Self.body(#", "name": "Same""#)) == "changed")
            // In use: the field by the stage and the value, the stage by the deal.
            try await desk.database.owner.execute("update crm.deal set fields = '{}'")
            let field = try await desk.refusable { connection in
                try await FieldUse(object: .deal, key: "budget").remove(by: "test", in: connection) ? "gone" : "none"
            }
            #expect(field.contains("used by the stage sales.proposal"))
            #expect(try await stage(desk, "proposal", #"{"kind": "won"}"#).contains("the deal “d” is or was at it"))
        }
    }

    @Test func aLeadBecomesACustomerOnItsFirstWonDealOnce() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a", "lead": true}"#, #"{"key": "b"}"#)
            try await desk.write(DealDraft.self, Self.body(), Self.body(key: "e"), Self.body(key: "f", account: "b"))
            let changed = try await desk.heard(.accountChanged, on: "contacts")
            try await desk.write(
                DealDraft.self, Self.body(#", "stage": "won""#), Self.body(#", "stage": "won""#, key: "f", account: "b")
            )
            let accounts: SQL = """
                select key, lead::text, (became_customer_at is not null)::text as became from crm.account order by key
                """
            #expect(try await desk.text(accounts) == "a false true\nb false false")
            #expect(try await desk.heard(.accountChanged, on: "contacts") == changed + 1)
            let since: SQL = "select became_customer_at::text from crm.account where key = 'a'"
            let first = try await desk.text(since)
            try await desk.write(DealDraft.self, Self.body(#", "stage": "won""#, key: "e"))
            #expect(try await desk.text(since) == first)
            #expect(try await desk.heard(.accountChanged, on: "contacts") == changed + 1)
            #expect(try await desk.count("select from crm.audit where verb = 'win'") == 1)
            let again = try await desk.said(AccountDraft.self, #"{"key": "a", "lead": true}"#)
            #expect(again == "lead: the account won a deal and is a customer: leave it out")
        }
    }

    @Test func twoDealsThatAreWonAtOnceMakeOneCustomer() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a", "lead": true}"#)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...5 {
                    group.addTask {
                        try await desk.write(DealDraft.self, Self.body(#", "stage": "won""#, key: "\(number)"))
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await desk.count("select from crm.audit where verb = 'win'") == 1)
            #expect(try await desk.count("select from crm.deal") == 5)
        }
    }

    @Test func conversionDaysAndPeople() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\na\n")
            let text = """
                account_key,deal_key,stage,amount,currency,owner,created_at,changed_at,loss_reason
                a,1,new,100,EUR,ines,2026-01-01,2026-01-01,
                a,1,qualified,100,EUR,ines,,2026-01-05,
                a,1,qualified,120,EUR,ines,,2026-01-07,
                a,1,won,120,EUR,ines,,2026-01-09,
                a,2,new,50,EUR,ines,2026-01-01,2026-01-01,
                a,2,lost,50,EUR,ines,,2026-01-03,too dear
                a,3,new,10,EUR,mark,2026-01-01,2026-01-01,
                """
            let outcome = try await desk.importing(.deals, text, history: true)
            #expect(outcome.tally == Tally(made: 3, changed: 4))
            let stages = try await desk.text(
                """
                select stage, reached::text, there_now::text, went_on::text, lost_here::text, conversion::text, days::text
                from report.deal_conversion where stage in ('new', 'qualified') order by position
                """)
            #expect(stages == "new 3 1 1 1 33.3 3.0\nqualified 1 0 1 0 100.0 4.0")
            let people = try await desk.text(
                """
                select owner, won::text, lost::text, open::text, win_share::text, won_minor::text, open_minor::text,
                    days_to_win::text, stalled::text from report.deal_person order by owner
                """)
            #expect(people == "ines 1 1 0 50.0 12000 0 8.0 0\nmark 0 0 1 - 0 1000 - 1")
            let words = try await desk.text("select loss_words from crm.current_deal where kind = 'lost'")
            #expect(words == "too dear")
            #expect(try await desk.importing(.deals, text + "\n", history: true).tally.changed == 0)
        }
    }
}
