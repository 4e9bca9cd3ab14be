import Model
import Postgres

/// Gives subjects of usage their accounts. A subject is linked once; only a group call moves it later.
enum Linking {
    /// Links those of the subjects that have no account yet:
    /// - a group belongs to the account with its key;
    /// - a user who has events of his own, outside of any group, belongs to the account with his key, else to that of the
    ///   contact with his key;
    /// - where there is none, a stub is made. It is called `user:KEY` where KEY is a group's;
    /// - an anonymous subject belongs nowhere until it is identified.
    ///
    /// - Parameter force: links users without events of their own too.
    /// - Returns: the accounts that got a subject.
    static func link(
        _ subjects: [Int64], force: Bool = false, in connection: PostgresConnection
    ) async throws -> Set<Int64> {
        let wanting = try await wanting(subjects, force: force, in: connection)
        if wanting.isEmpty { return [] }
        var touched = try await makeRoom(forGroups: wanting.filter { $0.kind == "group" }, in: connection)
        try await makeStubs(wanting, in: connection)
        let rows = try await connection.query(
            """
            with given as (
                select * from unnest(\(wanting.map(\.id)), \(wanting.map(\.accountKey)), \(wanting.map(\.contactAccount)))
                    as g (subject_id, account_key, contact_account)
            )
            insert into crm.account_subject (subject_id, account_id)
            select g.subject_id, coalesce(a.id, g.contact_account)
            from given g left join crm.account a on a.key = g.account_key
            where coalesce(a.id, g.contact_account) is not null
            order by g.subject_id
            on conflict do nothing
            returning account_id
            """)
        for row in rows { touched.insert(try row["account_id"]) }
        return touched
    }

    /// A subject without an account, and which account it is to have.
    private struct Wanting: Sendable {
        let id: Int64
        let kind: String
        let key: String
        /// The key of the account, there already or to be made.
        let accountKey: String
        /// The account of the contact with the user's key, where there is no account with it.
        let contactAccount: Int64?
    }

    private static func wanting(
        _ subjects: [Int64], force: Bool, in connection: PostgresConnection
    ) async throws -> [Wanting] {
        let rows = try await connection.query(
            """
            select s.id, s.kind, s.key,
                case when s.kind = 'user' and exists (select from usage.subject g where g.kind = 'group' and g.key = s.key)
                    then \(fragment: userStubKey) else s.key end as account_key,
                case when s.kind = 'user' and not exists (select from crm.account a where a.key = s.key)
                    then (select c.account_id from crm.contact c where c.key = s.key) end as contact_account
            from usage.subject s
            where s.id = any(\(subjects)) and s.kind <> 'anonymous'
                and not exists (select from crm.account_subject l where l.subject_id = s.id)
                and (s.kind = 'group' or \(force) or exists (select from usage.daily_part d where d.subject_id = s.id))
            order by s.id
            """)
        return try rows.map { row in
            let (id, kind, key, accountKey, contactAccount) = try row.decode(
                Int64.self, String.self, String.self, String.self, Int64?.self)
            return Wanting(id: id, kind: kind, key: key, accountKey: accountKey, contactAccount: contactAccount)
        }
    }

    private static func makeStubs(_ wanting: [Wanting], in connection: PostgresConnection) async throws {
        let keys = Set(wanting.filter { $0.contactAccount == nil }.map(\.accountKey)).sorted()
        try await connection.execute(
            """
            insert into crm.account (key, name, stub, source)
            select k, k, true, 'usage' from unnest(\(keys)) as k
            where not exists (select from crm.account a where a.key = k)
            order by k
            on conflict (key) do nothing
            """)
    }

    /// Where a user's stub holds the key of a group that has turned up since, the user moves to `user:KEY`.
    /// - Returns: the accounts that the users moved to.
    private static func makeRoom(
        forGroups groups: [Wanting], in connection: PostgresConnection
    ) async throws -> Set<Int64> {
        let crowded = try await connection.query(
            """
            select s.id, \(fragment: userStubKey) as key
            from usage.subject s
            join crm.account_subject l on l.subject_id = s.id
            join crm.account a on a.id = l.account_id and a.stub and a.key = s.key
            where s.kind = 'user' and s.key = any(\(groups.map(\.key)))
            order by s.id
            """)
        if crowded.isEmpty { return [] }
        let subjects: [Int64] = try crowded.map { try $0["id"] }
        let keys: [String] = try crowded.map { try $0["key"] }
        try await connection.execute(
            """
            insert into crm.account (key, name, stub, source) select k, k, true, 'usage' from unnest(\(keys)) as k
            on conflict (key) do nothing
            """)
        let rows = try await connection.query(
            """
            update crm.account_subject l set account_id = a.id, linked_at = now()
            from unnest(\(subjects), \(keys)) as g (subject_id, key)
            join crm.account a on a.key = g.key
            where l.subject_id = g.subject_id or l.identified_as = g.subject_id
            returning a.id
            """)
        return Set(try rows.map { try $0["id"] })
    }

    /// The key of the stub of a user `s` whose key is a group's too; a key is at most 200 characters long.
    private static let userStubKey: SQL = """
        ('user:' || case when length(s.key) <= 195 then s.key else left(s.key, 160) || ':' || md5(s.key) end)
        """
}
