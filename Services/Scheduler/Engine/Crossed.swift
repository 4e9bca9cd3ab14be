import Jobs
import Model
import Postgres

/// The topics `segment.entered` and `segment.left`: enrols, and looks after the runs that watch the segment.
enum Crossed {
    static func run(_ job: Job, _ way: Crossing.Way, _ versions: Versions) async throws {
        let crossed = try job.payload(SegmentCrossed.self)
        let crossing = Crossing(segment: crossed.segment, way: way)
        try await job.transaction { try await happened(crossing, crossed.accounts, versions, in: $0) }
    }

    static func happened(
        _ crossing: Crossing, _ accounts: [Int64], _ versions: Versions, in connection: PostgresConnection
    ) async throws {
        try await Enrolling.crossed(crossing, accounts: accounts, versions, in: connection)
        if crossing.way == .entered {
            // Once it was in the segment, leaving it is an exit.
            try await connection.execute(
                """
                update plan.enrollment e set outside = array_remove(e.outside, \(crossing.segment))
                from crm.account_root r
                where r.account_id = e.account_id and r.root_id = any(\(accounts)) and e.state = 'active'
                    and \(crossing.segment) = any(e.outside)
                """)
        }
        try await Wakes.touch(
            where: """
                r.root_id = any(\(accounts)) and v.definition -> 'watches' @> to_jsonb(\(crossing.segment)::text)
                """, in: connection)
    }
}
