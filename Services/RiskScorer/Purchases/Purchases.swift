// Over 200 lines: one pass from orders to what is expected of them, read in the order in which it runs.
import Foundation
import Logging
import Model
import Postgres

/// What customers without contracts are expected to order, by a model of purchases for each currency, fitted once a day on what
/// they ordered. Days with orders are purchases, also where nothing was paid, as the models have them; refunds are none.
struct Purchases: Sendable {
    static let kind = "purchases.refresh"
    /// In `risk.daily_pass`.
    static let pass = "purchases"
    /// Customers that a model is fitted on, at most: with as many, its parameters move by less than a hundredth.
    static let sample: Int64 = 100_000
    /// How many ids are gone through by one statement.
    static let block: Int64 = 16_384
    /// Currencies that have a model, those of most customers first.
    static let mostCurrencies = 20

    /// What is fitted for one currency.
    struct Fitted: Sendable {
        let purchases: PurchaseModel
        let spend: SpendModel?
        /// Of a day with orders [minor units].
        let mean: Double
        let customers: Int
        let repeaters: Int
        let logLikelihood: Double
        let note: String?

        /// What a purchase of this customer is worth on average.
        func spend(of customer: Customer) -> Double { spend?.expected(customer.spending) ?? mean }
    }

    /// Who ordered, in one currency.
    struct Customer: Sendable {
        let account: Int64
        let currency: String
        let orders: Int
        let firstOn: CalendarDay
        let lastOn: CalendarDay
        /// Mean amount of a day with orders; of those after the first too, where there are any [minor units].
        let mean: Double
        let spending: SpendModel.Spending?

        init(_ row: Row) throws {
            (account, currency) = (try row["account_id"], try row["currency"])
            (orders, firstOn, lastOn) = (Int(try row["orders"] as Int32), try row["first_on"], try row["last_on"])
            mean = try row["mean"]
            let later: Double? = try row["later"]
            spending = later.map { [orders] in SpendModel.Spending(repeats: orders - 1, mean: $0) }
        }

        func summary(at today: CalendarDay) -> PurchaseSummary {
            PurchaseSummary(
                repeats: orders - 1, recency: Double(lastOn.daysSince1970 - firstOn.daysSince1970) / 7,
                age: Double(today.daysSince1970 - firstOn.daysSince1970) / 7)
        }
    }

    let pool: PostgresPool

    /// Looks at all customers, unless that was done today.
    func run(logger: Logger) async throws {
        let now = try await pool.withConnection { try await Moment.now(by: $0) }
        let done = try await pool.first("select from risk.daily_pass where pass = \(Self.pass) and day = \(now.today)")
        if done != nil { return }
        let fitted = try await fit(now)
        for (currency, model) in fitted.sorted(by: { $0.key < $1.key }) {
            logger.info(
                "the purchases are fitted",
                metadata: [
                    "currency": "\(currency)", "kind": "\(model.purchases.kind.rawValue)",
                    "customers": "\(model.customers)", "note": "\(model.note ?? "")",
                ])
        }
        let last: Int64 =
            try await pool.first("select coalesce(max(id), 0) as last from crm.account").map { try $0["last"] } ?? 0
        var count = 0
        for block in 0...last / Self.block {
            count += try await refresh(block * Self.block..<(block + 1) * Self.block, fitted, now)
        }
        try await pool.execute(
            """
            insert into risk.daily_pass (pass, day, accounts) values (\(Self.pass), \(now.today), \(Int64(count)))
            on conflict (pass) do update set day = excluded.day, accounts = excluded.accounts, done_at = now()
            """)
    }

