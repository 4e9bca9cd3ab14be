/// The registry: one line for each channel.
struct Channels: Sendable {
    private let byName: [String: any Channel]

    static func all(_ client: WebhookClient) -> Channels {
        Channels([
            WebhookChannel(client: client),
            MailChannel(),
        ])
    }

    /// Two channels of one name are a mistake of the program, and trap.
    init(_ channels: [any Channel]) {
        byName = Dictionary(uniqueKeysWithValues: channels.map { ($0.name, $0) })
    }

    subscript(_ name: String) -> (any Channel)? { byName[name] }

    var names: [String] { byName.keys.sorted() }
}
