import Jobs
import Postgres

/// Looks at segments for every account: what a definition changed, and what changes as days pass. It finds out who has
/// crossed while everybody goes on, and looks at those again where they can't.
enum SegmentPass {
    /// How many segments one statement asks.
    private static let together = 50
    /// Groups of a million accounts in memory: without it they go through files.
    private static let memory = "128MB"

    /// - Parameter keys: the segments to look at; nil is all that change with time.
    static func run(_ keys: Set<String>?, _ job: Job) async throws {
        let set = try await job.withCause { try await SegmentSet.load(in: $0) }
        for part in (keys.map(set.only) ?? set.changingWithTime).parts(of: together) {
            let crossed = try await job.withCause { try await Self.crossed(part, in: $0) }
            let names = Set(part.segments.map(\.key))
            for accounts in crossed {
                try await job.withCause { try await Membership.evaluate(names, forBulk: accounts, in: $0) }
            }
            try await job.withCause { connection in
                _ = try await connection.execute(
                    """
                    update crm.segment set evaluated_at = now(), fault = null
                    where id = any(\(part.segments.map(\.id))) and expression = any(\(part.segments.map(\.expression)))
                    """)
            }
        }
    }

    /// Accounts that are in other segments than they were last found in, in parts for one transaction each.
    private static func crossed(_ set: SegmentSet, in connection: PostgresConnection) async throws -> [[Int64]] {
        _ = try await connection.first("select set_config('work_mem', \(memory), true)")
        let ids = set.segments.map(\.id)
        let crossed: SQL
        if let select = try set.selectOnly() {
            crossed = """
                select coalesce(s.id, m.account_id) as id from (\(fragment: select)) s
                full join (select account_id from crm.segment_member where segment_id = any(\(ids))) m on m.account_id = s.id
                where s.id is null or m.account_id is null
                """
        } else {
            crossed = """
                select coalesce(h.id, m.account_id) as id from (\(fragment: try set.select())) h
                full join (
                    select m.account_id, array_agg(s.place order by s.place) as held
                    from crm.segment_member m join unnest(\(ids)) with ordinality as s (id, place) on s.id = m.segment_id
                    group by m.account_id
                ) m on m.account_id = h.id
                where coalesce(h.held, '{}') <> coalesce(m.held, '{}')
                """
        }
        // As arrays: a million rows one by one would take hundreds of megabytes.
        let parts = try await connection.query(
            """
            select array_agg(id) as ids from (
                select id, (row_number() over (order by id) - 1) / \(Int64(Membership.bulk)) as part
                from (\(fragment: crossed)) as crossed
            ) as placed group by part order by part
            """)
        return try parts.map { try $0["ids"] }
    }
}
