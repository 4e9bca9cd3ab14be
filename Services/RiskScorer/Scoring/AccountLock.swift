import Postgres

/// Accounts are scored by one transaction at a time. They share a few locks by their ids, taken in order, so that a set of
/// any size needs few and no two wait for each other; the locks go with the transaction. Neighbours share one, for their rows
/// lie together: a pass goes block by block.
enum AccountLock {
    static let sets: Int64 = 16
    /// Ids of a block, all of one set.
    static let block: Int64 = 2_048
    /// The first half of the advisory locks' keys.
    private static let key: Int32 = 7_301

    static func take(_ accounts: [Int64], in connection: PostgresConnection) async throws {
        try await take(sets: Set(accounts.map { $0 / block % sets }).sorted(), in: connection)
    }

    /// All accounts.
    static func takeAll(in connection: PostgresConnection) async throws {
        try await take(sets: Array(0..<sets), in: connection)
    }

    private static func take(sets: [Int64], in connection: PostgresConnection) async throws {
        // Rows of a from list are not promised to be locked in order; those of an ordered subquery are.
        _ = try await connection.query(
            """
            select pg_advisory_xact_lock(\(key), s::int) from (select s from unnest(\(sets)) s order by s offset 0) ordered
            """)
    }
}
