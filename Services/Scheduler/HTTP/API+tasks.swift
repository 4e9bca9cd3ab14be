import Chassis
import Foundation
import HTTPTypes
import Hummingbird
import Postgres

extension API {
    /// `GET /v1/tasks?state=&owner=&account=` and `POST /v1/tasks/{id}/done`.
    func tasks(_ group: RouterGroup<ServiceContext>) {
        group.get("tasks") { [pool] request, _ in
            let page = try PageRequest(request)
            let state = try PageRequest.text("state", request, of: ["open", "done", "cancelled"])
            let owner = try PageRequest.text("owner", request)
            let account = try PageRequest.text("account", request)
            let rows = try await pool.query(
                """
                select task_id, account_key, owner, title, reason, script, playbook, state, due_at, opened_at, done_at, done_by
                from report.task
                where task_id > \(page.after) and (\(state) is null or state = \(state))
                    and (\(owner) is null or owner = \(owner)) and (\(account) is null or account_key = \(account))
                order by task_id limit \(page.limit)
                """)
            let items = try rows.map(TaskEntry.init)
            return try JSONAnswer.make(Page(items: items, next: items.count == page.limit ? items.last?.taskID : nil))
        }
        group.post("tasks/{id}/done") { [pool] request, context in
            let text = try context.parameters.require("id")
            guard let id = Int64(text) else { throw API.unknownTask(text) }
            let bytes = try await JSONAnswer.body(request, atMost: 16 << 10)
            let done = bytes.isEmpty ? Done() : try JSONDecoder().decode(Done.self, from: Data(bytes))
            let by = (done.by ?? context.key.map { "key \($0.id)" })?.replacing("\0", with: "")
            let outcome = try await pool.transaction { connection in
                try await TaskCompletion.complete(id, by: by, in: connection)
            }
            if case .unknown = outcome { throw API.unknownTask(text) }
            let row = try await pool.first("select * from report.task where task_id = \(id)")
            guard let row else { throw API.unknownTask(text) }
            return try JSONAnswer.make(try TaskEntry(row))
        }
    }

    private struct Done: Decodable {
        var by: String?
    }

    private static func unknownTask(_ id: String) -> HTTPProblem {
        HTTPProblem(.notFound, code: "unknown_task", "There is no task \(id.prefix(40)).")
    }
}

struct TaskEntry: Encodable, Sendable {
    var taskID: Int64
    var accountKey: String
    var owner: String?
    var title: String
    var reason: String?
    var script: String?
    var playbook: String?
    var state: String
    var dueAt: Date?
    var openedAt: Date
    var doneAt: Date?
    var doneBy: String?

    enum CodingKeys: String, CodingKey {
        case owner, title, reason, script, playbook, state
        case taskID = "task_id"
        case accountKey = "account_key"
        case dueAt = "due_at"
        case openedAt = "opened_at"
        case doneAt = "done_at"
        case doneBy = "done_by"
    }

    init(_ row: Row) throws {
        taskID = try row["task_id"]
        accountKey = try row["account_key"]
        owner = try row["owner"]
        title = try row["title"]
        reason = try row["reason"]
        script = try row["script"]
        playbook = try row["playbook"]
        state = try row["state"]
        dueAt = try row["due_at"]
        openedAt = try row["opened_at"]
        doneAt = try row["done_at"]
        doneBy = try row["done_by"]
    }
}
