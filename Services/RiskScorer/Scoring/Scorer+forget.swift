import Postgres

extension Scorer {
    /// Removes what was written of accounts that were merged into others since, or erased. Undone, merged ones are new.
    /// - Parameter accounts: those to look at; nil for all.
    func forgetMerged(_ accounts: [Int64]?, in connection: PostgresConnection) async throws {
        let among: SQL = if let accounts { "and a.id = any(\(accounts))" } else { "" }
        for table in ["score", "signal", "loss", "rfm", "alert", "verdict", "band_override"] {
            try await connection.execute(
                """
                delete from risk.\(identifier: table) r using crm.account a
                where a.id = r.account_id and (a.merged_into is not null or a.erased_at is not null) \(fragment: among)
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
