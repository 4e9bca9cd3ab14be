import Jobs
import Model
import Postgres

/// The topics `segment.entered` and `segment.left`: enrols, and looks after the runs that watch the segment.
enum Crossed {
    static func run(_ job: Job, _ way: Crossing.Way, _ versions: Versions) async throws {
        let crossed = try job.payload(SegmentCrossed.self)
        let (segment, accounts) = (crossed.segment, crossed.accounts)
        try await job.transaction { connection in
            try await Enrolling.crossed(
                Crossing(segment: segment, way: way), accounts: accounts, versions, in: connection)
            if way == .entered {
                // Once it was in the segment, leaving it is an exit.
                try await connection.execute(
                    """
                    update plan.enrollment e set outside = array_remove(e.outside, \(segment))
                    from crm.account_root r
                    where r.account_id = e.account_id and r.root_id = any(\(accounts)) and e.state = 'active'
                        and \(segment) = any(e.outside)
                    """)
            }
            try await Wakes.touch(
                where: "r.root_id = any(\(accounts)) and v.definition -> 'watches' @> to_jsonb(\(segment)::text)",
                in: connection)
        }
    }
}
