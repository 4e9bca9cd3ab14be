import ArgumentParser
import Chassis
import Foundation
import Model

/// `notifier delivery …`
struct DeliveryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delivery", abstract: "Deliveries and their attempts.", subcommands: [List.self, Replay.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List deliveries, the newest first.")
        @Option(help: "Only to this endpoint.") var endpoint: String?
        @Option(help: "Only in this state: pending, delivered, failed or unknown.") var state: String?
        @Option(help: "At most so many, up to 200.") var limit: Int = 50

        func run() async throws {
            let filter = DeliveryLog.Filter(endpoint: endpoint, state: state, limit: limit)
            try await Runtime.oneShot(.notifier) { runtime in
                for entry in try await DeliveryLog(pool: runtime.pool).entries(filter) {
                    var line = [String(entry.id), entry.state, entry.channel]
                    line += [entry.endpoint, entry.topic, entry.accountKey].map { $0 ?? "-" }
                    line += ["\(entry.attempts) attempts", entry.sandbox ? "sandbox" : nil, entry.error].compactMap(
                        \.self)
                    print(line.joined(separator: "  "))
                }
            }
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try a delivery again that failed or whose outcome is unknown.")
        @Argument(help: "The delivery's id.") var id: Int64

        func run() async throws {
            let id = id
            try await Runtime.oneShot(.notifier) { runtime in
                try await DeliveryLog(pool: runtime.pool).replay(id)
                print("delivery \(id) is tried again")
            }
        }
    }
}
