import Foundation

/// A message's subject and text with its names filled in.
struct RenderedMessage: Sendable {
    static let subjectLimit = 400
    /// Webhooks are advised to stay below 20 KB: a longer text is cut there, and says so [bytes].
    static let webhookTextLimit = 12_000

    var subject: String?
    var text: String

    init(_ message: MessageFacts, _ context: MessageContext) throws {
        // What a customer is called may hold line breaks; a subject is one line.
        subject = try message.subject.map { subject in
            let line = try MessageTemplate(subject).render(context)
            return Words.plain(Array(line.utf8), limit: RenderedMessage.subjectLimit)
        }
        text = try MessageTemplate(message.body).render(context)
        guard !text.utf8.contains(0) else { throw TemplateFault(line: 1, "the rendered text holds a NUL character") }
    }

    /// The body of the webhook that carries this message, exactly as it will be signed.
    func webhook(_ message: MessageFacts, at now: Date = Date()) throws -> RenderedMessage {
        var cut = text
        while cut.utf8.count > RenderedMessage.webhookTextLimit { cut.removeLast(max(1, cut.count / 10)) }
        let data = WebhookBody.Message(
            accountKey: message.account?.key, accountName: message.account?.name, contactKey: message.contact?.key,
            user: message.user?.name, topic: message.topic, subject: subject, text: cut,
            truncated: cut.utf8.count < text.utf8.count ? true : nil, playbook: message.playbook,
            task: message.task.map { .init(id: $0.id, title: $0.title, dueAt: $0.dueAt.map(WebhookBody.time)) },
            probability: message.risk?.probability, band: message.risk?.band, reasons: message.reasons.map(\.words))
        let body = WebhookBody(type: "message.requested", timestamp: WebhookBody.time(now), data: data)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var rendered = self
        rendered.text = String(decoding: try encoder.encode(body), as: UTF8.self)
        return rendered
    }
}

/// The body that Standard Webhooks asks for.
struct WebhookBody: Encodable {
    let type: String
    let timestamp: String
    let data: Message

    struct Message: Encodable {
        var accountKey: String?
        var accountName: String?
        var contactKey: String?
        var user: String?
        var topic: String
        var subject: String?
        var text: String
        var truncated: Bool?
        var playbook: String?
        var task: Task?
        var probability: Double?
        var band: String?
        var reasons: [String]

        enum CodingKeys: String, CodingKey {
            case accountKey = "account_key"
            case accountName = "account_name"
            case contactKey = "contact_key"
            case user, topic, subject, text, truncated, playbook, task, probability, band, reasons
        }
    }

    struct Task: Encodable {
        var id: Int64
        var title: String
        var dueAt: String?

        enum CodingKeys: String, CodingKey {
            case id, title
            case dueAt = "due_at"
        }
    }

    static func time(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
