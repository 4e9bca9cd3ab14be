import Chassis
import HTTPTypes
import Postgres

extension Merge {
    /// An account, and what the audit calls it.
    struct Named: Sendable {
        let id: Int64
        let key: String
        let object: String
    }

    static func named(_ id: Int64, in connection: PostgresConnection) async throws -> Named {
        let row = try await connection.first(
            """
            select key, case when kind = 'person' then 'account #' || id else 'account ' || key end as object
            from crm.account where id = \(id)
            """)
        return Named(id: id, key: try row?["key"] ?? "", object: try row?["object"] ?? "account #\(id)")
    }

    /// The account itself and the survivor, followed through its own merges, both locked until the transaction's end. Who
    /// waited for a lock looks again: another may have merged either in the meantime.
    static func locked(
        _ key: String, _ survivor: String, in connection: PostgresConnection
    ) async throws -> (account: Named, root: Named) {
        while true {
            let account = try await id(key, in: connection)
            let root = try await root(survivor, in: connection)
            try await connection.execute(
                "select from crm.account where id in (\(account), \(root)) order by id for no key update")
            guard try await self.root(survivor, in: connection) == root else { continue }
            return (try await named(account, in: connection), try await named(root, in: connection))
        }
    }

    /// The merge of the account that stands now.
    static func standing(
        _ account: Int64, in connection: PostgresConnection
    ) async throws -> (id: Int64, into: Int64)? {
        let row = try await connection.first(
            """
            select m.id, r.root_id from crm.merge m join crm.account_root r on r.account_id = m.into_id
            where m.account_id = \(account) and m.undone_at is null
            """)
        return try row.map { (try $0["id"], try $0["root_id"]) }
    }

    private static func id(_ key: String, in connection: PostgresConnection) async throws -> Int64 {
        let row = try await connection.first("select id from crm.account where key = \(key) and erased_at is null")
        guard let row else { throw unknown(key) }
        return try row["id"]
    }

    private static func root(_ key: String, in connection: PostgresConnection) async throws -> Int64 {
        let row = try await connection.first(
            """
            select r.root_id from crm.account a join crm.account_root r on r.account_id = a.id
            where a.key = \(key) and a.erased_at is null
            """)
        guard let row else { throw unknown(key) }
        return try row["root_id"]
    }

    private static func unknown(_ key: String) -> HTTPProblem {
        HTTPProblem(.notFound, code: "unknown_account", "There is no account with the key “\(key)”: PUT it first.")
    }
}
