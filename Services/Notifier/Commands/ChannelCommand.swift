import ArgumentParser
import Chassis
import Foundation
import Model
import Postgres

/// `notifier channel …`
struct ChannelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channel", abstract: "Channels that messages go out by.", subcommands: [List.self, Set.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the channels and their settings.")

        func run() async throws {
            try await Runtime.oneShot(.notifier) { runtime in
                let rows = try await runtime.pool.query(
                    "select name, sandbox, settings::text as settings from notify.channel order by name")
                for row in rows {
                    let (name, sandbox, settings): (String, Bool, String) = try row.decode(
                        String.self, Bool.self, String.self)
                    print("\(name)  sandbox \(sandbox ? "on" : "off")  \(settings)")
                }
            }
        }
    }

    struct Set: AsyncParsableCommand {
        enum Switch: String, ExpressibleByArgument {
            case on, off
        }

        static let configuration = CommandConfiguration(abstract: "Change a channel's settings.")
        @Argument(help: "The channel: mail, webhook.") var channel: String
        @Option(help: "on: messages are rendered, signed and logged, and nothing leaves the machine.")
        var sandbox: Switch?
        @Option(help: "A setting of the channel, such as from=Anna <anna@example.com>; an empty value removes it.")
        var setting: [String] = []

        func run() async throws {
            let (channel, sandbox) = (channel, sandbox)
            var values: [String: String] = [:]
            for pair in setting {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty else {
                    throw ValidationError("--setting is NAME=VALUE; '\(pair)' is not.")
                }
                values[String(parts[0])] = String(parts[1])
            }
            let given = values
            try await Runtime.oneShot(.notifier) { runtime in
                try await ChannelCommand.set(
                    channel, sandbox: sandbox.map { $0 == .on }, settings: given, runtime.pool)
                print("\(channel) is set")
            }
        }
    }

    /// Changes what is given. A channel that can't leave the sandbox says why and stays in it.
    static func set(
        _ name: String, sandbox: Bool?, settings: [String: String], _ pool: PostgresPool
    ) async throws {
        let channels = Channels.all(WebhookClient(policy: AddressPolicy(allowed: []), resolver: .system))
        guard let channel = channels[name] else {
            throw EndpointProblem(
                code: "unknown_channel",
                "There is no channel \(name.prefix(60)); there are \(channels.names.joined(separator: ", ")).")
        }
        try await pool.transaction { connection in
            var current = try await ChannelSettings.all(connection)[name] ?? ChannelSettings(name: name)
            for (key, value) in settings { current.values[key] = value.isEmpty ? nil : value }
            if let sandbox { current.sandbox = sandbox }
            if !current.sandbox, let obstacle = channel.obstacle(to: current) {
                throw EndpointProblem(code: "stays_in_sandbox", obstacle)
            }
            let json = try JSONText(encoding: current.values)
            try await connection.execute(
                """
                insert into notify.channel (name, sandbox, settings) values (\(name), \(current.sandbox), \(json))
                on conflict (name) do update
                set sandbox = excluded.sandbox, settings = excluded.settings, changed_at = now()
                """)
        }
    }
}
