import ArgumentParser
import Chassis
import Model
import ServiceLifecycle

@main
struct Notifier: AsyncParsableCommand {
    static let configuration = Chassis.command(
        .notifier,
        subcommands: [Serve.self, Migrate.self, EndpointCommand.self, ChannelCommand.self, DeliveryCommand.self])
}

struct Serve: ServeCommand {
    static let service = ServiceName.notifier

    static func build(_ runtime: Runtime) async throws -> [any Service] {
        let parts = NotifierParts(runtime)
        return [parts.worker, parts.server]
    }
}
