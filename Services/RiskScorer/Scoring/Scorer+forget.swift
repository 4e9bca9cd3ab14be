import Postgres

extension Scorer {
    /// Removes what was derived of accounts that were merged into others since, and all of those that were erased. What
    /// people said of a merged account stays, for undone it is its own again.
    /// - Parameter accounts: those to look at; nil for all.
    func forgetMerged(_ accounts: [Int64]?, in connection: PostgresConnection) async throws {
        let among: SQL = if let accounts { "and a.id = any(\(accounts))" } else { "" }
        for table in ["score", "signal", "loss", "rfm", "purchase", "alert", "verdict", "band_override"] {
            let isDerived: SQL =
                switch table {
                case "score", "signal", "rfm", "purchase": "true"
                case "loss": "r.source <> 'hand'"
                default: "false"
                }
            try await connection.execute(
                """
                delete from risk.\(identifier: table) r using crm.account a
                where a.id = r.account_id and (a.erased_at is not null or a.merged_into is not null and \(fragment: isDerived))
                    \(fragment: among)
                """)
        }
    }

    /// Removes the signals that nobody measures any more, as after a plugin was taken away.
    func forgetUnknownSignals(in connection: PostgresConnection) async throws {
        let known = measuring.signals.map(\.name) + (await outside.catalogue.names)
        // The kinds are few: only where one is gone are the rows of all accounts looked through.
        guard try await connection.first("select from risk.signal_kind where signal <> all(\(known)) limit 1") != nil
        else { return }
        try await connection.execute("delete from risk.signal where signal <> all(\(known))")
        try await connection.execute("delete from risk.signal_kind where signal <> all(\(known))")
    }
}
