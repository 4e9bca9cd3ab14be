import Chassis
import Postgres

/// All signals of the program for some accounts, in one statement, so that all of them see the same. Call it in a
/// transaction. What a pass costs stands in the README.
struct Measuring: Sendable {
    let signals: [Signal]
    let watched: WatchedEvents
    /// When a customer is lost.
    var rule = LossRule()
    /// So many accounts are few.
    static let few = 500

    /// All signals of the program, as the settings say.
    static func configured(_ settings: SettingValues) -> Measuring {
        Measuring(signals: Signal.all, watched: .configured(settings), rule: .configured(settings))
    }

    /// Every account of `accounts` that lives (is not merged into another) has every signal in the answer.
    func measure(
        _ accounts: [Int64], at moment: Moment, fleet: Fleet, in connection: PostgresConnection
    ) async throws -> Measurements {
        guard !accounts.isEmpty, !signals.isEmpty else { return [:] }
        try await planAnew(connection)
        // A few thousand accounts of many: whoever reads a whole table for them has misjudged how few they are.
        _ = try await connection.first(
            """
            select set_config('random_page_cost', '1.1', true), set_config('max_parallel_workers_per_gather', '0', true)
            """)
        let call = SignalCall(
            moment: moment, fleet: fleet, watched: watched, rule: rule, isNarrow: accounts.count <= Self.few)
        let each = signals.map { signal in
            let rows: SQL =
                signal.isOfAbsence
                ? """
                select m.account_id, case when a.until is null then m.value end as value,
                    case when a.until is null then m.status else 'not_applicable' end as status,
                    case when a.until is null then m.evidence else jsonb_build_object('on_holiday_until', a.until) end as evidence
                from (\(fragment: signal.measure(call))) m left join away a using (account_id)
                """
                : """
                select account_id, value, status, evidence from (\(fragment: signal.measure(call))) measured
                """
            // Most signals say nothing of most accounts, and what a missing row says needs none.
            return """
                select \(signal.name)::text as signal, account_id, value, status, evidence from (\(fragment: rows)) s
                where status <> \(signal.absent.rawValue) or evidence <> '{}'
                """ as SQL
        }
        let rows = try await connection.query(
            """
            \(fragment: SharedRows.with(accounts, moment))
            select null::text as signal, account_id, null::float8 as value, null::text as status, null::jsonb as evidence
            from target union all \(fragment: Self.counted(each.joined(separator: " union all "), fleet.thresholds))
            """)
        var measured: Measurements = [:]
        let nothing = Dictionary(uniqueKeysWithValues: signals.map { ($0.name, Measurement(without: $0.absent)) })
        for row in rows {
            let account: Int64 = try row["account_id"]
            let signal: String? = try row["signal"]
            var own = measured[account] ?? nothing
            if let signal {
                own[signal] = try Measurement(row)
            }
            measured[account] = own
        }
        return measured
    }

    /// A plan for any number of accounts, which PostgreSQL makes after five runs of the same statement, took minutes where
    /// one made for those at hand takes a second. Planning takes some 50 ms.
    private func planAnew(_ connection: PostgresConnection) async throws {
        _ = try await connection.first("select set_config('plan_cache_mode', 'force_custom_plan', true)")
    }

    /// The whole fleet at that moment.
    func fleet(_ moment: Moment, in connection: PostgresConnection) async throws -> Fleet {
        try await planAnew(connection)
        // Of everybody each table is read once: looked up one by one, a million subjects took half a minute.
        _ = try await connection.first("select set_config('enable_nestloop', 'off', true)")
        var fleet = try await Fleet.measure(moment, watched: watched.all, in: connection)
        _ = try await connection.first("select set_config('enable_nestloop', 'on', true)")
        fleet.thresholds = try await Threshold.all(in: connection)
        return fleet
    }
}
