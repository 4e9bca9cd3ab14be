import ArgumentParser
import Chassis
import Model

/// Playbooks, tasks and reminders.
@main
struct Scheduler: AsyncParsableCommand {
    static let configuration = Chassis.command(
        .scheduler, subcommands: [Serve.self, Migrate.self, PlaybookCommand.self])
}
