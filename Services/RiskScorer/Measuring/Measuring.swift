import Postgres

/// All signals of the program for some accounts, in one statement, so that all of them see the same.
struct Measuring: Sendable {
    let signals: [Signal]
    let exportEvents: [String]

    /// Every account of `accounts` that lives (is not merged into another) has every signal in the answer.
    func measure(
        _ accounts: [Int64], at moment: Moment, fleet: Fleet, in connection: PostgresConnection
    ) async throws -> Measurements {
        guard !accounts.isEmpty, !signals.isEmpty else { return [:] }
        let call = SignalCall(moment: moment, fleet: fleet, exportEvents: exportEvents)
        let each = signals.map { signal in
            """
            select \(signal.name)::text as signal, account_id, value, status, evidence
            from (\(fragment: signal.measure(call))) measured
            """ as SQL
        }
        let rows = try await connection.query(
            """
            \(fragment: SharedRows.with(accounts, moment))
            select null::text as signal, account_id, null::float8 as value, null::text as status, null::jsonb as evidence
            from target union all \(fragment: each.joined(separator: " union all "))
            """)
        var measured: Measurements = [:]
        let nothing = Dictionary(uniqueKeysWithValues: signals.map { ($0.name, Measurement(without: .noData)) })
        for row in rows {
            let account: Int64 = try row["account_id"]
            let signal: String? = try row["signal"]
            var own = measured[account] ?? nothing
            if let signal { own[signal] = try Measurement(row) }
            measured[account] = own
        }
        return measured
    }

    /// The whole fleet at that moment.
    func fleet(_ moment: Moment, in connection: PostgresConnection) async throws -> Fleet {
        try await Fleet.measure(moment, exportEvents: exportEvents, in: connection)
    }
}
