import ArgumentParser
import Chassis
import Model

@main
struct UsageIngest: AsyncParsableCommand {
    static let configuration = Chassis.command(
        .usageIngest,
        subcommands: [
            Serve.self, Migrate.self, QuarantineCommand.self, TailCommand.self, ImportCommand.self, SumCommand.self,
        ])
}

struct Serve: ServeCommand {
    static let service = ServiceName.usageIngest
}
