import Jobs
import Model
import Postgres

/// Adds deliveries of messages and the jobs that try them. A delivery that is there already stays as it is.
enum NewDelivery {
    /// To an address.
    static func add(
        _ message: MessageFacts, _ rendered: RenderedMessage, to address: String, sandbox: Bool,
        _ connection: PostgresConnection
    ) async throws {
        try await insert(
            message, rendered, key: "message:\(message.id)", address: address, endpoint: nil, sandbox: sandbox,
            connection)
    }

    /// To an endpoint, or to nobody in the sandbox.
    static func add(
        _ message: MessageFacts, _ rendered: RenderedMessage, endpoint: Int64? = nil, sandbox: Bool,
        _ connection: PostgresConnection
    ) async throws {
        let key = endpoint.map { "message:\(message.id):endpoint:\($0)" } ?? "message:\(message.id)"
        try await insert(
            message, rendered, key: key, address: nil, endpoint: endpoint, sandbox: sandbox, connection)
    }

    private static func insert(
        _ message: MessageFacts, _ rendered: RenderedMessage, key: String, address: String?, endpoint: Int64?,
        sandbox: Bool, _ connection: PostgresConnection
    ) async throws {
        let row = try await connection.first(
            """
            insert into notify.delivery (delivery_key, message_id, endpoint_id, topic, account_id, contact_id, user_id, channel,
                address, subject, body, state, sandbox, next_attempt_at)
            values (\(key), \(message.id), \(endpoint), \(endpoint == nil ? nil : Topic.messageRequested.rawValue),
                \(message.account?.id), \(message.contactID), \(message.userID), \(message.channel), \(address),
                \(rendered.subject), \(rendered.text), 'pending', \(sandbox), now())
            on conflict (delivery_key) do nothing returning id
            """)
        guard let row else { return }
        try await DeliveryAttempt.enqueue(.init(delivery: try row["id"], endpoint: endpoint), in: connection)
    }

    /// A message whose template can't be rendered: it failed, and says why.
    static func faulty(
        _ message: MessageFacts, _ words: String, sandbox: Bool, _ connection: PostgresConnection
    ) async throws {
        let row = try await connection.first(
            """
            insert into notify.delivery (delivery_key, message_id, account_id, contact_id, user_id, channel, body, state, sandbox,
                error)
            values (\("message:\(message.id)"), \(message.id), \(message.account?.id), \(message.contactID), \(message.userID),
                \(message.channel), '', 'failed', \(sandbox), \(words))
            on conflict (delivery_key) do nothing returning id
            """)
        guard let row else { return }
        try await Queue.publish(.messageFailed, DeliveriesTouched(deliveries: [try row["id"]]), in: connection)
    }
}
