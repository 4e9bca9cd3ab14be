import Foundation

/// Opens a task for the account's owner, or for a named user, due in working time of that person's place.
struct TaskStep: Step {
    static let kind = "task"

    var title: String
    var reason: String?
    var script: String?
    var due: Span
    /// A user by name; nil is the account's owner.
    var user: String?

    var reachesOut: Bool { true }
    var questions: Set<Question> { user.map { [.user($0)] } ?? [] }

    func decide(_ facts: StepFacts) throws -> StepDecision {
        let person = user.map { facts.users[$0] } ?? facts.owner
        let draft = TaskDraft(
            title: try Template.render(title, facts, owner: person, limit: 1_000),
            reason: try reason.map { try Template.render($0, facts, owner: person, limit: 4_000) } ?? facts.reason,
            script: try script.map { try Template.render($0, facts, owner: person, limit: 20_000) },
            dueAt: due.end(from: facts.now, in: person?.zone ?? .gmt), owner: person?.id)
        let words = person.map { "opened a task for \($0.name)" } ?? "opened a task for nobody yet"
        return StepDecision(effects: [.task(draft)], words: words)
    }
}

extension TaskStep {
    static func read(_ fields: inout Fields) -> TaskStep? {
        let names = Template.taskNames
        let title = fields.template("title", atMost: 500, names: names)
        let reason = fields.template("reason", atMost: 2_000, names: names, required: false)
        let script = fields.template("script", atMost: 10_000, names: names, required: false)
        let due = fields.span("due", workingTime: true)
        var user: String?
        if var inner = fields.mappingIfAny("owner") {
            user = inner.text("user", atMost: 200)
            inner.finish()
        } else {
            _ = fields.choice("owner", or: "account", of: ["account"])
        }
        guard let title, let due else { return nil }
        return TaskStep(title: title, reason: reason, script: script, due: due, user: user)
    }
}
