import Foundation
import Postgres

/// Applies identify, group and alias calls, set by set. Each set is sorted, so that two workers can't lock each other out.
enum Identifying {
    /// - Returns: the accounts that gained or lost a subject, or whose stub got a name.
    static func apply(_ calls: [Identification], in connection: PostgresConnection) async throws -> Set<Int64> {
        var touched: Set<Int64> = []
        let groups = calls.filter { $0.kind == "group" }
        touched.formUnion(try await Linking.link(groups.map(\.subject), in: connection))
        touched.formUnion(try await group(groups, in: connection))
        let same = calls.filter { $0.kind != "group" && $0.other != nil }
        touched.formUnion(try await Linking.link(same.map(\.subject), force: true, in: connection))
        touched.formUnion(try await unite(same, in: connection))
        touched.formUnion(try await nameStubs(calls, in: connection))
        try await ContactTraits.apply(calls.filter { $0.kind == "identify" }, in: connection)
        touched.formUnion(try await EmptyStubs.remove(Array(touched), in: connection))
        return touched
    }

    /// Moves users, and who turned out to be them, to the account of the group that they were last put in.
    private static func group(_ calls: [Identification], in connection: PostgresConnection) async throws -> Set<Int64> {
        var last: [Int64: Identification] = [:]
        for call in calls {
            if let user = call.other { last[user] = call }
        }
        if last.isEmpty { return [] }
        let users = last.keys.sorted()
        let rows = try await connection.query(
            """
            with given as (
                select g.user_id, l.account_id, g.occurred_at
                from unnest(\(users), \(users.compactMap { last[$0]?.subject }), \(users.compactMap { last[$0]?.occurredAt }))
                    as g (user_id, group_id, occurred_at)
                join crm.account_subject l on l.subject_id = g.group_id
            ), before as (
                select l.subject_id, l.account_id from crm.account_subject l join given g on g.user_id = l.subject_id
            ), put as (
                insert into crm.account_subject as l (subject_id, account_id, grouped_at)
                select user_id, account_id, occurred_at from given order by user_id
                on conflict (subject_id) do update set account_id = excluded.account_id, grouped_at = excluded.grouped_at,
                    linked_at = case when l.account_id = excluded.account_id then l.linked_at else now() end
                where l.grouped_at is null or l.grouped_at <= excluded.grouped_at
                returning l.subject_id, l.account_id
            ), followed as (
                update crm.account_subject l set account_id = p.account_id, linked_at = now()
                from put p where l.identified_as = p.subject_id and l.account_id <> p.account_id
                returning l.account_id
            )
            select p.account_id from put p left join before b on b.subject_id = p.subject_id
            where b.account_id is distinct from p.account_id
            union
            select b.account_id from before b join put p on p.subject_id = b.subject_id where b.account_id <> p.account_id
            union select account_id from followed
            """)
        return Set(try rows.map { try $0["account_id"] })
    }

    /// An anonymous or former subject belongs where the user belongs who it turned out to be.
    private static func unite(_ calls: [Identification], in connection: PostgresConnection) async throws -> Set<Int64> {
        var users: [Int64: Int64] = [:]
        for call in calls {
            if let other = call.other, other != call.subject { users[other] = call.subject }
        }
        if users.isEmpty { return [] }
        let others = users.keys.sorted()
        let rows = try await connection.query(
            """
            with given as (
                select g.other_id, g.user_id, l.account_id
                from unnest(\(others), \(others.compactMap { users[$0] })) as g (other_id, user_id)
                join crm.account_subject l on l.subject_id = g.user_id
            ), before as (
                select l.subject_id, l.account_id from crm.account_subject l join given g on g.other_id = l.subject_id
            ), put as (
                insert into crm.account_subject as l (subject_id, account_id, identified_as)
                select other_id, account_id, user_id from given order by other_id
                on conflict (subject_id) do update set account_id = excluded.account_id,
                    identified_as = excluded.identified_as, linked_at = now()
                where (l.account_id, l.identified_as) is distinct from (excluded.account_id, excluded.identified_as)
                returning l.subject_id, l.account_id
            )
            select p.account_id from put p
            union select b.account_id from before b join put p on p.subject_id = b.subject_id
            """)
        return Set(try rows.map { try $0["account_id"] })
    }

    /// Names the stubs of groups and of users by what was last said of them. What a person wrote is not overwritten.
    private static func nameStubs(
        _ calls: [Identification], in connection: PostgresConnection
    ) async throws -> Set<Int64> {
        var names: [Int64: (name: String?, industry: String?)] = [:]
        for call in calls where call.kind != "alias" {
            let name = call.trait("name", "company", atMost: 400) ?? names[call.subject]?.name
            let industry = call.trait("industry", atMost: 200) ?? names[call.subject]?.industry
            if name != nil || industry != nil { names[call.subject] = (name, industry) }
        }
        if names.isEmpty { return [] }
        let subjects = names.keys.sorted()
        let rows = try await connection.query(
            """
            update crm.account a set name = coalesce(g.name, a.name), industry = coalesce(g.industry, a.industry)
            from unnest(\(subjects), \(subjects.map { names[$0]?.name }), \(subjects.map { names[$0]?.industry }))
                as g (subject_id, name, industry)
            join usage.subject s on s.id = g.subject_id
            join crm.account_subject l on l.subject_id = s.id
            where a.id = l.account_id and a.stub and (a.key = s.key or a.key = 'user:' || s.key)
                and (a.name, a.industry) is distinct from (coalesce(g.name, a.name), coalesce(g.industry, a.industry))
            returning a.id
            """)
        return Set(try rows.map { try $0["id"] })
    }
}
