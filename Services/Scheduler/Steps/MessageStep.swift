/// Asks notifier for a message: to the account's owner, to a user, to the admins, or to contacts. Consent, addresses and
/// suppression are notifier's business, which decides for each contact.
struct MessageStep: Step {
    static let kind = "message"

    enum Addressee: Codable, Equatable, Sendable {
        /// Where the account has no owner, the admins get it: an alert must reach somebody.
        case owner
        case admins
        case user(name: String)
        /// Contacts with a role, or all.
        case contacts(role: String?)
    }

    /// Contacts of one account that one step writes to, the longest known first.
    static let mostContacts = 500
    static let roles = ["decides", "influences", "uses", "pays", "blocks"]
    /// The topic of messages to users, which need no consent.
    static let alert = "alert"

    var to: Addressee
    var channel: String
    var topic: String
    var subject: String?
    var body: String

    var reachesOut: Bool { true }

    var questions: Set<Question> {
        switch to {
        case .owner, .admins: [.admins, .task]
        case .user(let name): [.user(name), .task]
        case .contacts(let role): [.contacts(role: role), .task]
        }
    }

    var consents: Set<ConsentTopic> {
        if case .contacts = to { [ConsentTopic(channel: channel, topic: topic)] } else { [] }
    }

    func decide(_ facts: StepFacts) -> StepDecision {
        var draft = MessageDraft(
            channel: channel, topic: topic, subject: subject, body: body, task: facts.lastTask)
        let nobody: String
        switch to {
        case .owner:
            draft.users = facts.owner.map { [$0.id] } ?? facts.admins.map(\.id)
            nobody = "the account has no owner, and there is no admin"
        case .admins:
            draft.users = facts.admins.map(\.id)
            nobody = "there is no admin"
        case .user(let name):
            draft.users = facts.users[name].map { [$0.id] } ?? []
            nobody = "there is no user \(name)"
        case .contacts(let role):
            draft.contacts = facts.contacts.filter { role == nil || $0.role == role }.map(\.id)
            nobody = role.map { "no contact of the account \($0)" } ?? "the account has no contacts"
        }
        let count = draft.users.count + draft.contacts.count
        guard count > 0 else { return StepDecision(outcome: .skipped, words: "no message: \(nobody)") }
        let what = count == 1 ? "a message" : "\(count) messages"
        let cut = draft.contacts.count == MessageStep.mostContacts ? ", no more than that an account" : ""
        return StepDecision(effects: [.message(draft)], words: "asked for \(what) by \(channel)\(cut)")
    }
}

extension MessageStep {
    static func read(_ fields: inout Fields) -> MessageStep? {
        let to = addressee(&fields)
        let channel = fields.text("channel", or: "mail", matching: .name)
        let topic: String?
        if case .contacts = to {
            topic = fields.text("topic", matching: .name)
            if topic == alert {
                fields.fault(
                    "topic", "alert is for users and asks no consent",
                    expected: "marketing, service or another consent")
            }
        } else {
            topic = fields.text("topic", or: alert, matching: .name)
        }
        let names = Template.messageNames
        let subject = fields.template("subject", atMost: 1_000, names: names, required: channel == "mail")
        let body = fields.template("body", atMost: 60_000, names: names)
        guard let to, let channel, let topic, let body else { return nil }
        return MessageStep(to: to, channel: channel, topic: topic, subject: subject, body: body)
    }

    private static func addressee(_ fields: inout Fields) -> Addressee? {
        if var inner = fields.mappingIfAny("to") {
            defer { inner.finish() }
            if inner.has("user") { return inner.text("user", atMost: 200).map { .user(name: $0) } }
            return inner.choice("role", of: roles).map { .contacts(role: $0) }
        }
        switch fields.choice("to", of: ["owner", "admins", "contacts"]) {
        case "owner": return .owner
        case "admins": return .admins
        case "contacts": return .contacts(role: nil)
        default: return nil
        }
    }
}
