import Jobs
import Logging
import Postgres

/// Finds deliveries that are due and whose job was lost or is a dead letter, and gives them a new one: none is forgotten.
enum DeliverySweep {
    static let kind = "delivery.sweep"
    static let every: Duration = .seconds(300)
    /// Due for longer than this is no delay of a busy queue.
    static let overdue: Duration = .seconds(900)
    /// At most so many at a time; the next sweep finds the rest.
    static let limit: Int64 = 1_000

    static func run(_ job: Job) async throws {
        let found = try await job.transaction { try await sweep(overdue: overdue, $0) }
        if found > 0 { job.logger.warning("\(found) overdue deliveries had no job and got one.") }
    }

    /// A delivery whose job waits keeps it: the unique key is held. Answers how many were overdue.
    static func sweep(overdue: Duration, _ connection: PostgresConnection) async throws -> Int {
        try await connection.query(
            """
            select queue.enqueue('notifier', 'delivery.attempt', jsonb_strip_nulls(jsonb_build_object(
                    'delivery', d.id, 'endpoint', d.endpoint_id)),
                unique_key => 'delivery:' || d.id, unique_scope => 'waiting', group_key => 'endpoint:' || d.endpoint_id)
            from notify.delivery d
            where d.state = 'pending' and d.next_attempt_at < now() - \(overdue)
            order by d.next_attempt_at limit \(limit)
            """
        ).count
    }
}
