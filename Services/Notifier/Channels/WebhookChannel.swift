import Foundation

/// Signed requests to endpoints, by Standard Webhooks 1.0.0.
struct WebhookChannel: Channel {
    static let name = "webhook"
    let client: WebhookClient

    var name: String { WebhookChannel.name }
    /// By the header `webhook-id`.
    var recognisesRepeats: Bool { true }

    func obstacle(to settings: ChannelSettings) -> String? { nil }

    func compose(_ delivery: Delivery, _ settings: ChannelSettings, at second: Int64) throws -> Parcel {
        guard let url = delivery.endpoint?.url ?? (delivery.sandbox ? "sandbox" : nil) else {
            throw ChannelRefusal("The endpoint was removed.")
        }
        guard !delivery.secrets.isEmpty else {
            throw ChannelRefusal("The endpoint has no secret: make one with notifier endpoint rotate.")
        }
        let id = "msg_" + delivery.publicID
        let body = Array(delivery.body.utf8)
        let signature = StandardSignature.sign(id: id, timestamp: second, body: body, secrets: delivery.secrets)
        return Parcel(
            destination: url,
            headers: [
                .init(name: "content-type", value: "application/json"),
                .init(name: "user-agent", value: "Holdfast"),
                .init(name: "webhook-id", value: id),
                .init(name: "webhook-timestamp", value: String(second)),
                .init(name: "webhook-signature", value: signature),
            ], body: body, signature: signature)
    }

    func send(_ parcel: Parcel) async throws -> AttemptResult {
        let url: EndpointURL
        do {
            url = try EndpointURL(parcel.destination)
        } catch {
            return .refused("\(error)")
        }
        return try await client.post(url, headers: parcel.headers.map { ($0.name, $0.value) }, body: parcel.body)
    }
}
