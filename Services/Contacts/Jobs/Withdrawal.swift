import Jobs
import Model
import Postgres

/// A contact wants no more messages: the payload of `consent.withdraw`.
struct Withdrawal: Codable, Sendable, Equatable {
    let contactID: Int64
    let channel: String
    let topic: String
    let source: String?

    enum CodingKeys: String, CodingKey {
        case contactID = "contact_id"
        case channel, topic, source
    }

    /// Writes the withdrawn consent, also where none was ever given, and publishes `contact.unsubscribed` where this
    /// changes anything.
    static func run(_ job: Job) async throws {
        let withdrawal = try job.payload(Withdrawal.self)
        guard Address.isName(withdrawal.channel), Address.isName(withdrawal.topic) else {
            throw JobFailure.dead("channel and topic are names in small letters, such as mail and marketing")
        }
        try await job.transaction { connection in
            let contact = try await connection.first(
                "select from crm.contact where id = \(withdrawal.contactID) for no key update")
            guard contact != nil else { return }
            let origin = Origin(
                actor: "job \(job.id)", source: String((withdrawal.source ?? "consent.withdraw").prefix(200)))
            let consent = ConsentDraft(channel: withdrawal.channel, topic: withdrawal.topic, granted: false)
            let changed = try await Consent.record(
                [Consent.Given(contactID: withdrawal.contactID, consent: consent)], origin, in: connection)
            guard !changed.isEmpty else { return }
            try await Audit.record(
                origin.actor, "withdraw consent", "contact", try JSONText(encoding: withdrawal),
                about: .contact(withdrawal.contactID), in: connection)
        }
    }

    /// A refusal stands on the account's timeline, each once.
    static func note(_ job: Job) async throws {
        let contacts = try job.payload(ContactsTouched.self).contacts
        try await job.transaction { connection in
            let told: [Int64] = try await connection.query(
                """
                insert into crm.interaction (account_id, contact_id, kind, direction, channel, title, entry_key, occurred_at)
                select c.account_id, c.id, 'consent', 'in', w.channel,
                    left(c.name, 400) || ' wants no more ' || w.topic || ' by ' || w.channel, 'consent:' || w.id, w.occurred_at
                from crm.contact_consent w join crm.contact c on c.id = w.contact_id
                where w.contact_id = any(\(contacts)) and not w.granted and w.occurred_at <= now()
                    and exists (select from crm.contact_consent g where g.contact_id = w.contact_id
                        and g.channel = w.channel and g.topic = w.topic and g.granted and g.occurred_at <= w.occurred_at)
                on conflict (entry_key) do nothing
                returning account_id
                """
            ).map { try $0["account_id"] }
            try await Publication.accounts(Set(told).sorted(), .interactionRecorded, in: connection)
        }
    }
}
