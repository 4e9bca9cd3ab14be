import Model
import Postgres

/// Which account has which key.
enum AccountIDs {
    /// The ids of the accounts with these keys; a key without an account is missing from the answer.
    static func of(_ keys: some Sequence<String>, in connection: PostgresConnection) async throws -> [String: Int64] {
        let rows = try await connection.query("select key, id from crm.account where key = any(\(Array(Set(keys))))")
        var ids: [String: Int64] = [:]
        for row in rows {
            let (key, id) = try row.decode(String.self, Int64.self)
            ids[key] = id
        }
        return ids
    }

    /// Where records are to stand, by the records' keys, where there is an account with the key that each names. One that
    /// stands at an account which is one with that by a merge stays where it is, so that undoing the merge finds it there.
    /// The accounts that lose a record to another one are told of by the topic. Locks the records that are there.
    /// - Parameter table: with the columns id, key and account_id.
    static func standing(
        of records: [(key: String, accountKey: String)], in table: SQL, telling topic: Topic,
        in connection: PostgresConnection
    ) async throws -> [String: Int64] {
        let ids = try await of(records.map(\.accountKey), in: connection)
        var accounts: [String: Int64] = [:]
        for record in records { if let id = ids[record.accountKey] { accounts[record.key] = id } }
        let rows = try await connection.query(
            """
            with there as materialized (
                select key, account_id from \(fragment: table) where key = any(\(records.map(\.key))) order by id for update
            )
            select t.key, t.account_id, a.root_id from there t join crm.account a on a.id = t.account_id
            """)
        var left: Set<Int64> = []
        for row in rows {
            let (key, present, root) = try row.decode(String.self, Int64.self, Int64?.self)
            guard let wanted = accounts[key], wanted != present else { continue }
            if root == wanted { accounts[key] = present } else { left.insert(root ?? present) }
        }
        if !left.isEmpty { try await Publication.accounts(left.sorted(), topic, in: connection) }
        return accounts
    }

    /// What to say of a key without an account.
    static func unknown(_ key: String) -> Refusal {
        Refusal(
            "account_key", "there is no account with the key “\(key)”: write the account first",
            code: "unknown_account")
    }
}
