import Foundation
import Postgres

/// What one contact said about being written to.
struct ConsentFacts: Sendable, Equatable {
    struct Consent: Sendable, Equatable {
        let channel: String
        let topic: String
        let granted: Bool
        let at: Date
    }
    struct Refusal: Sendable, Equatable {
        let channel: String
        let topic: String
        let at: Date
    }

    var consents: [Consent] = []
    /// Refusals by link that contacts may not have written down yet.
    var refusals: [Refusal] = []

    /// Why nothing may go to this contact about this topic by this channel; nil where it may.
    func stop(channel: String, topic: String) -> MessageDecision.Reason? {
        guard let consent = consents.first(where: { $0.channel == channel && $0.topic == topic }), consent.granted
        else { return .noConsent }
        let refused = refusals.contains { $0.channel == channel && $0.topic == topic && $0.at >= consent.at }
        return refused ? .refused : nil
    }

    /// Reads the facts of the contacts that exist. What one refuses, another with the same address in a merged account does.
    static func read(_ contacts: [Int64], _ connection: PostgresConnection) async throws -> [Int64: ConsentFacts] {
        var facts: [Int64: ConsentFacts] = [:]
        for row in try await connection.query("select id from crm.contact where id = any(\(contacts))") {
            facts[try row["id"]] = ConsentFacts()
        }
        let consents = try await connection.query(
            """
            select contact_id, channel, topic, granted, occurred_at from crm.current_consent
            where contact_id = any(\(contacts))
            """)
        for row in consents {
            let consent = Consent(
                channel: try row["channel"], topic: try row["topic"], granted: try row["granted"],
                at: try row["occurred_at"])
            facts[try row["contact_id"]]?.consents.append(consent)
        }
        let refusals = try await connection.query(
            """
            select contact_id, channel, topic, refused_at from notify.refusal where contact_id = any(\(contacts))
            union all
            select t.contact_id, r.channel, r.topic, r.refused_at
            from crm.consent_twin t join notify.refusal r on r.contact_id = t.twin_id and r.channel = t.channel
            where t.contact_id = any(\(contacts))
            """)
        for row in refusals {
            let refusal = Refusal(channel: try row["channel"], topic: try row["topic"], at: try row["refused_at"])
            facts[try row["contact_id"]]?.refusals.append(refusal)
        }
        return facts
    }
}
