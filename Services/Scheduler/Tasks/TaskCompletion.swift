import Jobs
import Model
import Postgres

/// The job `task.complete`: a person has done a task.
enum TaskCompletion {
    static let kind = "task.complete"

    struct Payload: Codable, Sendable {
        var taskID: Int64
        /// The name of who did it; unknown where nobody said.
        var by: String?

        enum CodingKeys: String, CodingKey {
            case taskID = "task_id"
            case by
        }
    }

    static func run(_ job: Job) async throws {
        let payload = try job.payload(Payload.self)
        try await job.transaction { connection in
            switch try await complete(payload.taskID, by: payload.by, in: connection) {
            case .done, .wasClosed: break
            case .unknown: throw JobFailure.dead("there is no task \(payload.taskID)")
            }
        }
    }

    enum Outcome: Sendable { case done, wasClosed, unknown }

    /// Closes the task once; done again it stays as it is.
    static func complete(
        _ id: Int64, by: String?, in connection: PostgresConnection
    ) async throws -> Outcome {
        let done = try await connection.execute(
            """
            update plan.task set state = 'done', done_at = now(), done_by = \(by.map { String($0.prefix(200)) })
            where id = \(id) and state = 'open'
            """)
        if done == 1 {
            try await Queue.publish(.taskDone, TasksTouched(tasks: [id]), in: connection)
            return .done
        }
        return try await connection.first("select from plan.task where id = \(id)") == nil ? .unknown : .wasClosed
    }
}
