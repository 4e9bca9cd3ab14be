import Foundation
import Postgres

/// A row of `notify.channel`.
struct ChannelSettings: Sendable {
    var name: String
    var sandbox = true
    /// `notify.channel.settings`; each channel says in its file which it reads.
    var values: [String: String] = [:]
    /// Keys of `notify.channel_secret`, in base64. Never logged.
    var secrets: [String: String] = [:]

    /// Reads the settings of all channels.
    static func all(_ connection: PostgresConnection) async throws -> [String: ChannelSettings] {
        let rows = try await connection.query(
            """
            select c.name, c.sandbox, c.settings, coalesce(s.secret, '{}') as secret
            from notify.channel c left join notify.channel_secret s on s.channel = c.name
            """)
        var all: [String: ChannelSettings] = [:]
        for row in rows {
            let settings: JSONText = try row["settings"]
            let secret: JSONText = try row["secret"]
            let channel = ChannelSettings(
                name: try row["name"], sandbox: try row["sandbox"], values: texts(settings), secrets: texts(secret))
            all[channel.name] = channel
        }
        return all
    }

    /// The texts of an object; what is no text is left out.
    private static func texts(_ json: JSONText) -> [String: String] {
        let object = (try? JSONSerialization.jsonObject(with: Data(json.text.utf8))) as? [String: Any]
        return (object ?? [:]).compactMapValues { $0 as? String }
    }

    /// A key that is made at first use and is the same for ever after.
    static func key(_ name: String, of channel: String, _ connection: PostgresConnection) async throws -> [UInt8] {
        let fresh = Data(EndpointSecret.make().bytes).base64EncodedString()
        // An existing key wins over the fresh one, also against another process that does the same now.
        let row = try await connection.first(
            """
            insert into notify.channel_secret as s (channel, secret)
            values (\(channel), jsonb_build_object(\(name), \(fresh)))
            on conflict (channel) do update set secret = excluded.secret || s.secret
            returning s.secret ->> \(name) as key
            """)
        guard let text: String = try row?["key"], let key = Data(base64Encoded: text), key.count >= 16 else {
            throw ChannelRefusal("The key \(name) of channel \(channel) can't be read from notify.channel_secret.")
        }
        return Array(key)
    }
}
