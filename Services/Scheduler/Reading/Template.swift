import Chassis
import Foundation
import Mustache

/// The mustache texts of playbooks: of messages, which notifier renders for each addressee, and of tasks, which are
/// rendered when they are opened.
enum Template {
    /// What a task's text may speak of.
    static let taskNames = [
        "account.key", "account.name", "owner.name", "enrollment.reason", "reason", "playbook",
    ]

    /// What a message may speak of: what notifier fills in for each addressee.
    static let messageNames =
        taskNames + [
            "account.country", "account.industry", "account.language", "contact.first_name", "contact.key",
            "contact.name",
            "links.account", "links.task", "links.unsubscribe", "money", "owner.email", "reasons.signal",
            "reasons.words",
            "risk.band", "risk.percent", "risk.probability", "task.due", "task.id", "task.reason", "task.title",
            "topic",
            "user.email", "user.name",
        ]

    struct Problem: Equatable {
        var message: String
        var expected: String?
        var nearest: String?
    }

    /// What is wrong with a text that may speak of these names; nil where nothing is.
    static func problem(of text: String, names: [String]) -> Problem? {
        do {
            _ = try MustacheTemplate(string: text)
        } catch let error as MustacheTemplate.ParserError {
            return Problem(
                message: "the template is malformed in its line \(error.context.lineNumber): \(error.error)",
                expected: "mustache, such as {{account.name}}")
        } catch {
            return Problem(message: "the template is malformed", expected: "mustache, such as {{account.name}}")
        }
        for name in tags(of: text) where !isKnown(name, names) {
            return Problem(
                message: "{{\(name)}} is nothing that a text may speak of",
                expected: "one of " + names.joined(separator: ", "), nearest: nearest(to: name, among: names))
        }
        return nil
    }

    /// Inside `{{#task}}…{{/task}}` the last part of a name is enough.
    private static func isKnown(_ name: String, _ names: [String]) -> Bool {
        name == "." || names.contains(name) || names.contains { $0.hasPrefix(name + ".") || $0.hasSuffix("." + name) }
    }

    /// The names in the tags of a text, without comments, partials and pragmas.
    private static func tags(of text: String) -> [String] {
        text.components(between: "{{", and: "}}").compactMap { tag in
            var inner = tag.trimmingPrefix("{")
            guard let first = inner.first, !"!>%<$=".contains(first) else { return nil }
            inner = inner.drop { "#^/& ".contains($0) }
            let name = inner.prefix { !" }".contains($0) }
            // A function around a name, as in {{uppercase(reason)}}.
            guard let open = name.firstIndex(of: "(") else { return String(name) }
            return String(name[name.index(after: open)...].prefix { $0 != ")" })
        }
    }

    /// A task's text, as plain text. Throws where the text, checked when the playbook was loaded, can't be read any more.
    static func render(_ text: String, _ facts: StepFacts, owner: UserFacts?, limit: Int) throws -> String {
        var values: [String: Any] = [
            "account": ["key": facts.account.key, "name": facts.account.name], "playbook": facts.playbook,
        ]
        if let owner { values["owner"] = ["name": owner.name] }
        if let reason = facts.reason {
            values["reason"] = reason
            values["enrollment"] = ["reason": reason]
        }
        let template = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + text)
        return String(template.render(values).prefix(limit))
    }
}

extension String {
    fileprivate func components(between open: String, and close: String) -> [Substring] {
        split(separator: open, omittingEmptySubsequences: false).dropFirst().map { part in
            part.range(of: close).map { part[..<$0.lowerBound] } ?? part
        }
    }
}
