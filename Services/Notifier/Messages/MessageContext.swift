import Foundation
import Model

/// What a template can say. Where something is not known, its section is empty.
struct MessageContext {
    /// Every name that a template may use.
    static let names: Set<String> = [
        "account", "account.key", "account.name", "account.country", "account.language", "account.industry",
        "contact", "contact.key", "contact.name", "contact.first_name", "owner", "owner.name", "owner.email", "user",
        "user.name", "user.email", "task", "task.id", "task.title", "task.reason", "task.due", "reason", "reasons",
        "reasons.words", "reasons.signal", "risk", "risk.probability", "risk.percent", "risk.band", "money", "playbook",
        "enrollment", "enrollment.reason", "topic", "links", "links.account", "links.task", "links.unsubscribe",
    ]

    let values: [String: Any]

    init(_ message: MessageFacts, links: Links, unsubscribe: URL?) {
        var values: [String: Any] = ["topic": message.topic]
        values["playbook"] = message.playbook
        values["money"] = message.money?.description
        values["reason"] = message.reasons.first?.words ?? message.enrollmentReason ?? message.task?.reason
        values["reasons"] = message.reasons.map { ["words": $0.words, "signal": $0.signal] }
        if let account = message.account {
            values["account"] = MessageContext.object([
                "key": account.key, "name": account.name, "country": account.country, "language": account.language,
                "industry": account.industry,
            ])
        }
        if let contact = message.contact {
            let first = contact.name.split(separator: " ").first.map(String.init)
            values["contact"] = MessageContext.object([
                "key": contact.key, "name": contact.name, "first_name": first,
            ])
        }
        if let owner = message.owner {
            values["owner"] = MessageContext.object(["name": owner.name, "email": owner.email])
        }
        if let user = message.user {
            values["user"] = MessageContext.object(["name": user.name, "email": user.email])
        }
        if let task = message.task {
            values["task"] = MessageContext.object([
                "id": String(task.id), "title": task.title, "reason": task.reason,
                "due": task.dueAt.map(MessageContext.day),
            ])
        }
        if let reason = message.enrollmentReason { values["enrollment"] = ["reason": reason] }
        if let risk = message.risk {
            let percent = "\(Int((risk.probability * 100).rounded()))"
            values["risk"] = ["probability": percent + " %", "percent": percent, "band": risk.band]
        }
        values["links"] = MessageContext.object([
            "account": message.account.flatMap { links.account($0.key) },
            "task": message.task.flatMap { links.task($0.id) }, "unsubscribe": unsubscribe?.absoluteString,
        ])
        self.values = values
    }

    private static func object(_ values: [String: String?]) -> [String: String] {
        values.compactMapValues(\.self)
    }

    /// In UTC, as every time that has no reader's zone.
    private static func day(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle().year().month().day()) + " "
            + date.formatted(Date.ISO8601FormatStyle().time(includingFractionalSeconds: false)).prefix(5) + " UTC"
    }
}
