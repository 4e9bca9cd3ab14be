import Chassis
import HTTPTypes
import Jobs
import Model
import Postgres

/// Done on a task: a command to scheduler, whose tasks they are.
struct TaskCompletion: Codable, Sendable {
    let taskID: Int64
    let by: String

    enum CodingKeys: String, CodingKey {
        case taskID = "task_id"
        case by
    }

    static func id(_ text: String) throws -> Int64 {
        guard let id = Int64(text) else { throw unknown }
        return id
    }

    /// Asks for an open task to be closed, in the caller's transaction.
    /// - Returns: the state it has now: open until scheduler has closed it.
    static func request(
        _ id: Int64, by: String, actor: String, in connection: PostgresConnection
    ) async throws -> String {
        guard let row = try await connection.first("select state from plan.task where id = \(id)") else {
            throw unknown
        }
        let state: String = try row["state"]
        guard state == "open" else { return state }
        try await Queue.enqueue(
            "task.complete", on: ServiceName.scheduler.queue, TaskCompletion(taskID: id, by: by),
            uniqueKey: "task.complete:\(id)", in: connection)
        try await Audit.record(actor, "done", "task \(id)", in: connection)
        return state
    }

    private static var unknown: HTTPProblem {
        HTTPProblem(.notFound, code: "unknown_task", "There is no such task: GET /v1/tasks lists them.")
    }
}
