import Postgres
import TestBed
import Testing

@Suite struct MoneyFactTests {
    @Test func orders() async throws {
        try await Story.with { story in
            try await story.account("acme", "bolt", "core")
            for (days, minor) in [(200.0, 5_000), (100, 7_000), (20, 4_000), (10, -1_000)] as [(Double, Int64)] {
                try await story.order("acme", minor, ago: days)
            }
            try await story.order("bolt", 0, ago: 400)
            #expect(try await story.select("orders.count(30 days) = 1") == "acme", "a refund is no order")
            #expect(try await story.select("orders.count(30 days) = 0") == "bolt", "core never ordered: no data")
            #expect(try await story.select("orders.sum(30 days) = 30 EUR") == "acme")
            #expect(try await story.select("orders.sum(30 days) = 0 EUR") == "bolt")
            #expect(try await story.select("orders.days_since_last = 20") == "acme")
            #expect(try await story.select("orders.days_since_last > 300") == "bolt")
            #expect(try await story.select("orders.span between 179 days and 181 days") == "acme")
            #expect(try await story.select("orders.span = 0 days") == "bolt")
            #expect(try await story.select("orders.first < orders.last") == "acme")
            #expect(try await story.select("orders.last is not known") == "core")
            #expect(try await story.select("orders.sum(3660 days) > 100 EUR", asOf: 50) == "acme")
            #expect(try await story.select("orders.sum(3660 days) > 100 EUR", asOf: 150) == "")
            #expect(try await story.select("orders.count(60 days) = 1", asOf: 150) == "acme")
        }
    }

    @Test func currencies() async throws {
        try await Story.with { story in
            try await story.account("euro", "dollar", "yen", "dinar", "none")
            try await story.order("euro", 10_000, "EUR", ago: 3)
            try await story.order("dollar", 10_000, "USD", ago: 3)
            try await story.order("yen", 10_000, "JPY", ago: 3)
            try await story.order("dinar", 10_000, "KWD", ago: 3)
            try await story.order("none", 1_000_000, "SEK", ago: 3)
            try await story.rate("USD", in: "EUR", 0.9)
            try await story.rate("JPY", in: "EUR", 0.006, ago: 3)
            try await story.rate("KWD", in: "USD", 3.25)
            try await story.rate("SEK", in: "EUR", 0.09, ago: 367)
            func sum(_ condition: String) async throws -> String {
                try await story.select("orders.sum(9 days) \(condition)")
            }
            #expect(try await sum("= 100 EUR") == "euro")
            #expect(try await sum("= 90 EUR") == "dollar", "directly")
            #expect(try await sum("between 111.11 USD and 111.12 USD") == "euro", "inversely")
            #expect(try await sum("= 60 EUR") == "yen", "yen have no cents")
            #expect(try await sum("= 16667 JPY") == "euro", "nor where they are the target")
            #expect(try await sum("= 29.25 EUR") == "dinar", "through dollars, and dinars have three decimals")
            #expect(try await sum("= 100 USD or orders.sum(9 days) = 10000 JPY") == "dollar yen")
            #expect(try await sum("> 1 EUR") == "dinar dollar euro yen", "a rate of more than a year ago is none")
            #expect(try await sum("is known") == "dinar dollar euro none yen")
            // One amount without a rate makes the sum no data, not less.
            try await story.order("euro", 5_000, "SEK", ago: 2)
            #expect(try await sum("> 1 EUR") == "dinar dollar yen")
            #expect(try await story.select("orders.sum(1 day) = 0 EUR").contains("euro"), "outside of the window")
        }
    }

    @Test func subscriptions() async throws {
        try await Story.with { story in
            try await story.account("acme", "bolt", "core", "dust", "echo")
            try await story.subscription("acme", "trialing", plan: "pro", mrr: 9_000, ago: 90)
            try await story.subscription("acme", "active", plan: "pro", mrr: 10_000, seats: 5, renewsIn: 40, ago: 60)
            try await story.subscription(
                "acme", "active", named: "side", plan: "basic", mrr: 2_000, renewsIn: 100, ago: 60)
            try await story.subscription(
                "bolt", "cancelled", plan: "pro", mrr: 500, renewsIn: 10, reason: "price", ago: 5)
            try await story.subscription(
                "core", "cancelled", plan: "pro", mrr: 700, renewsIn: -2, reason: "moved", ago: 9)
            try await story.subscription("dust", "trialing", plan: "basic", mrr: 300, renewsIn: -3, ago: 20)
            let table = [
                ("plan = \"pro\"", "acme bolt"), ("plan is not known", "core echo"),
                ("mrr = 120 EUR", "acme"), ("mrr = 5 EUR", "bolt"), ("mrr = 0 EUR", "core dust"),
                ("mrr is not known", "echo"), ("mrr < 100 USD", "core dust"),
                ("subscription.status = \"active\"", "acme"), ("subscription.status = \"ended\"", "core"),
                ("subscription.status in (\"cancelled\", \"trialing\")", "bolt dust"),
                ("subscription.ends_in between 39 days and 41 days", "acme"),
                ("subscription.ends_in < 0 days", "dust"), ("subscription.ends_in is not known", "core echo"),
                ("subscription.seats >= 5", "acme"), ("subscription.loss_reason = \"price\"", "bolt"),
                ("subscription.loss_reason is known", "bolt core"),
            ]
            for (text, expected) in table { #expect(try await story.select(text) == expected, "\(text)") }
            #expect(try await story.select("subscription.status = \"trialing\"", asOf: 70) == "acme")
            #expect(try await story.select("mrr = 7 EUR", asOf: 4) == "core")
            #expect(try await story.select("mrr = 120 EUR or mrr = 0 EUR", asOf: 4) == "acme dust")
        }
    }
}
