import Postgres

extension EndpointSecret {
    /// What signs a delivery, the newest first: its endpoint's secrets that are not retired, or, where nothing leaves
    /// the machine, the sandbox's own.
    static func signing(_ delivery: Delivery, _ connection: PostgresConnection) async throws -> [EndpointSecret] {
        guard delivery.channel == WebhookChannel.name else { return [] }
        guard let endpoint = delivery.endpoint else {
            guard delivery.sandbox else { return [] }
            let key = try await ChannelSettings.key("sandbox_key", of: WebhookChannel.name, connection)
            return EndpointSecret(key).map { [$0] } ?? []
        }
        let rows = try await connection.query(
            """
            select secret from notify.endpoint_secret
            where endpoint_id = \(endpoint.id) and (retired_at is null or retired_at > now()) order by id desc limit 8
            """)
        return try rows.compactMap { EndpointSecret((try $0["secret"] as Bytes).bytes) }
    }
}
