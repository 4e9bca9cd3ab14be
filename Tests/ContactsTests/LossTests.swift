import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

/// Nobody gives something up, or loses it, without a reason.
@Suite struct LossTests {
    private static func body(_ status: String, _ more: String = "") -> String {
        #"{"account_key": "a", "subscription_key": "s", "mrr": 50, "currency": "EUR", "status": "\#(status)"\#(more)}"#
    }

    @Test(arguments: ["cancelled", "ended"])
    func aSubscriptionIsNotGivenUpWithoutAReason(_ status: String) async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            let without = try await desk.said(SubscriptionDraft.self, Self.body(status))
            #expect(without.hasPrefix("loss_reason: is missing, and a subscription that is \(status) needs one"))
            #expect(without.contains("audience_misunderstood, weak_service, value_unclear"))
            let strange = try await desk.said(SubscriptionDraft.self, Self.body(status, #", "loss_reason": "bored""#))
            #expect(strange.hasPrefix("loss_reason: expected one of") && strange.hasSuffix("found “bored”"))
            #expect(try await desk.count("select from crm.subscription") == 0)
            let said =
                #", "loss_reason": "competitor", "loss_words": "Half the price", "competitor": "Rival", "competitor_offer": "25 EUR, yearly""#
            #expect(try await desk.said(SubscriptionDraft.self, Self.body(status, said)) == "made")
            let kept = try await desk.text(
                "select loss_reason, loss_words, competitor, competitor_offer from crm.subscription_state")
            #expect(kept == "competitor Half the price Rival 25 EUR, yearly")
        }
    }

    @Test func anEndKeepsTheReasonOfTheCancellation() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            try await desk.write(SubscriptionDraft.self, Self.body("active"))
            let cancelled = Self.body("cancelled", #", "loss_reason": "price", "loss_words": "Too dear""#)
            #expect(try await desk.said(SubscriptionDraft.self, cancelled) == "changed")
            #expect(try await desk.said(SubscriptionDraft.self, Self.body("ended")) == "changed")
            #expect(try await desk.said(SubscriptionDraft.self, Self.body("ended")) == "unchanged")
            let states = try await desk.text(
                "select status, loss_reason, loss_words from crm.subscription_state order by occurred_at, id")
            #expect(states == "active - -\ncancelled price Too dear\nended price Too dear")
            // Back again, and given up again: what was said then says nothing of now.
            #expect(try await desk.said(SubscriptionDraft.self, Self.body("active")) == "changed")
            #expect(
                try await desk.said(SubscriptionDraft.self, Self.body("ended")).hasPrefix("loss_reason: is missing"))
        }
    }

    @Test func whatGoesOnHasNoReason() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            let said = try await desk.said(
                SubscriptionDraft.self, Self.body("active", #", "competitor": "Rival""#))
            #expect(said == "competitor: says why something was lost, and the subscription is active: leave it out")
        }
    }

    @Test func historyMayLeaveItOutOrSayItInFreeWords() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\na\n")
            let text = """
                account_key,subscription_key,mrr,currency,status,changed_at,loss_reason
                a,1,50,EUR,ended,2025-01-01,
                a,2,50,EUR,ended,2025-01-01,they moved to Lviv
                a,3,50,EUR,ended,2025-01-01,price

                """
            #expect(try await desk.importing(.subscriptions, text).tally == Tally(made: 1, refused: 2))
            #expect(try await desk.importing(.subscriptions, text, history: true).tally == Tally(made: 2, unchanged: 1))
            let kept = try await desk.text(
                """
                select s.key, t.loss_reason, t.loss_words from crm.subscription s
                join crm.subscription_state t on t.subscription_id = s.id order by s.key
                """)
            #expect(kept == "1 - -\n2 - they moved to Lviv\n3 price -")
        }
    }

    @Test func reasonsAreListedChangedAndKeptWhileInUse() async throws {
        try await Desk.with { desk in
            let body = #"{"name": "Too slow", "name_uk": "Надто повільно", "position": 2}"#
            let put: @Sendable (PostgresConnection) async throws -> String = { connection in
                try await LossReason("too_slow", Desk.fields(body)).write(by: "test", in: connection).word
            }
            let remove: @Sendable (PostgresConnection) async throws -> String = { connection in
                try await LossReason.remove("too_slow", by: "test", in: connection) ? "gone" : "none"
            }
            #expect(try await desk.refusable(put) == "made")
            #expect(try await desk.refusable(put) == "unchanged")
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            try await desk.write(SubscriptionDraft.self, Self.body("ended", #", "loss_reason": "too_slow""#))
            #expect(try await desk.refusable(remove).contains("the subscription “s” was lost for it"))
            try await desk.database.owner.execute("delete from crm.subscription_state")
            #expect(try await desk.refusable(remove) == "gone")
            #expect(try await desk.refusable(remove) == "none")
        }
    }

    @Test func reasonsAreRankedByTheMoneyThatTheyCost() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "a"}"#)
            func subscription(_ key: String, _ mrr: Int, _ status: String, _ reason: String?) -> String {
                let loss = reason.map { #", "loss_reason": "\#($0)""# } ?? ""
                return
                    #"{"account_key": "a", "subscription_key": "\#(key)", "mrr": \#(mrr), "currency": "EUR", "status": "\#(status)"\#(loss)}"#
            }
            try await desk.write(
                SubscriptionDraft.self, subscription("1", 100, "active", nil), subscription("2", 10, "ended", "price"),
                subscription("3", 20, "cancelled", "price"), subscription("4", 5, "active", nil))
            // An end written with no money counts what it paid before; one that came back is not lost.
            try await desk.write(SubscriptionDraft.self, subscription("1", 0, "ended", "weak_service"))
            try await desk.write(SubscriptionDraft.self, subscription("4", 5, "ended", "moved_away"))
            try await desk.write(SubscriptionDraft.self, subscription("4", 5, "active", nil))
            try await desk.write(
                DealDraft.self,
                #"{"account_key": "a", "deal_key": "d", "amount": 90, "currency": "EUR", "stage": "lost", "loss_reason": "price"}"#,
                #"{"account_key": "a", "deal_key": "e", "amount": 7, "currency": "USD", "stage": "lost", "loss_reason": "moved_away"}"#
            )
            let ranks = try await desk.text(
                """
                select currency, rank::text, reason, name_uk, addressable::text, lost::text, deals::text, money_minor::text,
                    share::text from report.loss_reason order by currency, rank
                """)
            #expect(
                ranks == """
                    EUR 1 weak_service Слабкий сервіс true 1 0 120000 72.7
                    EUR 2 price Ціна true 3 1 45000 27.3
                    USD 1 moved_away Переїзд false 1 1 700 100.0
                    """)
        }
    }
}
