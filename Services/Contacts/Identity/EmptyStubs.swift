import Postgres

/// A stub that nobody edited and that lost its last subject tells nobody anything any more.
enum EmptyStubs {
    /// Removes those of the accounts that are such stubs.
    /// - Returns: the accounts that were removed.
    static func remove(_ accounts: [Int64], in connection: PostgresConnection) async throws -> Set<Int64> {
        let rows = try await connection.query(
            """
            select a.id from crm.account a
            where a.id = any(\(accounts)) and a.stub and a.source = 'usage' and a.merged_into is null
                and not exists (select from crm.account_subject l where l.account_id = a.id)
                and not exists (select from crm.account m where m.merged_into = a.id)
                and not exists (select from crm.account_owner o where o.account_id = a.id)
                and not exists (select from crm.account_tag t where t.account_id = a.id)
                and not exists (select from crm.contact c where c.account_id = a.id)
                and not exists (select from crm.subscription s where s.account_id = a.id)
                and not exists (select from crm.account_order o where o.account_id = a.id)
                and not exists (select from crm.deal d where d.account_id = a.id)
                and not exists (select from crm.ticket t where t.account_id = a.id)
                and not exists (select from crm.invoice i where i.account_id = a.id)
                and not exists (select from crm.goal g where g.account_id = a.id)
                and not exists (select from crm.request_vote v where v.account_id = a.id)
                and not exists (select from crm.interaction i where i.account_id = a.id)
                and not exists (select from plan.task t where t.account_id = a.id)
                and not exists (select from plan.enrollment e where e.account_id = a.id)
            order by a.id
            for update of a
            """)
        let ids: [Int64] = try rows.map { try $0["id"] }
        if ids.isEmpty { return [] }
        try await Membership.forget(ids, in: connection)
        try await connection.execute("delete from crm.account where id = any(\(ids))")
        return Set(ids)
    }
}
