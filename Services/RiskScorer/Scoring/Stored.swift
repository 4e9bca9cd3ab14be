import Postgres

/// What the tables hold of one account.
struct Stored: Sendable {
    struct Score: Sendable, Equatable {
        let probability: Double
        let band: Band
        let firstSignal: String?
        let model: Int64
    }

    var signals: [String: Measurement] = [:]
    var scores: [Horizon: Score] = [:]
    /// A band that somebody set by hand, while it holds.
    var override: Band?

    /// - Parameter outside: signals whose evidence is read too, for it is not measured anew each time.
    static func read(
        _ accounts: [Int64], outside: [String], in connection: PostgresConnection
    ) async throws -> [Int64: Stored] {
        var stored: [Int64: Stored] = [:]
        let signals = try await connection.query(
            """
            select account_id, signal, value, status, case when signal = any(\(outside)) then evidence else '{}' end as evidence
            from risk.signal where account_id = any(\(accounts))
            """)
        for row in signals {
            let (account, signal): (Int64, String) = try (row["account_id"], row["signal"])
            stored[account, default: Stored()].signals[signal] = try Measurement(row)
        }
        let scores = try await connection.query(
            """
            select account_id, horizon_days, probability, band, first_signal, model_id from risk.score
            where account_id = any(\(accounts))
            """)
        for row in scores {
            let account: Int64 = try row["account_id"]
            guard let horizon = Horizon(rawValue: try row["horizon_days"]) else { continue }
            stored[account, default: Stored()].scores[horizon] = Score(
                probability: try row["probability"], band: Band(rawValue: try row["band"]) ?? .low,
                firstSignal: try row["first_signal"], model: try row["model_id"])
        }
        let overrides = try await connection.query(
            """
            select account_id, band from risk.band_override
            where account_id = any(\(accounts)) and until > clock_timestamp()
            """)
        for row in overrides {
            stored[try row["account_id"], default: Stored()].override = Band(rawValue: try row["band"])
        }
        return stored
    }
}