    /// A model for each currency with customers enough, written down.
    func fit(_ now: Moment) async throws -> [String: Fitted] {
        try await pool.transaction(timeout: .seconds(600)) { connection in
            let row = try await connection.first(
                "select count(distinct account_id) as count from crm.account_order where amount_minor >= 0")
            let every = max(1, (try row?["count"] as Int64? ?? 0) / Self.sample)
            let rows = try await connection.query(
                Self.customers(now, among: "abs(hashint8(r.root_id)::bigint) % \(every) = 0"))
            let byCurrency = Dictionary(grouping: try rows.map(Customer.init), by: \.currency)
            var models: [String: Fitted] = [:]
            let largest = byCurrency.sorted { ($0.value.count, $1.key) > ($1.value.count, $0.key) }
            for (currency, customers) in largest.prefix(Self.mostCurrencies) {
                guard let model = Self.fit(customers, at: now.today) else { continue }
                models[currency] = model
                try await Self.write(model, currency, now, in: connection)
            }
            return models
        }
    }

    /// Nil where too few ordered, or ordered again, to say anything.
    static func fit(_ customers: [Customer], at today: CalendarDay) -> Fitted? {
        guard let fit = try? PurchaseModel.fit(.bgnbd, PurchaseCounts(customers.map { $0.summary(at: today) })) else {
            return nil
        }
        let repeaters = customers.count { $0.orders > 1 }
        let mean =
            customers.reduce(0) { $0 + $1.mean * Double($1.orders) } / customers.reduce(0) { $0 + Double($1.orders) }
        let spending = SpendModel.fit(customers.compactMap(\.spending))
        // A tail without a mean for who ordered once says nothing of them.
        let spend = spending.flatMap { $0.hasConverged && $0.model.expected(nil) != nil ? $0.model : nil }
        let notes = [
            fit.note, spend == nil ? "amounts vary too much to tell customers apart: the mean of all is used" : nil,
        ].compactMap(\.self)
        return Fitted(
            purchases: fit.model, spend: spend, mean: mean, customers: customers.count, repeaters: repeaters,
            logLikelihood: fit.logLikelihood, note: notes.isEmpty ? nil : notes.joined(separator: "; "))
    }

    /// Who ordered in one currency and never had a contract that is paid for.
    private static func customers(_ now: Moment, among accounts: SQL) -> SQL {
        """
        select account_id, min(low) as currency, count(*)::int as orders, min(day) as first_on, max(day) as last_on,
            avg(paid) as mean, avg(paid) filter (where place > 1) as later
        from (
            select *, row_number() over (partition by account_id order by day) as place from (
                select r.root_id as account_id, (o.occurred_at at time zone 'UTC')::date as day,
                    sum(o.amount_minor)::float8 as paid, min(o.currency) as low, max(o.currency) as high
                from crm.account_root r join crm.account_order o on o.account_id = r.account_id
                where \(fragment: accounts) and o.amount_minor >= 0 and \(fragment: now.sees("o"))
                group by 1, 2
            ) days
        ) placed
        where account_id in (select id from crm.account where erased_at is null) and not exists (
            select from crm.account_root m join crm.subscription c on c.account_id = m.account_id
            join crm.subscription_state s on s.subscription_id = c.id and s.mrr_minor > 0 and \(fragment: now.sees("s"))
            where m.root_id = placed.account_id)
        group by account_id having min(low) = max(high)
        """
    }

    private static func write(
        _ model: Fitted, _ currency: String, _ now: Moment, in connection: PostgresConnection
    ) async throws {
        let (purchases, spend) = (model.purchases, model.spend)
        let hasDropOut = purchases.kind != .nbd
        try await connection.execute(
            """
            insert into risk.purchase_model (currency, as_of, kind, r, alpha, a, b, p, q, gamma, mean_minor, customers, repeaters,
                log_likelihood, note)
            values (\(currency), \(now.today), \(purchases.kind.rawValue), \(purchases.r), \(purchases.alpha),
                \(hasDropOut ? purchases.a : nil), \(hasDropOut ? purchases.b : nil), \(spend?.p), \(spend?.q), \(spend?.gamma),
                \(Int64(model.mean.rounded())), \(Int64(model.customers)), \(Int64(model.repeaters)), \(model.logLikelihood),
                \(model.note))
            on conflict (currency, as_of) do update set kind = excluded.kind, r = excluded.r, alpha = excluded.alpha,
                a = excluded.a, b = excluded.b, p = excluded.p, q = excluded.q, gamma = excluded.gamma,
                mean_minor = excluded.mean_minor, customers = excluded.customers, repeaters = excluded.repeaters,
                log_likelihood = excluded.log_likelihood, note = excluded.note, made_at = now()
            """)
    }

