// Over 200 lines: what one shop's history teaches, and what is made of it.
import Chassis
import Foundation
import Jobs
import Model
import Postgres
import Segments
import TestBed
import Testing

@testable import RiskScorer

/// Learning from the history of a database, as of its own time.
struct LearningHistoryTests {
    /// A shop of a year: who buys every two weeks stays; one in four stops at some time.
    private func shop(_ tenant: Tenant, customers: Int = 160) async throws {
        for number in 0..<customers { try await tenant.account("c\(number)", sendsUsage: false) }
        try await tenant.owner.execute(
            "update crm.account set created_at = now() - interval '600 days', known_at = now() - interval '600 days'")
        try await tenant.owner.execute(
            """
            insert into crm.account_order (account_id, key, amount_minor, currency, occurred_at, known_at, historical)
            select a.id, a.key || ':' || d, 1000, 'EUR', at, at, true from crm.account a
            cross join lateral (select substr(a.key, 2)::int as n) n
            cross join lateral generate_series(n.n % 14, 540, 14) d
            cross join lateral (select (\(fragment: Tenant.today) - d)::timestamp at time zone 'UTC' + interval '12 hours' as at) t
            where n.n % 4 <> 0 or d > (n.n * 37) % 540
            """)
    }

    private func reader(_ tenant: Tenant) async throws -> SnapshotReader {
        SnapshotReader(
            measuring: Measuring(signals: Signal.all, watched: WatchedEvents()),
            pool: try await tenant.runtime().pool)
    }

