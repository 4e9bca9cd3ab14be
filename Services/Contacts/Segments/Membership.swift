import Jobs
import Model
import Postgres
import Segments

/// Which accounts are in which segments. Every change is published once, in the transaction that makes it; who changes a
/// segment's members locks its row first, so that two can't both find the same change.
enum Membership {
    /// Evaluates one segment, for all accounts or for those given, and publishes who entered and who left.
    static func evaluate(
        _ segment: StoredSegment, for accounts: [Int64]? = nil, in connection: PostgresConnection
    ) async throws {
        guard try await connection.first("select from crm.segment where id = \(segment.id) for update") != nil else {
            return
        }
        let select: SQL
        do {
            select = try Segment.compile(segment.expression).select(restrictedTo: accounts)
        } catch {
            try await connection.execute("update crm.segment set fault = \(error.description) where id = \(segment.id)")
            return
        }
        let (entered, left) = try await change(segment.id, select, accounts, in: connection)
        if accounts == nil {
            try await connection.execute(
                "update crm.segment set evaluated_at = now(), fault = null where id = \(segment.id)")
        }
        try await publish(.segmentEntered, segment.key, entered, in: connection)
        try await publish(.segmentLeft, segment.key, left, in: connection)
    }

    private static func change(
        _ segment: Int64, _ select: SQL, _ accounts: [Int64]?, in connection: PostgresConnection
    ) async throws -> (entered: [Int64], left: [Int64]) {
        var within: SQL = ""
        if let accounts {
            within = """
                and m.account_id in (
                    select unnest(\(accounts)) union select root_id from crm.account_root where account_id = any(\(accounts)))
                """
        }
        let rows = try await connection.query(
            """
            with selected as materialized (\(fragment: select)),
            entered as (
                insert into crm.segment_member (segment_id, account_id)
                select \(segment), s.id from selected s
                where not exists (
                    select from crm.segment_member m where m.segment_id = \(segment) and m.account_id = s.id)
                on conflict do nothing
                returning account_id
            ), gone as (
                delete from crm.segment_member m
                where m.segment_id = \(segment) and not exists (select from selected s where s.id = m.account_id)
                    \(fragment: within)
                returning m.account_id
            )
            select account_id, true as is_in from entered union all select account_id, false from gone
            """)
        var entered: [Int64] = []
        var left: [Int64] = []
        for row in rows {
            let (account, isIn) = try row.decode(Int64.self, Bool.self)
            if isIn { entered.append(account) } else { left.append(account) }
        }
        return (entered, left)
    }

    /// Takes accounts that are about to go out of all segments.
    static func forget(_ accounts: [Int64], in connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            select from crm.segment where id in (select segment_id from crm.segment_member where account_id = any(\(accounts)))
            order by id for update
            """)
        let rows = try await connection.query(
            """
            with gone as (delete from crm.segment_member where account_id = any(\(accounts)) returning segment_id, account_id)
            select s.key, array_agg(g.account_id) as accounts from gone g join crm.segment s on s.id = g.segment_id
            group by s.key order by s.key
            """)
        for row in rows {
            let (key, accounts) = try row.decode(String.self, [Int64].self)
            try await publish(.segmentLeft, key, accounts, in: connection)
        }
    }

    private static func publish(
        _ topic: Topic, _ segment: String, _ accounts: [Int64], in connection: PostgresConnection
    ) async throws {
        let sorted = accounts.sorted()
        for start in stride(from: 0, to: sorted.count, by: Topic.idsPerJob) {
            let part = Array(sorted[start..<min(start + Topic.idsPerJob, sorted.count)])
            try await Queue.publish(
                topic, key: segment, SegmentCrossed(segment: segment, accounts: part), in: connection)
        }
    }
}