    /// What is written of a customer.
    private struct Outlook {
        let customer: Customer
        let alive: Double?
        let expected: [Double]
        let spend: Int64
        let lifetime: Int64

        init(_ customer: Customer, _ model: Fitted, at today: CalendarDay) {
            let summary = customer.summary(at: today)
            self.customer = customer
            alive = customer.orders > 1 ? model.purchases.alive(summary) : nil
            expected = [30, 90, 365].map { model.purchases.expected(summary, weeks: $0 / 7) }
            let spend = model.spend(of: customer)
            self.spend = Int64(spend.rounded())
            lifetime = Int64((Lifetime.purchases(model.purchases, summary) * spend).rounded())
        }
    }

    /// - Returns: of how many customers something is foretold.
    private func refresh(_ ids: Range<Int64>, _ fitted: [String: Fitted], _ now: Moment) async throws -> Int {
        try await pool.transaction(timeout: .seconds(120)) { connection in
            let among: SQL = "r.root_id >= \(ids.lowerBound) and r.root_id < \(ids.upperBound)"
            let customers = try await connection.query(Self.customers(now, among: among)).map(Customer.init)
            let outlooks = customers.compactMap { customer in
                fitted[customer.currency].map { Outlook(customer, $0, at: now.today) }
            }
            try await connection.execute(
                """
                with fresh as materialized (
                    select * from unnest(\(outlooks.map(\.customer.account)), \(outlooks.map(\.customer.currency)),
                        \(outlooks.map { Int32($0.customer.orders) }), \(outlooks.map(\.customer.firstOn)),
                        \(outlooks.map(\.customer.lastOn)), \(outlooks.map(\.alive)), \(outlooks.map { $0.expected[0] }),
                        \(outlooks.map { $0.expected[1] }), \(outlooks.map { $0.expected[2] }), \(outlooks.map(\.spend)),
                        \(outlooks.map(\.lifetime))) as f (account_id, currency, orders, first_on, last_on, alive, expected_30,
                            expected_90, expected_365, spend_minor, lifetime_minor)
                ), gone as (
                    delete from risk.purchase p where p.account_id >= \(ids.lowerBound) and p.account_id < \(ids.upperBound)
                        and not exists (select from fresh f where f.account_id = p.account_id)
                )
                insert into risk.purchase as p select * from fresh order by account_id
                on conflict (account_id) do update set currency = excluded.currency, orders = excluded.orders,
                    first_on = excluded.first_on, last_on = excluded.last_on, alive = excluded.alive,
                    expected_30 = excluded.expected_30, expected_90 = excluded.expected_90,
                    expected_365 = excluded.expected_365, spend_minor = excluded.spend_minor,
                    lifetime_minor = excluded.lifetime_minor
                -- What moved by less than a hundredth stays: most of them, on most days.
                where (p.currency, p.orders, p.first_on, p.last_on) <> (excluded.currency, excluded.orders, excluded.first_on, excluded.last_on)
                    or abs(p.expected_90 - excluded.expected_90) > 0.01 * p.expected_90
                    or abs(p.lifetime_minor - excluded.lifetime_minor) > 0.01 * p.lifetime_minor
                """)
            return outlooks.count
        }
    }
}

/// What customers bring in the years to come, each year's money worth less than the one's before it.
enum Lifetime {
    static let years = 3
    static let discount = 0.1

    /// Expected purchases, discounted by the quarter of a year.
    static func purchases(_ model: PurchaseModel, _ customer: PurchaseSummary) -> Double {
        var (sum, before) = (0.0, 0.0)
        for quarter in 1...4 * years {
            let until = model.expected(customer, weeks: Double(quarter) * 365.25 / 28)
            sum += (until - before) * pow(1 + discount, -(Double(quarter) - 0.5) / 4)
            before = until
        }
        return sum
    }
}
