import Chassis
import Foundation
import Hummingbird
import Postgres

extension ConsoleRoutes {
    private static let mostTasks: Int64 = 200

    private struct TaskRow {
        let id: Int64
        let title: String
        let account: String
        let accountLink: String
        let due: String
        let isLate: Bool
        let owner: String?
        let playbook: String?
        let reason: String?
        let script: String?
        let mayChange: Bool
        let formToken: String
        let back: String
    }

    private struct TaskPage {
        let summary: String
        let isMine: Bool
        let isEmpty: Bool
        let notice: String?
        let rows: [TaskRow]
    }

    /// Whose tasks are shown, unless asked for by `whose`: one's own; everybody's to an admin who has none, as on the first
    /// sign-in, when an empty page would say that there is nothing to do.
    static func showsOwn(whose: String?, role: String, hasOwn: Bool) -> Bool {
        switch whose {
        case "all": false
        case "mine": true
        default: hasOwn || role != "admin"
        }
    }

    private func hasOwnTasks(_ session: Session) async throws -> Bool {
        try await pool.first(
            "select from plan.task where state = 'open' and owner_user_id = \(session.user.id) limit 1") != nil
    }

    /// Open tasks, one's own or everybody's, the earliest due first.
    func tasks(_ request: Request, _ context: ContactsContext) async throws -> Response {
        guard let session = context.session else { return Self.redirect("/sign-in") }
        let isMine = Self.showsOwn(
            whose: request.uri.queryParameters["whose"].map(String.init), role: session.user.role,
            hasOwn: try await hasOwnTasks(session))
        let rows = try await pool.query(
            """
            select t.*, a.name as account_name, t.due_at < now() as is_late, count(*) over () as count
            from report.task t join crm.account a on a.key = t.account_key
            where t.state = 'open' and (\(!isMine) or t.owner = \(session.user.name))
            order by t.due_at nulls last, t.task_id limit \(Self.mostTasks)
            """)
        let count: Int64 = try rows.first.map { try $0["count"] } ?? 0
        let content = TaskPage(
            summary: (count == 1 ? "1 open task" : "\(Words.count(count)) open tasks")
                + (count > Self.mostTasks ? "; the \(Self.mostTasks) due first are shown" : ""), isMine: isMine,
            isEmpty: rows.isEmpty,
            notice: Self.notice(request), rows: try rows.map { try taskRow($0, session, isMine: isMine) })
        return page("tasks", content, title: "Tasks", context)
    }

    private func taskRow(_ row: Row, _ session: Session, isMine: Bool) throws -> TaskRow {
        let due: Date? = try row["due_at"]
        let isLate: Bool? = try row["is_late"]
        return TaskRow(
            id: try row["task_id"], title: try row["title"], account: try row["account_name"],
            accountLink: Link.account(try row["account_key"]),
            due: due.map { (isLate == true ? "was due " : "due ") + Words.day($0) } ?? "no due day",
            isLate: isLate ?? false,
            owner: isMine ? nil : try row["owner"], playbook: try row["playbook"], reason: try row["reason"],
            script: try row["script"], mayChange: session.user.mayChange, formToken: session.formToken,
            back: isMine ? "/tasks?whose=mine" : "/tasks?whose=all")
    }

    /// Done: scheduler closes the task within moments.
    func taskDone(_ request: Request, _ context: ContactsContext) async throws -> Response {
        let form = try await Form(request)
        let session = try checkToken(form, context)
        guard session.user.mayChange else {
            throw HTTPProblem(
                .forbidden, code: "not_allowed", "Your role may look and change nothing: ask an admin for another.")
        }
        let id = try TaskCompletion.id(try context.piece("id"))
        _ = try await pool.transaction { connection in
            try await TaskCompletion.request(
                id, by: session.user.name, actor: "user \(session.user.name)", in: connection)
        }
        let back = Link.own(form["back"])
        return Self.redirect(back + (back.contains("?") ? "&" : "?") + "done=\(id)")
    }

    /// What the last form came to.
    static func notice(_ request: Request) -> String? {
        request.uri.queryParameters["done"].flatMap { Int64($0) }.map { "Task \($0) is being closed." }
    }
}
