import HTTPTypes
import Hummingbird
import Postgres

extension Operation {
    /// Work for people.
    static let tasks: [Operation] = [
        Operation(
            method: .get, path: "/v1/tasks", id: "listTasks",
            summary: "List tasks in the order in which they were opened",
            query: [
                Page.limit, .optional("after", .id, "the next_after of the page before"),
                .optional("state", .choice(["open", "done", "cancelled", "all"]), "open unless said otherwise"),
                .optional("owner", .text(atMost: 200), "only those of this user"),
            ],
            answers: [Answer(words: "A page of tasks.", shape: Page.shape(TaskAnswer.task, next: .count()))],
            problems: [.refusal("unknown_user", words: "Nobody here is called so.")], run: list),
        Operation(
            method: .post, path: "/v1/tasks/{id}/done", id: "finishTask",
            summary: "Ask for a task to be closed as done",
            places: [.needed("id", .id, "of the task")],
            body: .named(
                "FinishTask",
                .object([.optional("by", .text(atMost: 200), "the user who did it; the key unless said otherwise")])),
            isRepeatable: true,
            answers: [
                Answer(words: "It was closed before.", shape: state),
                Answer(status: .accepted, words: "It is being closed.", shape: state),
            ],
            problems: [
                .unknown("task"), .refusal("unknown_user", words: "Nobody here is called what `by` says."),
            ], run: finish),
    ]

    private static let state = Shape.record([.needed("state", .choice(TaskAnswer.states), "that it has now")])

    @Sendable private static func list(_ call: Call) async throws -> Response {
        let after = call.query.integer("after").value ?? 0
        let state = call.query.text("state").value ?? "open"
        let owner = call.query.text("owner").value
        if let owner {
            _ = try await call.pool.withConnection { try await Owner.user(owner, field: "owner", in: $0) }
        }
        return try await call.page(
            """
            select * from report.task where task_id > \(after) and (\(state) = 'all' or state = \(state))
                and (\(owner)::text is null or owner = \(owner))
            order by task_id
            """, key: "task_id")
    }

    @Sendable private static func finish(_ call: Call) async throws -> Response {
        let id = try call.number("id")
        let (fields, bytes) = try await call.body()
        let (by, origin) = (fields.text("by").value, call.origin)
        return try await call.once(bytes) { connection in
            if let by { _ = try await Owner.user(by, field: "by", in: connection) }
            let state = try await TaskCompletion.request(
                id, by: by ?? origin.actor, actor: origin.actor, in: connection)
            let body = try JSONText(encoding: ["state": state])
            return Repeatable.Answer(status: state == "open" ? .accepted : .ok, body: body)
        }
    }
}

/// What a task is in answers.
enum TaskAnswer {
    static let states = ["open", "done", "cancelled"]

    /// Without its account.
    static let fields: [Field] = [
        .needed("task_id", .count(), ""), .optional("owner", .words, "who is to do it"),
        .needed("title", .words, "what is to be done"), .optional("reason", .words, "why"),
        .optional("playbook", .words, "the playbook that opened it"), .needed("state", .choice(states), ""),
        .optional("due_at", .moment, "until when"), .needed("opened_at", .moment, "when it was opened"),
        .optional("done_at", .moment, "when it was done or cancelled"), .optional("done_by", .words, "who did it"),
        .optional("script", .words, "how to go about it, and what to say"),
    ]

    static let task = Shape.named("Task", .record(fields + [.needed("account_key", .words, "which it is about")]))
}
