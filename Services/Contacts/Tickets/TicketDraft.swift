import Foundation
import Model

/// What is said of a request for help. What isn't said stays; a new one is open.
struct TicketDraft: Draft {
    static let keyField = "ticket_key"
    static let fields: [Field] = [
        .needed("account_key", .key, "who asked"),
        .needed("ticket_key", .key, "the outside world's id for it"),
        .optional(
            "contact_key", .text(atMost: 200), "the person who asked; may be of another account, as advisers are"),
        .optional("subject", .text(atMost: 1_000), "one line about it"),
        .optional("priority", .choice(priorities), "normal unless said otherwise"),
        .optional("channel", .form(.name), "by which it came"),
        .optional("status", .choice(statuses), "open until it is said; pending waits for the customer"),
        .optional("escalated", .flag, "whether it was taken higher"),
        .optional("opened_at", .form(.time), "when it was opened"),
        .optional("changed_at", .form(.time), "since when status and escalated are so; now unless said otherwise"),
        .optional("first_answered_at", .form(.time), "when a person first answered"),
        .optional("feedback", .choice(["good", "bad"]), "what the customer said of the service"),
        .optional("feedback_words", .text(atMost: 10_000, lines: true), "in the customer's words"),
        .optional("feedback_at", .form(.time), "when that was said; now unless said otherwise"),
    ]
    static let priorities = ["low", "normal", "high", "urgent"]
    static let statuses = ["open", "pending", "solved", "closed"]

    let key: String
    let accountKey: String
    let contactKey: Said<String>
    let subject: String?
    let priority: String?
    let channel: Said<String>
    let status: String?
    /// Whether it was taken higher.
    let escalated: Bool?
    let openedAt: Date?
    /// Since when the status is so; nil is now, for a new one its beginning.
    let changedAt: Date?
    /// When a person first answered.
    let firstAnsweredAt: Said<Date>
    let feedback: Said<String>
    let feedbackWords: Said<String>
    /// When the feedback came; nil is now.
    let feedbackAt: Date?

    init(_ fields: Fields) throws {
        key = try fields.needed("ticket_key")
        accountKey = try fields.needed("account_key")
        contactKey = fields.text("contact_key")
        subject = fields.text("subject").value
        priority = fields.text("priority").value
        channel = fields.text("channel")
        status = fields.text("status").value
        escalated = fields.flag("escalated")
        openedAt = try fields.past("opened_at").value
        changedAt = try fields.past("changed_at").value
        firstAnsweredAt = try fields.past("first_answered_at")
        feedback = fields.text("feedback")
        feedbackWords = fields.text("feedback_words")
        feedbackAt = try fields.past("feedback_at").value
        if let openedAt {
            for (name, time) in [("changed_at", changedAt), ("first_answered_at", firstAnsweredAt.value)] {
                guard let time, time < openedAt else { continue }
                throw fields.refusal(name, "lies before opened_at: expected a time from then on", code: "too_early")
            }
        }
    }
}
