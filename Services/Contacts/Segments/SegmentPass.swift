import Foundation
import Jobs
import Postgres
import Segments

/// Looks at segments for every account: what a definition changed, and what changes as days pass. It finds out who has
/// crossed while everybody goes on, and looks at those again where they can't.
enum SegmentPass {
    /// How many segments one statement asks.
    private static let together = 50
    /// Groups of a million accounts in memory: without it they go through files.
    private static let memory = "128MB"
    /// [accounts]
    private static let worthSplitting = 20_000

    /// - Parameter keys: the segments to look at; nil is all that change with time or could not be asked the last time. Those
    ///   defined since anybody looked are looked at in any case, so that of many definitions at once the first job does all.
    static func run(_ keys: Set<String>?, _ job: Job) async throws {
        let (set, looks) = try await job.withCause { connection in
            // Whoever counted on this job to look at what it defines has not always committed when the job starts.
            try await Membership.shareDefinitions(in: connection)
            let looks = try await Look.due(keys, in: connection)
            return (try await SegmentSet.load(in: connection), looks)
        }
        let byID = Dictionary(uniqueKeysWithValues: looks.map { ($0.segment, $0) })
        for part in set.only(ids: Set(byID.keys)).parts(of: together) {
            try await look(at: part, part.segments.compactMap { byID[$0.id] }, job)
        }
    }

    private static func look(at part: SegmentSet, _ looks: [Look], _ job: Job) async throws {
        let (crossed, began): ([[Int64]], Date)
        do {
            (crossed, began) = try await Self.crossed(part, job)
            try await job.withCause { try await Look.forgetFaults(looks, in: $0) }
        } catch let error as PostgresError where error.isAboutValues {
            // One of them divides by what is zero somewhere, or the like: the others are not to suffer.
            if part.segments.count == 1 {
                return try await job.withCause { try await part.note(error, in: $0) }
            }
            let half = (part.segments.count + 1) / 2
            for half in part.parts(of: half) {
                let ids = Set(half.segments.map(\.id))
                try await look(at: half, looks.filter { ids.contains($0.segment) }, job)
            }
            return
        }
        let names = Set(part.segments.map(\.key))
        for accounts in crossed {
            try await job.withCause { try await Membership.evaluate(names, forBulk: accounts, in: $0) }
        }
        try await job.withCause { try await Look.end(looks, asOf: began, in: $0) }
    }

    /// A segment that is to be looked at, as it stood before.
    private struct Look: Sendable {
        let segment: Int64
        /// Which definition it is, and of what it asks for: exact, as PostgreSQL writes it.
        let changedAt: String
        let fault: String?

        static func due(_ keys: Set<String>?, in connection: PostgresConnection) async throws -> [Look] {
            let wanted: SQL =
                if let keys { "key = any(\(keys.sorted()))" } else { "changes_with_time or fault is not null" }
            return try await connection.query(
                """
                select id, changed_at::text, fault from crm.segment
                where evaluated_at is null or \(fragment: wanted) order by id
                """
            ).map { row in
                let (segment, changedAt, fault) = try row.decode(Int64.self, String.self, String?.self)
                return Look(segment: segment, changedAt: changedAt, fault: fault)
            }
        }

        /// All accounts could be asked. A fault that somebody met in the meantime stays.
        static func forgetFaults(_ looks: [Look], in connection: PostgresConnection) async throws {
            let faulty = looks.filter { $0.fault != nil }
            if faulty.isEmpty { return }
            try await connection.execute(
                """
                update crm.segment s set fault = null
                from unnest(\(faulty.map(\.segment)), \(faulty.compactMap(\.fault))) as f (id, fault)
                where s.id = f.id and s.fault = f.fault
                """)
        }

        /// What was defined anew in the meantime, or met a fault, stays as it is.
        static func end(_ looks: [Look], asOf began: Date, in connection: PostgresConnection) async throws {
            try await connection.execute(
                """
                update crm.segment s set evaluated_at = \(began)
                from unnest(\(looks.map(\.segment)), \(looks.map(\.changedAt))) as l (id, changed_at)
                where s.id = l.id and s.changed_at = l.changed_at::timestamptz and s.fault is null
                """)
        }
    }

    /// Accounts that are in other segments than they were last found in, in parts for one transaction each; and when that was.
    /// Many accounts are looked through by two connections, each with a half.
    private static func crossed(_ set: SegmentSet, _ job: Job) async throws -> ([[Int64]], Date) {
        let (most, began): (Int64, Date) = try await job.withCause { connection in
            let row = try await connection.first("select coalesce(max(id), 0), now() from crm.account")
            return try row?.decode(Int64.self, Date.self) ?? (0, Date())
        }
        if most < worthSplitting {
            return (try await job.withCause { try await crossed(set, .all, in: $0) }, began)
        }
        async let even = job.withCause { try await crossed(set, .part(0, of: 2), in: $0) }
        async let odd = job.withCause { try await crossed(set, .part(1, of: 2), in: $0) }
        return (try await even + odd, began)
    }

    /// Accounts of a part that are in other segments than they were last found in.
    private static func crossed(
        _ set: SegmentSet, _ scope: AccountScope, in connection: PostgresConnection
    ) async throws -> [[Int64]] {
        _ = try await connection.first("select set_config('work_mem', \(memory), true)")
        let ids = set.segments.map(\.id)
        let crossed: SQL
        if let select = try set.selectOnly(of: scope) {
            crossed = """
                select coalesce(s.id, m.account_id) as id from (\(fragment: select)) s
                full join (
                    select m.account_id from crm.segment_member m
                    where m.segment_id = any(\(ids))\(fragment: scope.condition(on: "m.account_id"))
                ) m on m.account_id = s.id
                where s.id is null or m.account_id is null
                """
        } else {
            crossed = """
                select coalesce(h.id, m.account_id) as id from (\(fragment: try set.select(of: scope))) h
                full join (
                    select m.account_id, array_agg(s.place order by s.place) as held
                    from crm.segment_member m join unnest(\(ids)) with ordinality as s (id, place) on s.id = m.segment_id
                    where true\(fragment: scope.condition(on: "m.account_id"))
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