    @Test func snapshotsHoldWhoWasThereAndWhoWasLost() async throws {
        try await Tenant.with { tenant in
            try await shop(tenant)
            let now = Date()
            let snapshots = try await reader(tenant).read(asOf: now)
            #expect(snapshots.days.count >= 10)
            // The base rate is flat at both ends of what is known: labels that are cut off would show there.
            for horizon in Horizon.allCases {
                let rows = snapshots.matured(horizon)
                let days = Set(rows.map(\.asOf)).sorted { $0.daysSince1970 < $1.daysSince1970 }
                #expect(
                    rows.allSatisfy {
                        $0.asOf.daysSince1970 + Int(horizon.rawValue) < Moment.past(now).today.daysSince1970
                    })
                func rate(_ days: some Sequence<CalendarDay>) -> Double {
                    let part = rows.filter { Set(days).contains($0.asOf) }
                    return Double(part.count { $0.isLost[horizon] == true }) / Double(max(part.count, 1))
                }
                let (first, last) = (rate(days.prefix(4)), rate(days.suffix(4)))
                #expect(
                    first > 0 && last > 0 && max(first, last) < 4 * min(first, last), "\(horizon): \(first), \(last)")
            }
            // Days are left of 90 since the last order, which lies at most 14 days back of those who did not stop; on the last of them
            // who does not order is lost.
            let stays = try await Set(
                tenant.owner.query("select id from crm.account where substr(key, 2)::int % 4 <> 0").map {
                    try $0["id"] as Int64
                })
            #expect(
                snapshots.rows.allSatisfy { row in
                    row.standing.kind == .orders
                        && (stays.contains(row.account) ? 76...91 : 1...91).contains(row.standing.days)
                })
            #expect(snapshots.rows.contains { $0.standing.days < 30 })
            #expect(snapshots.matured(.month).allSatisfy { $0.standing.days != 1 || $0.isLost[.month] == true })
            // What comes later, or is known later, changes nothing of it; the same day again is the same.
            try await tenant.owner.execute(
                """
                insert into crm.account_order (account_id, key, amount_minor, currency, occurred_at, known_at)
                select id, key || ':late', 1000, 'EUR', now() - interval '200 days', \(now) + interval '1 hour' from crm.account
                """)
            let again = try await reader(tenant).read(asOf: now)
            #expect(again.rows.map(\.account) == snapshots.rows.map(\.account))
            #expect(
                again.rows.map { $0.values.map(\.bitPattern) } == snapshots.rows.map { $0.values.map(\.bitPattern) })
            #expect(again.rows.map(\.isLost) == snapshots.rows.map(\.isLost))
            #expect(again.rows.map(\.standing) == snapshots.rows.map(\.standing))
        }
    }

    @Test func whatIsLearnedIsUsedAndShown() async throws {
        try await Tenant.with { tenant in
            try await shop(tenant)
            let runtime = try await tenant.runtime()
            let learning = Learning(reader: try await reader(tenant), pool: runtime.pool)
            let outcome = try await learning.learn(asOf: Date())
            let (orders, contracts) = (
                outcome.reports.filter { $0.customers == .orders }, outcome.reports.filter { $0.customers == .contract }
            )
            #expect(orders.count == 2 && orders.allSatisfy { $0.losses >= 5 && $0.weights != "stated" }, "\(orders)")
            #expect(contracts.count == 2 && contracts.allSatisfy { $0.losses == 0 && $0.weights == "stated" })
            try await runtime.pool.transaction { try await learning.use(outcome, in: $0) }
            let (_, model) = try await runtime.pool.withConnection { try await Catalogue.current(in: $0) }
            #expect(model == outcome.model && model.name.hasPrefix("learned-"))
            try await tenant.serving {
                try await tenant.scored(160)
                try await tenant.idle()
            }
            #expect(
                try await tenant.number("select count(distinct model) from report.score where model like 'learned-%'")
                    == 1)
            #expect(
                try await tenant.number("select count(*) from report.calibration where in_use and kind = 'expert'") > 0)
            // Where an account begins from is what was learned of those with as many days left.
            let begins = try await tenant.owner.query(
                """
                select s.horizon_days, s.intercept, 91 - (\(fragment: Tenant.today) - (max(o.occurred_at) at time zone 'UTC')::date) as days
                from risk.score s join crm.account_order o using (account_id) group by 1, 2, s.account_id
                """)
            for row in begins {
                let (horizon, intercept, days) = try row.decode(Int16.self, Double.self, Int.self)
                let standing = Standing(kind: .orders, days: days)
                #expect(outcome.model.intercept(Horizon(rawValue: horizon) ?? .month, standing) == intercept)
            }
            // Contributions add up to the logit, also with what is not known.
            let off = try await tenant.number(
                """
                select count(*) from risk.score s join lateral (
                    select sum(r.contribution) as sum from risk.score_reason r
                    where r.account_id = s.account_id and r.horizon_days = s.horizon_days) r on true
                where abs(s.intercept + coalesce(r.sum, 0) - s.logit) > 1e-9
                """)
            #expect(off == 0)
            // Without losses the experts are put back.
            try await tenant.owner.execute("delete from crm.account_order")
            let none = try await learning.learn(asOf: Date())
            #expect(none.reports.allSatisfy { $0.weights == "stated" })
            try await runtime.pool.transaction { try await learning.use(none, in: $0) }
            #expect(try await runtime.pool.withConnection { try await Catalogue.current(in: $0) }.model == .expert)
        }
    }

    /// A database with both: subscribers of whom nobody left are not judged by the shop's losses, and who is lost is not at risk.
    @Test func aShopsLossesSayNothingOfSubscribers() async throws {
        try await Tenant.with { tenant in
            try await shop(tenant)
            for number in 0..<40 {
                try await tenant.account("s\(number)", sendsUsage: false)
                try await tenant.subscribe("s\(number)", daysAgo: 300, mrr: 10_000)
            }
            try await tenant.serving {
                // The first pass finds the losses and has them learned from by itself, and what was learned is used.
                try await eventually(within: 90, "what was learned is used") {
                    try await tenant.number("select count(*) from report.score where model like 'learned-%'") == 400
                }
                try await tenant.idle()
            }
            let subscribers = try await tenant.owner.query(
                "select distinct round(probability::numeric, 6)::float8 as p, band from report.score where account_key like 's%' and horizon_days = 90"
            ).map { try $0.decode(Double.self, String.self) }
            #expect(
                subscribers.count == 1 && subscribers.first?.0 == 0.05 && subscribers.first?.1 == "low",
                "\(subscribers)")
            // Each score says whether anything was learned of such accounts.
            #expect(
                try await tenant.number(
                    "select count(*) from report.score where is_learned <> (account_key like 'c%')") == 0)
            // What an older release learned, by other periods, is not understood as if it were ours.
            try await tenant.owner.execute(
                "update risk.model set parameters = parameters - 'periods' where learned_from is not null")
            let pool = try await tenant.runtime().pool
            #expect(try await pool.withConnection { try await Catalogue.inUse(in: $0) } == .expert)
            #expect(try await pool.withConnection { try await Learning.isDue(in: $0) })
            let shop = try await tenant.number(
                "select count(*) from report.score where account_key like 'c%' and horizon_days = 90 and abs(probability - 0.05) < 1e-9"
            )
            #expect(shop == 0)
            let both = try await tenant.number(
                """
                select count(*) from report.at_risk r join report.lost_account l using (account_key)
                where l.returned_at is null and l.kind <> 'asleep'
                """)
            #expect(both == 0)
            #expect(try await tenant.number("select count(*) from report.lost_account") > 20)
            #expect(try await tenant.number("select count(*) from report.at_risk where account_key like 's%'") == 40)
            let kinds = try await tenant.owner.query("select distinct customers from report.calibration order by 1")
            #expect(try kinds.map { try $0["customers"] as String } == ["orders"])
        }
    }

    @Test func aSignalASegmentAndTheModelAreJudgedOnThePast() async throws {
        try await Tenant.with { tenant in
            try await shop(tenant)
            let pool = try await tenant.runtime().pool
            let snapshots = try await reader(tenant).read(asOf: Date())
            func judge(_ subject: HistoryBacktest.Subject, calls: Int = 5) async throws -> HistoryBacktest.Outcome {
                try await HistoryBacktest(subject: subject, horizon: .quarter, callsAWeek: calls).run(
                    snapshots, in: pool)
            }
            // Silence foretells here: who has stopped has stopped.
            let signal = try await judge(.signal("order_decline"))
            #expect(try #require(signal.judgement.auc) > 0.9 && signal.reached > 0.5)
            #expect(try #require(signal.reachedMoney) > 0.5)
            let segment = try await judge(.segment(try Segment.compile("orders.count(30 days) = 0")))
            #expect(try #require(segment.judgement.auc) > 0.6, "\(segment.judgement)")
            #expect(segment.notes[0].contains("outside"), "\(segment.notes)")
            let model = try await judge(.model, calls: 10_000)
            #expect(try #require(model.judgement.auc) > 0.8 && model.reached == 1)
            // Everybody's silence is told by the days, and no score is used that foretells worse.
            let recency = try #require(model.recency)
            #expect(recency > 0.7 && (model.judgement.auc ?? 0) > recency - 0.02, "\(recency) \(model.judgement)")
            await #expect(throws: ProgramFailure.self) { _ = try await judge(.signal("nonsense")) }
            let sheet = BacktestSheet(judgement: model.judgement, rule: model.recency, notes: [])
            let page = BacktestPage(title: "<b>&\"", sheet: sheet, scores: model.scores, labels: model.labels).html()
            #expect(page.contains("<h1>&lt;b&gt;&amp;&quot;</h1>") && page.components(separatedBy: "<svg ").count == 3)
            #expect(!page.contains("http") && !page.contains("<script"), "it needs nothing beside it")
        }
    }

    @Test func scoresAreJudgedWhenTheirTimeIsOver() async throws {
        try await Tenant.with { tenant in
            for key in ["gone", "stayed", "before"] { try await tenant.account(key, sendsUsage: false) }
            try await tenant.orders("gone", [120, 130, 140])
            try await tenant.orders("stayed", [5, 30, 60, 90, 120, 150])
            try await tenant.orders("before", [400])
            try await tenant.owner.execute("insert into risk.model (name, parameters) values ('m', '{}')")
            try await tenant.owner.execute("select holdfast.maintain_partitions()")
            try await tenant.owner.execute(
                """
                insert into risk.score_history (account_id, horizon_days, scored_at, probability, band, model_id, signals)
                select a.id, h, now() - interval '2 days' - h * interval '1 day', case a.key when 'gone' then 0.6 else 0.1 end, 'low',
                    (select id from risk.model where name = 'm'), '{}'
                from crm.account a, unnest(array[30, 90]) h
                where h = 30
                """)
            let pool = try await tenant.runtime().pool
            try await pool.transaction { connection in
                let now = try await Moment.now(by: connection)
                let ids: [Int64] = try await connection.query("select id from crm.account").map { try $0["id"] }
                try await Losses(rule: LossRule()).refresh(ids, at: now, in: connection)
                try await Evaluation.live(try await reader(tenant), now: now, in: connection)
            }
            let row = try await tenant.owner.first(
                "select rows, losses, auc from risk.evaluation where kind = 'live' and horizon_days = 30")
            let (rows, losses, auc): (Int32?, Int32?, Double?) = try (row?["rows"], row?["losses"], row?["auc"])
            #expect(rows == 2 && losses == 1 && auc == 1)
        }
    }
}
