import Chassis
import Foundation
import HTTPTypes
import Hummingbird
import Jobs
import Logging
import Model
import NIOCore
import Postgres

/// `/u/TOKEN`: POST unsubscribes at once, as RFC 8058 asks for; GET shows a page with a button and changes nothing, since
/// scanners open links too.
struct UnsubscribeRoutes: Sendable {
    let pool: PostgresPool

    /// The job that contacts does.
    struct Withdrawal: Codable, Equatable, Sendable {
        var contactID: Int64
        var channel: String
        var topic: String
        var source: String
        enum CodingKeys: String, CodingKey {
            case contactID = "contact_id"
            case channel, topic, source
        }
    }

    func add(to router: Router<ServiceContext>) {
        router.get("u/:token") { _, context in
            guard let token = try await token(context) else { return UnsubscribePage.unknown }
            return UnsubscribePage.question(token)
        }
        router.post("u/:token") { _, context in
            guard let token = try await token(context) else { return UnsubscribePage.unknown }
            try await withdraw(token)
            context.logger.info(
                "A contact unsubscribed.", metadata: ["contact": "\(token.contactID)", "topic": "\(token.topic)"])
            return UnsubscribePage.done(token)
        }
    }

    private func token(_ context: ServiceContext) async throws -> UnsubscribeToken? {
        guard let text = context.parameters.get("token"), text.utf8.count <= UnsubscribeToken.limit else { return nil }
        let key = try await pool.withConnection { connection in
            try await ChannelSettings.key(Links.unsubscribeKey, of: MailChannel.name, connection)
        }
        return UnsubscribeToken(text, key: key)
    }

    /// Heeded here from this moment on; contacts writes the consent down and tells everybody.
    private func withdraw(_ token: UnsubscribeToken) async throws {
        let job = Withdrawal(
            contactID: token.contactID, channel: token.channel, topic: token.topic, source: "unsubscribe link")
        try await pool.transaction { connection in
            try await connection.execute(
                """
                insert into notify.refusal (contact_id, channel, topic)
                values (\(token.contactID), \(token.channel), \(token.topic))
                on conflict (contact_id, channel, topic) do update set refused_at = now()
                """)
            try await Queue.enqueue(
                "consent.withdraw", on: ServiceName.contacts.queue, job,
                uniqueKey: "withdraw:\(token.contactID):\(token.channel):\(token.topic)", scope: .waiting,
                in: connection)
        }
    }
}
