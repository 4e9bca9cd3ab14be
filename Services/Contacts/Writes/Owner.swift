import Postgres

/// Who looks after an account: dated rows, the latest of which holds.
enum Owner {
    /// What one account's owner is to be.
    struct Wish: Sendable {
        let accountID: Int64
        /// Nil is nobody.
        let name: String?

        /// Nil where nothing was said of an owner.
        init?(accountID: Int64, _ owner: Said<String>) {
            if case .nothing = owner { return nil }
            self.accountID = accountID
            name = owner.value
        }
    }

    /// What to say of a name that no user has.
    static func unknown(_ name: String, _ field: String = "owner") -> Refusal {
        Refusal(
            field, "there is no user “\(name)”: make one by contacts user add, or name another", code: "unknown_user")
    }

    /// Sets the owners where they differ.
    /// - Parameter users: by their names; those whom the wishes name are among them.
    /// - Returns: the accounts that changed hands.
    static func set(
        _ wishes: [Wish], users: [String: Int64], in connection: PostgresConnection
    ) async throws -> Set<Int64> {
        if wishes.isEmpty { return [] }
        let accounts = wishes.map(\.accountID)
        let owners = wishes.map { $0.name.flatMap { users[$0] } }
        let rows = try await connection.query(
            """
            insert into crm.account_owner (account_id, user_id)
            select g.account_id, g.user_id from unnest(\(accounts), \(owners)) as g (account_id, user_id)
            where g.user_id is distinct from (
                select o.user_id from crm.account_owner o where o.account_id = g.account_id and o.occurred_at <= now()
                order by o.occurred_at desc, o.id desc limit 1)
            order by g.account_id
            returning account_id
            """)
        return Set(try rows.map { try $0["account_id"] })
    }

    /// The id of the user with this name.
    /// - Throws: `Refusal` of the field that names nobody.
    static func user(_ name: String, field: String, in connection: PostgresConnection) async throws -> Int64 {
        let row = try await connection.first("select id from crm.team_user where name = \(name)")
        guard let row else { throw unknown(name, field) }
        return try row["id"]
    }

    /// The ids of the users with these names; one who is no user is missing, or made where the origin may.
    static func users(
        _ names: Set<String>, _ origin: Origin, in connection: PostgresConnection
    ) async throws -> [String: Int64] {
        if names.isEmpty { return [:] }
        if origin.makesUsers {
            try await connection.execute(
                """
                insert into crm.team_user (name) select n from unnest(\(names.sorted())) as n
                where not exists (select from crm.team_user u where u.name = n)
                on conflict do nothing
                """)
        }
        let rows = try await connection.query("select name, id from crm.team_user where name = any(\(names.sorted()))")
        var ids: [String: Int64] = [:]
        for row in rows {
            let (name, id) = try row.decode(String.self, Int64.self)
            ids[name] = id
        }
        return ids
    }
}
