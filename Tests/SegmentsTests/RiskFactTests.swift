import Postgres
import TestBed
import Testing

@Suite struct RiskFactTests {
    @Test func scoresAndSignals() async throws {
        try await Story.with { story in
            try await story.account("acme", "bolt", "core")
            try await story.score("acme", 90, 0.6, "high", "usage_drop")
            try await story.score("acme", 30, 0.2, "medium", nil)
            try await story.score("bolt", 90, 0.1, "low", "inactivity")
            try await story.signal("acme", "data_export", 1)
            try await story.signal("bolt", "data_export", nil, "no_data")
            let table = [
                ("risk.probability >= 30%", "acme"), ("risk.probability < 0.3", "bolt"),
                ("risk.probability(90 days) > 0.5 and risk.probability(30 days) < 0.5", "acme"),
                ("risk.probability is not known", "core"), ("risk.band = \"high\"", "acme"),
                ("risk.band(30 days) = \"medium\"", "acme"), ("risk.reason = \"usage_drop\"", "acme"),
                ("risk.reason(30 days) is not known", "acme bolt core"),
                ("signal(\"data_export\") > 0", "acme"), ("signal(\"data_export\") < 50%", ""),
                ("signal(\"data_export\").status = \"no_data\"", "bolt"),
                ("signal(\"data_export\").status is not known", "core"), ("signal(\"nonsense\") > 0", ""),
            ]
            for (text, expected) in table { #expect(try await story.select(text) == expected, "\(text)") }
            // The survivor's own score counts, and not that of the account merged into it.
            try await story.merge("acme", into: "bolt")
            #expect(try await story.select("risk.probability = 0.1 and signal(\"data_export\") is not known") == "bolt")
        }
    }

    @Test func history() async throws {
        try await Story.with { story in
            try await story.account("acme")
            for (days, probability, band) in [(20.0, 0.1, "low"), (10.0, 0.7, "high")] {
                try await story.run(
                    """
                    insert into risk.score_history
                        (account_id, horizon_days, scored_at, probability, band, first_signal, model_id, signals)
                    values (\(try await story.id("acme")), 90, \(story.ago(days)), \(probability), \(band), 'usage_drop',
                        1, '{}')
                    """)
            }
            #expect(try await story.select("risk.band = \"low\" and risk.probability = 10%", asOf: 15) == "acme")
            #expect(try await story.select("risk.band = \"high\" and risk.reason = \"usage_drop\"", asOf: 5) == "acme")
            #expect(try await story.select("risk.band is not known", asOf: 30) == "acme")
            #expect(try await story.select("risk.probability(30 days) is not known", asOf: 5) == "acme")
        }
    }

    @Test func lossesCellsAndAlerts() async throws {
        try await Story.with { story in
            try await story.account("acme", "bolt", "core")
            try await story.score("acme", 90, 0.6, "high", "usage_drop")
            try await story.score("bolt", 90, 0.6, "high", "usage_drop")
            let (acme, bolt) = (try await story.id("acme"), try await story.id("bolt"))
            try await story.run(
                """
                insert into risk.loss (account_id, lost_at, source, kind, reason, returned_at) values
                    (\(acme), now() - interval '40 days', 'orders', 'once', null, now() - interval '20 days'),
                    (\(acme), now() - interval '5 days', 'contract', 'contract', 'price', null),
                    (\(bolt), now() - interval '5 days', 'orders', 'long', null, now())
                """)
            try await story.run(
                """
                insert into risk.rfm (account_id, recency, frequency, money, last_on, orders, spent_minor, currency)
                values (\(bolt), 1, 3, 3, current_date, 1, 1, 'EUR')
                """)
            try await story.run(
                """
                insert into risk.purchase values (\(bolt), 'EUR', 3, current_date - 90, current_date - 9, 0.9, 0.7, 2, 6, 2500, 40000)
                """)
            try await story.run(
                """
                insert into risk.alert (account_id, raised_at, probability, is_sent)
                values (\(acme), now() - interval '3 days', 0.6, true), (\(bolt), now() - interval '3 days', 0.6, false)
                """)
            for (text, expected) in [
                ("loss.kind = \"contract\" and loss.reason = \"price\"", "acme"), ("loss.days between 4 and 6", "acme"),
                ("loss.kind is not known", "bolt core"), ("rfm.group = \"cannot lose\"", "bolt"),
                ("rfm.cell = \"1-3-3\"", "bolt"), ("rfm.cell is not known", "acme core"), ("risk.alert", "acme"),
                ("purchases.expected > 1.5", "bolt"), ("purchases.expected is not known", "acme core"),
                ("not risk.alert", "bolt core"),
            ] { #expect(try await story.select(text) == expected, "\(text)") }
        }
    }
}
