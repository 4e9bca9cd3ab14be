import Jobs
import Model
import Postgres

/// The topic `message.failed`: the run's record says that a message of it did not arrive.
enum MessageFailure {
    static func run(_ job: Job) async throws {
        let deliveries = try job.payload(DeliveriesTouched.self).deliveries
        try await job.transaction { connection in
            _ = try await connection.execute(
                """
                insert into plan.step_run (enrollment_id, step, kind, outcome, detail)
                select m.enrollment_id, m.step, 'message', 'failed',
                    left('delivery ' || d.id || ' by ' || d.channel || ' failed: ' || coalesce(d.error, 'no reason given'), 2000)
                from notify.delivery d join plan.message m on m.id = d.message_id
                where d.id = any(\(deliveries)) and d.state = 'failed' and m.enrollment_id is not null
                """)
        }
    }
}
