import ArgumentParser
import Chassis
import Foundation
import Model

/// `notifier endpoint …`
struct EndpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endpoint", abstract: "Addresses that get signed webhooks.",
        subcommands: [Add.self, List.self, Enable.self, Disable.self, Remove.self, Rotate.self],
        defaultSubcommand: List.self)

    static func run(_ body: @escaping @Sendable (EndpointBook) async throws -> Void) async throws {
        try await Runtime.oneShot(.notifier) { try await body(EndpointBook(pool: $0.pool)) }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an endpoint. Its secret is shown this once.",
            discussion: "It gets webhooks for real, also while channels are in the sandbox.")
        @Argument(help: "A name for people.") var name: String
        @Argument(help: "Where requests go: https://…") var url: String
        @Option(help: "Topics that it gets, separated by commas; all unless given.") var topics: String = ""

        func run() async throws {
            let (name, url) = (name, url)
            let topics = topics.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            try await Runtime.oneShot(.notifier) { runtime in
                let book = EndpointBook(pool: runtime.pool)
                let (endpoint, secret) = try await book.add(name: name, url: url, topics: topics)
                print("endpoint \(endpoint.id)  \(endpoint.name)  \(endpoint.url)")
                print("secret \(secret.text)")
                let policy = AddressPolicy(allowed: runtime.settings[Settings.notifierAllowNetworks])
                if let host = try? EndpointURL(endpoint.url).host, host == "localhost" || policy.isRefused(host) {
                    let words =
                        "\(host) is of a private network: nothing is sent there until notifier is started with "
                        + "\(Settings.notifierAllowNetworks.name) naming it, such as 127.0.0.0/8.\n"
                    FileHandle.standardError.write(Data(words.utf8))
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the endpoints.")

        func run() async throws {
            try await EndpointCommand.run { book in
                for endpoint in try await book.all() {
                    let topics = endpoint.topics.isEmpty ? "all topics" : endpoint.topics.joined(separator: ",")
                    let state = endpoint.disabledReason ?? (endpoint.failingSince == nil ? "on" : "failing")
                    let shown = endpoint.disabledAt == nil ? state : "off: \(state)"
                    print("\(endpoint.id)  \(endpoint.name)  \(endpoint.url)  \(topics)  \(shown)")
                }
            }
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send to the endpoint again.")
        @Argument(help: "The endpoint's name.") var name: String

        func run() async throws {
            let name = name
            try await EndpointCommand.run { print("\(try await $0.enable(.name(name)).name) is on") }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send nothing to the endpoint any more.")
        @Argument(help: "The endpoint's name.") var name: String

        func run() async throws {
            let name = name
            try await EndpointCommand.run { book in
                print("\(try await book.disable(.name(name), reason: "switched off").name) is off")
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove the endpoint; its deliveries stay.")
        @Argument(help: "The endpoint's name.") var name: String

        func run() async throws {
            let name = name
            try await EndpointCommand.run { book in
                try await book.remove(.name(name))
                print("\(name) is removed")
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a new secret, shown this once.",
            discussion: "The one before goes on signing beside it for a while, so that the receiver can change over.")
        @Argument(help: "The endpoint's name.") var name: String
        @Option(help: "How long both sign [hours], at most 168.") var overlap: Int = 24

        func run() async throws {
            let (name, overlap) = (name, min(max(overlap, -1), 10_000))
            try await EndpointCommand.run { book in
                let secret = try await book.rotate(.name(name), overlap: .seconds(overlap * 3_600))
                print("secret \(secret.text)")
            }
        }
    }
}
