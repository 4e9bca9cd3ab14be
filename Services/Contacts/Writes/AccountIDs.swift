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

    /// What to say of a key without an account.
    static func unknown(_ key: String) -> Refusal {
        Refusal(
            "account_key", "there is no account with the key “\(key)”: write the account first",
            code: "unknown_account")
    }
}
