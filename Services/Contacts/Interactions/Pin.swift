import Postgres

/// An entry that stands first on the timeline until it is taken off.
enum Pin {
    /// The most pinned entries of one account.
    static let most: Int64 = 20

    /// Pins an interaction, or takes it off.
    /// - Returns: the verdict; nil where there is no such interaction.
    static func set(
        _ id: Int64, _ isPinned: Bool, by actor: String, in connection: PostgresConnection
    ) async throws -> Verdict? {
        let found = try await connection.first(
            """
            select i.account_id, i.pinned_at is not null as pinned, (
                select count(*) from crm.interaction p where p.account_id = i.account_id and p.pinned_at is not null) as count
            from crm.interaction i where i.id = \(id) for update
            """)
        guard let found else { return nil }
        let (_, isThere, count) = try found.decode(Int64.self, Bool.self, Int64.self)
        if isThere == isPinned { return .unchanged }
        guard !isPinned || count < most else {
            throw Refusal.conflict(nil, "\(count) entries of this account are pinned: take one off first")
        }
        try await connection.execute(
            "update crm.interaction set pinned_at = case when \(isPinned) then now() end where id = \(id)")
        try await Audit.record(actor, isPinned ? "pin" : "unpin", "interaction \(id)", in: connection)
        return .changed
    }
}
