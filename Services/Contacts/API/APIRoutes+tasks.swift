import Chassis
import Hummingbird
import Model
import Postgres

extension APIRoutes {
    func addTasks(to api: Group) {
        api.get("tasks") { request, _ in try await tasks(request) }
        api.post("tasks/:id/done") { request, context in
            let id = try TaskCompletion.id(try context.piece("id"))
            let bytes = try await JSONBody.bytes(request)
            let repeatable = try Repeatable(request, context, body: bytes)
            let fields = try JSONBody.fields(bytes)
            try fields.allow(only: ["by"])
            let by = try fields.text("by", atMost: 200).value
            let origin = origin(context)
            return try await repeatable.run(pool) { connection in
                let state = try await TaskCompletion.request(
                    id, by: by ?? origin.actor, actor: origin.actor, in: connection)
                let body = try JSONText(encoding: ["state": state])
                return Repeatable.Answer(status: state == "open" ? .accepted : .ok, body: body)
            }
        }
    }

    /// By their ids; `state` open (the default), done, cancelled or all.
    private func tasks(_ request: Request) async throws -> Response {
        let query = try PageQuery(request)
        let parameters = request.uri.queryParameters
        let state = String(parameters["state"] ?? "open")
        guard ["open", "done", "cancelled", "all"].contains(state) else {
            throw Refusal("state", "expected open, done, cancelled or all")
        }
        guard let after = query.after.isEmpty ? 0 : Int64(query.after) else {
            throw Refusal("after", "expected the next_after of a page")
        }
        let owner = parameters["owner"].map { String($0) }
        return try await page(
            """
            select * from report.task where task_id > \(after) and (\(state) = 'all' or state = \(state))
                and (\(owner)::text is null or owner = \(owner))
            order by task_id
            """, key: "task_id", query)
    }
}
