import Jobs
import Model
import Postgres
import Segments

/// Which accounts are in which segments. Every change is published once, in the transaction that makes it.
///
/// Whoever changes the members of an account holds its lock and looks at it only then, so that of two who look at one
/// account the later one sees what the earlier saw and more. All of them share the lock of the definitions, which whoever
/// changes a definition holds alone.
enum Membership {
    /// The first half of the locks' keys: of the definitions (with 0), and of accounts (with their ids).
    private static let definitions: Int32 = 7_302
    private static let account: Int32 = 7_303

    /// How many accounts one transaction looks at while it holds the lock of each.
    static let batch = 400
    /// How many it looks at while it holds the lock of the definitions, and so of all, alone.
    static let bulk = 10_000

    /// Keeps everybody else from reading definitions and from changing members, until the transaction's end.
    static func lockAll(in connection: PostgresConnection) async throws {
        _ = try await connection.first("select pg_advisory_xact_lock(\(definitions), 0)")
    }

    /// Keeps definitions as they are until the transaction's end, once those that are being written are there.
    static func shareDefinitions(in connection: PostgresConnection) async throws {
        _ = try await connection.first("select pg_advisory_xact_lock_shared(\(definitions), 0)")
    }

    /// Looks again at the segments that read one of the sources, for these accounts and those that they were merged into.
    static func evaluate(
        reading sources: Set<Fact.Source>, for accounts: some Collection<Int64>, in connection: PostgresConnection
    ) async throws {
        let sorted = Set(accounts).sorted()
        for start in stride(from: 0, to: sorted.count, by: batch) {
            let part = Array(sorted[start..<min(start + batch, sorted.count)])
            try await shareDefinitions(in: connection)
            let set = try await SegmentSet.load(reading: sources, in: connection)
            if set.isEmpty { return }
            // Rows of a from list are not promised to be locked in order; those of an ordered subquery are.
            let locked: [Int64] = try await connection.query(
                """
                select id, pg_advisory_xact_lock(\(account), (id % 2147483648)::int) from (
                    select id from unnest(\(part)) as id
                    union select root_id from crm.account_root where account_id = any(\(part))
                    order by 1 offset 0) as ordered
                """
            ).map { try $0["id"] }
            for part in set.parts() { try await apply(part, to: locked, in: connection) }
        }
    }

    /// Looks at the segments again for the accounts of a pass over all, while nobody else does.
    static func evaluate(
        _ keys: Set<String>, forBulk accounts: [Int64], in connection: PostgresConnection
    ) async throws {
        try await lockAll(in: connection)
        let set = try await SegmentSet.load(in: connection).only(keys)
        for part in set.parts() { try await apply(part, to: accounts, in: connection) }
    }

    /// Takes accounts that are about to go out of all segments.
    static func forget(_ accounts: [Int64], in connection: PostgresConnection) async throws {
        try await publish(
            .segmentLeft,
            try await connection.query(
                """
                with gone as (
                    delete from crm.segment_member where account_id = any(\(accounts)) returning segment_id, account_id)
                select s.key, g.account_id from gone g join crm.segment s on s.id = g.segment_id
                """), in: connection)
    }

    /// Takes all accounts out of a segment that is about to go.
    static func empty(_ segment: String, in connection: PostgresConnection) async throws {
        try await publish(
            .segmentLeft,
            try await connection.query(
                """
                with gone as (
                    delete from crm.segment_member m using crm.segment s where s.id = m.segment_id and s.key = \(segment)
                    returning m.account_id)
                select \(segment)::text as key, account_id from gone
                """), in: connection)
    }

    // MARK: Change

    private static func apply(
        _ set: SegmentSet, to accounts: [Int64], in connection: PostgresConnection
    ) async throws {
        do {
            try await connection.transaction { inner in try await change(set, accounts, in: inner) }
        } catch let error as PostgresError where error.isAboutValues && set.segments.count > 1 {
            // One of them divides by what is zero here, or the like: the others are not to suffer.
            for segment in set.segments {
                try await apply(set.only([segment.key]), to: accounts, in: connection)
            }
        } catch let error as PostgresError where error.isAboutValues {
            try await set.note(error, in: connection)
        }
    }

    private static func change(
        _ set: SegmentSet, _ accounts: [Int64], in connection: PostgresConnection
    ) async throws {
        let ids = set.segments.map(\.id)
        let rows = try await connection.query(
            """
            with held as materialized (\(fragment: try set.select(of: .among(accounts)))),
            segment as (select * from unnest(\(ids), \(set.segments.map(\.key))) with ordinality as s (id, key, place)),
            wanted as materialized (
                select s.id as segment_id, h.id as account_id
                from held h cross join unnest(h.held) as p (place) join segment s on s.place = p.place
            ), entered as (
                insert into crm.segment_member (segment_id, account_id)
                select w.segment_id, w.account_id from wanted w
                where not exists (select from crm.segment_member m
                    where m.segment_id = w.segment_id and m.account_id = w.account_id)
                on conflict do nothing
                returning segment_id, account_id
            ), gone as (
                delete from crm.segment_member m
                where m.account_id = any(\(accounts)) and m.segment_id = any(\(ids))
                    and not exists (select from wanted w
                        where w.segment_id = m.segment_id and w.account_id = m.account_id)
                returning m.segment_id, m.account_id
            )
            select s.key, c.account_id, c.is_in from (
                select segment_id, account_id, true as is_in from entered
                union all select segment_id, account_id, false from gone) c
            join segment s on s.id = c.segment_id
            """)
        try await publish(.segmentEntered, try rows.filter { try $0["is_in"] }, in: connection)
        try await publish(.segmentLeft, try rows.filter { try !$0["is_in"] }, in: connection)
    }

    /// - Parameter rows: with the columns `key`, of the segment, and `account_id`.
    private static func publish(_ topic: Topic, _ rows: [Row], in connection: PostgresConnection) async throws {
        var crossed: [String: [Int64]] = [:]
        for row in rows { crossed[try row["key"], default: []].append(try row["account_id"]) }
        for (segment, accounts) in crossed.sorted(by: { $0.key < $1.key }) {
            let sorted = accounts.sorted()
            for start in stride(from: 0, to: sorted.count, by: Topic.idsPerJob) {
                let part = Array(sorted[start..<min(start + Topic.idsPerJob, sorted.count)])
                try await Queue.publish(
                    topic, key: segment, SegmentCrossed(segment: segment, accounts: part), in: connection)
            }
        }
    }
}

extension PostgresError {
    /// Data that doesn't fit (class 22), such as a division by zero.
    var isAboutValues: Bool { sqlState?.hasPrefix("22") == true }
}
