import Jobs
import Model
import Postgres

/// Whether what signals say is still what it was when the model was first used. Looked at once a day.
struct Drift: Sendable {
    /// From here on the population has shifted, by the usual reading of the index.
    static let shifted = 0.25
    /// Fewer accounts shift by chance.
    static let leastAccounts = 200
    /// Values that are looked at, at most: more say the same.
    static let sample = 200_000
    /// A share of nothing has no logarithm.
    static let leastShare = 1e-4
    static let daysKept = 400

    /// Notes what signals say today, and asks for a model to be learned where one that counts has just shifted.
    /// - Returns: the signals that have.
    @discardableResult
    static func watch(_ moment: Moment, in connection: PostgresConnection) async throws -> [String] {
        let done = try await connection.first(
            "select from risk.daily_pass where pass = 'drift' and day = \(moment.today)")
        if done != nil { return [] }
        let (id, model) = try await Catalogue.current(in: connection)
        let spread: SQL = """
            spread as materialized (
                select signal, sum(accounts)::bigint as accounts,
                    (select array_agg(coalesce(c.accounts, 0) order by bin) from generate_series(0, 11) bin
                        left join counted c on c.signal = counted.signal and c.place = bin)::float8[] as counts
                from counted group by signal having sum(accounts) >= \(leastAccounts)::int
            )
            """
        let counted: SQL = """
            counted as materialized (
                select signal, case when value is null then 0 when value = 0 then 1 else least(11, 1 + ceil(value * 10))::int end as place,
                    count(*) as accounts
                from risk.signal tablesample system ((
                    select least(100, 100.0 * \(sample)::int / greatest(reltuples, 1)) from pg_catalog.pg_class
                    where oid = 'risk.signal'::regclass))
                group by 1, 2
            )
            """
        let shares: SQL = "array(select n / s.accounts from unnest(s.counts) n)"
        try await connection.execute(
            """
            with \(fragment: counted), \(fragment: spread)
            insert into risk.signal_spread (model_id, signal, shares, accounts)
            select \(id), s.signal, \(fragment: shares), s.accounts from spread s
            on conflict (model_id, signal) do nothing
            """)
        let rows = try await connection.query(
            """
            with \(fragment: counted), \(fragment: spread), judged as (
                select s.signal, s.accounts, (
                    select sum((now_is - was) * ln(now_is / was)) from unnest(\(fragment: shares), b.shares) as x (n, w)
                    cross join lateral (
                        select greatest(n, \(leastShare)) as now_is, greatest(w, \(leastShare)) as was
                    ) g
                ) as psi
                from spread s join risk.signal_spread b on b.model_id = \(id) and b.signal = s.signal
            )
            insert into risk.drift (day, signal, psi, accounts)
            select \(moment.today), signal, psi, accounts from judged order by signal
            on conflict (day, signal) do update set psi = excluded.psi, accounts = excluded.accounts
            returning signal, psi, coalesce((
                select d.psi from risk.drift d where d.signal = drift.signal and d.day < \(moment.today)
                order by d.day desc limit 1), 0) as before
            """)
        let shifted = try rows.map { try $0.decode(String.self, Double.self, Double.self) }
            .filter { $0.1 >= Self.shifted && $0.2 < Self.shifted && model.counts($0.0) }.map(\.0)
        if !shifted.isEmpty {
            try await Queue.enqueue(
                Learning.kind, on: ServiceName.riskScorer.queue, [String: String](), uniqueKey: Learning.kind,
                scope: .waiting, in: connection)
        }
        try await connection.execute("delete from risk.drift where day < \(moment.today)::date - \(daysKept)::int")
        try await connection.execute(
            """
            insert into risk.daily_pass (pass, day, accounts) values ('drift', \(moment.today), \(Int64(rows.count)))
            on conflict (pass) do update set day = excluded.day, accounts = excluded.accounts, done_at = now()
            """)
        return shifted
    }
}

extension RiskModel {
    /// Whether a signal has a weight in it.
    fileprivate func counts(_ signal: String) -> Bool {
        if let learned = parameters.learned { return learned.values.contains { $0.weights[signal] ?? 0 > 0 } }
        return parameters.weights[signal] ?? parameters.otherWeight > 0
    }
}
