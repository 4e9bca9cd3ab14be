import Foundation
import Model
import Postgres

/// What was measured of accounts as of past days, and who of them was lost within a horizon after: rows to learn from.
struct Snapshots: Sendable {
    struct Row: Sendable {
        let account: Int64
        let asOf: CalendarDay
        /// By `signals`; NaN where nothing is known.
        let values: [Float]
        /// Whether it was lost within the horizon; nil where that is not known yet.
        let isLost: [Horizon: Bool]
        /// What it was worth in a year, of one that was lost [hundredths of one currency]; 0 where that isn't known.
        var money: Int64 = 0
        /// What kind of customer it was.
        var standing = Standing(kind: .contract, days: 0)
    }

    /// Names of the signals.
    let signals: [String]
    var rows: [Row] = []

    var days: [CalendarDay] { Set(rows.map(\.asOf)).sorted { $0.daysSince1970 < $1.daysSince1970 } }

    /// Rows whose outcome is known.
    func matured(_ horizon: Horizon) -> [Row] { rows.filter { $0.isLost[horizon] != nil } }

    /// Those of one kind of customers.
    func of(_ kind: Standing.Kind) -> Snapshots {
        var part = self
        part.rows = rows.filter { $0.standing.kind == kind }
        return part
    }
}

/// Reads snapshots from the history that the database holds.
struct SnapshotReader: Sendable {
    /// Days between two of them, and the most there are [days].
    static let step = 30
    static let most = 24
    /// The most accounts of one; of more, a sample by the hash of their ids, so that it is the same the next time.
    static let mostAccounts = 5_000
    /// History before the first of them, for baselines to be there [days].
    static let warmUp = 90

    let measuring: Measuring
    let pool: PostgresPool
    private var rule: LossRule { measuring.rule }

    /// - Parameter now: what is known by then is all that counts.
    func read(asOf now: Date) async throws -> Snapshots {
        var snapshots = Snapshots(signals: measuring.signals.map(\.name))
        let today = Moment.past(now).today
        guard let first = try await firstDay() else { return snapshots }
        // From the latest whose outcome within the shorter horizon is known.
        let latest = today.daysSince1970 - Int(Horizon.month.rawValue) - 1
        let days = (0..<Self.most).map { CalendarDay(daysSince1970: latest - $0 * Self.step) }
            .filter { $0.daysSince1970 >= first.daysSince1970 + Self.warmUp }
        let rows = try await withThrowingTaskGroup(of: [(Int, [Snapshots.Row])].self) { group in
            for lane in 0..<FullPass.lanes {
                group.addTask {
                    var read: [(Int, [Snapshots.Row])] = []
                    for place in stride(from: lane, to: days.count, by: FullPass.lanes) {
                        read.append((place, try await self.rows(asOf: days[place], known: now)))
                    }
                    return read
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        snapshots.rows = rows.sorted { $0.0 < $1.0 }.flatMap(\.1)
        return snapshots
    }

    private func firstDay() async throws -> CalendarDay? {
        try await pool.first(
            """
            select least((select min(occurred_at) from crm.account_order), (select min(occurred_at) from crm.subscription_state),
                (select min(day)::timestamp at time zone 'UTC' from usage.daily_folded))::date as day
            """)?["day"]
    }

    /// Those who were customers at the end of the day, as far as was known by then; and what became of them, as is known now.
    private func rows(asOf day: CalendarDay, known now: Date) async throws -> [Snapshots.Row] {
        let moment = Moment.past(Date(timeIntervalSince1970: Double(day.daysSince1970 + 1) * 86_400))
        let (accounts, lost) = try await pool.transaction(.readOnly, timeout: .seconds(600)) { connection in
            let accounts: [Int64] = try await connection.query(alive(moment)).map { try $0["account_id"] }
            return (accounts, try await losses(of: accounts, after: moment, known: now, in: connection))
        }
        let fleet = try await pool.transaction(.readOnly, timeout: .seconds(600)) { connection in
            try await measuring.fleet(moment, in: connection)
        }
        let matured = Horizon.allCases.filter { moment.at.addingTimeInterval($0.seconds) <= now }
        var rows: [Snapshots.Row] = []
        for start in stride(from: 0, to: accounts.count, by: FullPass.batch) {
            let part = Array(accounts[start..<min(start + FullPass.batch, accounts.count)])
            let (measured, standings) = try await pool.transaction(.readOnly, timeout: .seconds(600)) { connection in
                (
                    try await measuring.measure(part, at: moment, fleet: fleet, in: connection),
                    try await Standing.read(part, at: moment, rule, in: connection)
                )
            }
            for account in part {
                guard let signals = measured[account], let standing = standings[account] else { continue }
                rows.append(
                    Snapshots.Row(
                        account: account, asOf: day,
                        values: measuring.signals.map { Float(signals[$0.name]?.value ?? .nan) },
                        isLost: Dictionary(
                            uniqueKeysWithValues: matured.map { horizon in
                                let end = moment.at.addingTimeInterval(horizon.seconds)
                                return (horizon, lost[account].map { $0.at < end } ?? false)
                            }), money: lost[account]?.money ?? 0, standing: standing))
            }
        }
        return rows
    }

    /// Accounts with a contract, or, where they never had one, with an order lately.
    func alive(_ moment: Moment) -> SQL {
        """
        select account_id from (
            select r.root_id as account_id from crm.subscription c join crm.account_root r on r.account_id = c.account_id
            cross join lateral (
                select s.status, s.mrr_minor from crm.subscription_state s
                where s.subscription_id = c.id and \(fragment: moment.sees("s")) order by s.occurred_at desc, s.id desc limit 1
            ) s where \(fragment: LossRule.isKept("s"))
            union
            select r.root_id from crm.account_order o join crm.account_root r on r.account_id = o.account_id
            where o.amount_minor > 0 and \(fragment: moment.sees("o"))
                and o.occurred_at > \(moment.at) - \(rule.lostAfterDays)::int * interval '1 day'
                and not exists (
                    select from crm.account_root m join crm.subscription c on c.account_id = m.account_id
                    join crm.subscription_state s on s.subscription_id = c.id and \(fragment: LossRule.isKept("s"))
                        and \(fragment: moment.sees("s"))
                    where m.root_id = r.root_id)
        ) alive
        join crm.account a on a.id = account_id and a.erased_at is null
        order by hashint8(account_id), account_id limit \(Self.mostAccounts)
        """
    }

    /// When each was lost first from the moment on, and what it was worth. Whose last day it is to order is lost with its
    /// beginning, unless an order comes on it.
    private func losses(
        of accounts: [Int64], after moment: Moment, known now: Date, in connection: PostgresConnection
    ) async throws -> [Int64: (at: Date, money: Int64)] {
        let rows = try await connection.query(
            """
            with member as materialized (
                select r.root_id as account_id, r.account_id as member_id from crm.account_root r
                where r.root_id = any(\(accounts))
            )
            select distinct on (account_id) account_id, lost_at,
                coalesce(round(money_minor * coalesce(f.factor, 1)), 0)::bigint as money from (
                select account_id, lost_at, money_minor, currency from (\(fragment: rule.rows(.past(now)))) derived where kind <> 'asleep'
                union all select account_id, lost_at, money_minor, currency from risk.loss
                where source = 'hand' and account_id = any(\(accounts))
            ) lost left join crm.money_factor f using (currency) where lost_at >= \(moment.at) order by account_id, lost_at
            """)
        return Dictionary(
            uniqueKeysWithValues: try rows.map { row in
                let (account, at, money) = try row.decode(Int64.self, Date.self, Int64.self)
                return (account, (at, money))
            })
    }
}
