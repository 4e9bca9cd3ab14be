import ArgumentParser
import Chassis
import Model

@main
struct Contacts: AsyncParsableCommand {
    static let configuration = Chassis.command(
        .contacts,
        subcommands: [
            Serve.self, Migrate.self, KeyCommand.self, RateCommand.self, UserCommand.self, ImportCommand.self,
            FieldCommand.self,
            SegmentCommand.self,
            EraseCommand.self, ExportCommand.self, MergeCommand.self, DuplicatesCommand.self,
        ])
}

struct Serve: ServeCommand {
    static let service = ServiceName.contacts
}
