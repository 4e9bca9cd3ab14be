import Postgres

/// One tag put on an account or taken off it.
struct Tag: Sendable {
    let accountID: Int64
    let tag: String
    let present: Bool

    /// - Throws: `Refusal` where files could not tell it from two.
    static func check(_ tag: String, _ field: String) throws(Refusal) {
        guard tag.contains(";") else { return }
        throw Refusal(
            field, "“\(tag)” holds a ;, which stands between tags in files: write it without", code: "bad_tag")
    }

    /// What takes off all tags that these accounts have.
    static func all(of accounts: [Int64], in connection: PostgresConnection) async throws -> [Tag] {
        if accounts.isEmpty { return [] }
        return try await connection.query(
            "select account_id, tag from crm.current_tag where account_id = any(\(accounts))"
        ).map { Tag(accountID: try $0["account_id"], tag: try $0["tag"], present: false) }
    }

    /// Writes a dated row where it changes something.
    /// - Returns: the accounts whose tags changed.
    static func put(_ tags: [Tag], in connection: PostgresConnection) async throws -> Set<Int64> {
        if tags.isEmpty { return [] }
        let rows = try await connection.query(
            """
            insert into crm.account_tag (account_id, tag, present)
            select distinct g.account_id, g.tag, g.present
            from unnest(\(tags.map(\.accountID)), \(tags.map(\.tag)), \(tags.map(\.present))) as g (account_id, tag, present)
            where g.present is distinct from exists (
                select from crm.current_tag t where t.account_id = g.account_id and t.tag = g.tag)
            returning account_id
            """)
        return Set(try rows.map { try $0["account_id"] })
    }
}
