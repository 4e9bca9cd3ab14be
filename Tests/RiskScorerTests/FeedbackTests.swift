// Over 200 lines: what people say to scores and are told of them, on the same tenant.
import Chassis
import Foundation
import Jobs
import Model
import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// What people say to scores, and of whom they are told.
struct FeedbackTests {
    private func transaction<Result: Sendable>(
        _ tenant: Tenant, _ body: @escaping @Sendable (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        try await tenant.runtime().pool.transaction { try await body($0) }
    }

    @Test func anOwnerIsAlertedToAsManyAsThereIsTimeFor() async throws {
        try await Tenant.with { tenant in
            var ids: [Int64] = []
            for number in 1...5 { ids.append(try await tenant.account("a\(number)", sendsUsage: false)) }
            try await tenant.owner.execute(
                """
                with u as (insert into crm.team_user (name) values ('ines') returning id)
                insert into crm.account_owner (account_id, user_id) select a.id, u.id from crm.account a, u where a.key <> 'a5'
                """)
            // Money decides: the second of them pays most.
            try await tenant.subscribe("a2", daysAgo: 100, mrr: 90_000)
            let candidates = ids.enumerated().map {
                Alerts.Candidate(account: $1, probability: 0.5 + Double($0) / 100, signal: "usage_drop")
            }
            let alerts = Alerts(aWeek: 2)
            try await scoreHigh(ids, tenant)
            @Sendable func tell() async throws {
                try await transaction(tenant) { connection in
                    let now = try await Moment.now(by: connection)
                    try await alerts.raise(candidates, at: now, in: connection)
                    try await alerts.send(at: now, in: connection)
                }
            }
            try await tell()
            func sent() async throws -> String {
                try await tenant.owner.query("select account_key from report.alert where is_sent order by 1")
                    .map { try $0["account_key"] as String }.joined(separator: " ")
            }
            #expect(try await sent() == "a2 a4 a5", "two of hers, and who has nobody counts apart")
            #expect(try await tenant.number("select count(*) from report.alert") == 5)
            // Neither twice, nor beyond the week's.
            try await tell()
            #expect(try await sent() == "a2 a4 a5")
            try await tenant.owner.execute("update risk.alert set raised_at = raised_at - interval '8 days'")
            try await tell()
            #expect(try await sent() == "a1 a2 a3 a4 a5", "a week later others have their turn")
        }
    }

    /// Of two that pay in different money the dearer one, whatever its number says.
    @Test(arguments: [true, false]) func moneyOfTwoCurrenciesIsComparedByItsRate(_ isRated: Bool) async throws {
        try await Tenant.with { tenant in
            var ids: [Int64] = []
            for key in ["euro", "yen", "forint"] { ids.append(try await tenant.account(key, sendsUsage: false)) }
            try await tenant.subscribe("euro", daysAgo: 100, mrr: 10_000)
            try await tenant.subscribe("yen", daysAgo: 100, mrr: 9_000)
            try await tenant.subscribe("forint", daysAgo: 100, mrr: 1_000_000)
            try await tenant.owner.execute(
                """
                update crm.subscription_state t set currency = case a.key when 'yen' then 'JPY' else 'HUF' end
                from crm.subscription s join crm.account a on a.id = s.account_id
                where s.id = t.subscription_id and a.key <> 'euro'
                """)
            if isRated {
                try await tenant.owner.execute(
                    """
                    insert into crm.exchange_rate (day, currency, base, rate)
                    values (current_date, 'JPY', 'EUR', 0.006), (current_date - 9, 'EUR', 'HUF', 400)
                    """)
            }
            try await scoreHigh(ids, tenant)
            let rows = try await tenant.owner.query("select account_key from report.at_risk order by stake desc")
            // 100 euros; 9,000 yen or 54 euros; 10,000 forints or 25 euros. Unrated, a unit is a unit.
            let order = try rows.map { try $0["account_key"] as String }
            #expect(order == (isRated ? ["euro", "yen", "forint"] : ["forint", "yen", "euro"]))
            let candidates = ids.map { Alerts.Candidate(account: $0, probability: 0.5, signal: nil) }
            try await transaction(tenant) { connection in
                let now = try await Moment.now(by: connection)
                try await Alerts(aWeek: 1).raise(candidates, at: now, in: connection)
                try await Alerts(aWeek: 1).send(at: now, in: connection)
            }
            let sent = try await tenant.owner.query("select account_key from report.alert where is_sent")
            #expect(try sent.map { try $0["account_key"] as String } == [order[0]])
        }
    }

    @Test func nobodyIsAlertedToWhoIsLostOrHasLeftTheBand() async throws {
        try await Tenant.with { tenant in
            var ids: [Int64] = []
            for key in ["better", "lost", "worse"] { ids.append(try await tenant.account(key, sendsUsage: false)) }
            try await scoreHigh(ids, tenant)
            try await tenant.owner.execute("update risk.score set band = 'medium' where account_id = \(ids[0])")
            try await tenant.owner.execute(
                """
                insert into risk.loss (account_id, lost_at, source, kind, last_at)
                values (\(ids[1]), now(), 'hand', 'hand', now())
                """)
            let candidates = ids.map { Alerts.Candidate(account: $0, probability: 0.5, signal: nil) }
            try await transaction(tenant) { connection in
                let now = try await Moment.now(by: connection)
                // In parts, as a pass goes over everybody; who deserves the one place is seen at the end.
                for candidate in candidates { try await Alerts(aWeek: 1).raise([candidate], at: now, in: connection) }
                try await Alerts(aWeek: 1).send(at: now, in: connection)
            }
            let told = try await tenant.owner.query("select account_key, is_sent from report.alert order by 1")
                .map { try "\($0["account_key"] as String) \($0["is_sent"] as Bool)" }
            #expect(told == ["better false", "worse true"])
        }
    }

    private func scoreHigh(_ accounts: [Int64], _ tenant: Tenant) async throws {
        try await tenant.owner.execute(
            """
            with m as (insert into risk.model (name, parameters) values ('high', '{}') returning id)
            insert into risk.score (account_id, horizon_days, probability, logit, intercept, band, first_signal, model_id)
            select a, 90, 0.5, 0, 0, 'high', 'usage_drop', m.id from m, unnest(\(accounts)) a
            """)
    }

    @Test func verdictsGiveThePrecisionOfSignals() async throws {
        try await Tenant.with { tenant in
            let account = try await tenant.account("a", sendsUsage: false)
            try await tenant.owner.execute(
                """
                with m as (insert into risk.model (name, parameters) values ('m', '{}') returning id)
                insert into risk.score (account_id, horizon_days, probability, logit, intercept, band, first_signal, model_id)
                select \(account), 90, 0.4, 0, 0, 'high', 'usage_drop', id from m
                """)
            // Said twice, or thought better of, it is one verdict of one person.
            for (verdict, by) in [
                ("right", "ines"), ("right", "ines"), ("known", "olga"), ("right", "petro"), ("false_alarm", "petro"),
                ("right", "max"),
            ] {
                try await transaction(tenant) {
                    try await VerdictAddition(accountKey: "a", verdict: verdict, by: by, words: nil).apply(in: $0)
                }
            }
            #expect(
                try await tenant.number("select count(*) from report.verdict where said_by = 'petro'") == 1)
            for (key, verdict, by) in [("a", "maybe", "ines"), ("nobody", "right", "ines"), ("a", "right", "")] {
                await #expect(throws: JobFailure.self) {
                    try await transaction(tenant) {
                        try await VerdictAddition(accountKey: key, verdict: verdict, by: by, words: nil).apply(in: $0)
                    }
                }
            }
            let row = try await tenant.owner.first("select * from report.signal_precision")
            let (signal, precision): (String?, String?) = try (
                row?["signal"], row.map { try ($0["precision_percent"] as Double).description }
            )
            #expect(signal == "usage_drop" && precision == "75.0")
        }
    }

    @Test func aBandThatIsSetByHandHoldsForAWhile() async throws {
        try await Tenant.with { tenant in
            try await tenant.account("a", sendsUsage: false)
            func set(_ band: String?, until: String? = nil, why: String? = "their board decided") async throws {
                let setting = OverrideSetting(accountKey: "a", band: band, why: why, by: "ines", until: until)
                _ = try await transaction(tenant) { try await setting.apply(in: $0) }
            }
            for (band, until, why) in [
                ("red", nil, "x"), ("high", "2020-01-01", "x"), ("high", "2099-01-01", "x"), ("high", "soon", "x"),
                ("high", nil, nil),
            ] as [(String, String?, String?)] {
                await #expect(throws: JobFailure.self) { try await set(band, until: until, why: why) }
            }
            @Sendable func band() async throws -> String? {
                try await tenant.owner.first("select band from report.score where horizon_days = 90")?["band"]
            }
            try await tenant.serving {
                try await tenant.scored(1)
                #expect(try await band() == "low")
                try await tenant.owner.execute(
                    """
                    select queue.enqueue('risk-scorer', 'override.set',
                        '{"account_key": "a", "band": "high", "why": "their board decided", "by": "ines"}')
                    """)
                try await eventually("the band is high") { try await band() == "high" }
                try await tenant.owner.execute("update risk.band_override set until = now()")
                try await tenant.idle()
                try await tenant.publish(.accountChanged, AccountsTouched(accounts: [1]))
                try await eventually("the score counts again") { try await band() == "low" }
            }
        }
    }

    @Test func whatMadeAScoreChangeAddsUp() async throws {
        try await Tenant.with { tenant in
            let account = try await tenant.account("a", sendsUsage: false)
            try await tenant.owner.execute("select holdfast.maintain_partitions()")
            func history(_ days: Double, _ logit: Double, _ signals: String) -> SQL {
                """
                insert into risk.score_history (account_id, horizon_days, scored_at, probability, band, model_id, signals)
                select \(account), 90, now() - \(days) * interval '1 day', 1 / (1 + exp(-\(logit)::float8)), 'low', min(id),
                    \(signals)::text::jsonb from risk.model
                """
            }
            try await tenant.owner.execute("insert into risk.model (name, parameters) values ('m', '{}')")
            try await tenant.owner.execute(history(10, -2, #"{"usage_drop": {"value": 0.4, "contribution": 1}}"#))
            try await tenant.owner.execute(
                history(
                    0, 0.2,
                    #"{"usage_drop": {"value": 0.8, "contribution": 2}, "inactivity": {"value": null, "contribution": 0.7}}"#
                ))
            try await tenant.owner.execute(
                """
                insert into risk.score (account_id, horizon_days, probability, logit, intercept, band, model_id)
                select \(account), 90, 1 / (1 + exp(-0.2::float8)), 0.2, -2.5, 'low', min(id) from risk.model
                """)
            let row = try await tenant.owner.first("select * from report.score_change where days = 7")
            let parts: [Double?] = try ["change", "behaviour", "data_gap", "model"].map { try row?[$0] }
            for (part, expected) in zip(parts, [2.2, 1, 0.7, 0.5]) {
                #expect(abs((part ?? 9) - expected) < 1e-6, "\(parts)")
            }
            #expect(try await tenant.number("select count(*) from report.score_change where days = 30") == 0)
            // A source that has broken since is a gap in the data, not the account's doing; a fall that is over is its doing.
            for (status, expected) in [("stale_source", [-0.4, 0, -1, 0.6]), ("ok", [-0.4, -1, 0, 0.6])] {
                try await tenant.owner.execute(
                    """
                    insert into risk.signal (account_id, signal, value, status, evidence, measured_at)
                    values (\(account), 'usage_drop', case when \(status)::text = 'ok' then 0 end, \(status), '{}', now())
                    on conflict (account_id, signal) do update set value = excluded.value, status = excluded.status
                    """)
                try await tenant.owner.execute(
                    "delete from risk.score_history where scored_at > now() - interval '1 day'")
                try await tenant.owner.execute(history(0, -2.4, "{}"))
                try await tenant.owner.execute(
                    "update risk.score set logit = -2.4, probability = 1 / (1 + exp(2.4::float8))")
                let row = try await tenant.owner.first("select * from report.score_change where days = 7")
                let parts: [Double?] = try ["change", "behaviour", "data_gap", "model"].map { try row?[$0] }
                for (part, value) in zip(parts, expected) {
                    #expect(abs((part ?? 9) - value) < 1e-6, "\(status): \(parts)")
                }
            }
        }
    }
}
