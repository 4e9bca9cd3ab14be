import Foundation
import Postgres

/// Addresses that stand in messages.
struct Links: Sendable {
    /// Where the console is reached; nil where that is not set.
    let console: URL?
    /// Where notifier's own links are reached from outside; nil where that is not set.
    let notifier: URL?

    static let unsubscribeKey = "unsubscribe_key"

    func account(_ key: String) -> String? {
        // A key may hold slashes and whatever else the outside world thought of.
        let segment = key.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return console.map { $0.appending(path: "accounts").absoluteString + "/" + segment }
    }

    /// The list that the task stands in.
    func task(_ id: Int64) -> String? {
        console.map { $0.appending(path: "tasks").absoluteString + "#task-\(id)" }
    }

    /// The link by which a contact unsubscribes. Without a public address it points nowhere outside, which is right for
    /// the sandbox only.
    func unsubscribe(
        _ contact: Int64, _ channel: String, _ topic: String, _ connection: PostgresConnection
    ) async throws -> URL? {
        let key = try await ChannelSettings.key(Links.unsubscribeKey, of: MailChannel.name, connection)
        return unsubscribe(UnsubscribeToken(contactID: contact, channel: channel, topic: topic), key: key)
    }

    func unsubscribe(_ token: UnsubscribeToken, key: [UInt8]) -> URL? {
        let base = notifier ?? URL(string: "http://127.0.0.1:8084")
        return base?.appending(path: "u").appending(path: token.text(key: key))
    }
}
