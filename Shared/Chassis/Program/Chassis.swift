package import ArgumentParser
package import Model

/// What every program of Holdfast is built on.
package enum Chassis {
    /// The release of all programs.
    package static let version = "0.1.0"

    /// The root of a program: its subcommands, the first of which is the default. `--help` lists the settings.
    package static func command(
        _ service: ServiceName, subcommands: [any ParsableCommand.Type]
    ) -> CommandConfiguration {
        CommandConfiguration(
            commandName: service.rawValue, abstract: abstract(of: service),
            discussion: Settings.help(Settings.table(of: service)), version: version, subcommands: subcommands,
            defaultSubcommand: subcommands.first)
    }

    private static func abstract(of service: ServiceName) -> String {
        switch service {
        case .contacts: "Customer cards, segments, import and export, the HTTP API and the console."
        case .usageIngest: "Takes product usage over HTTP and commits it to PostgreSQL."
        case .riskScorer: "Says who is about to leave, and why."
        case .scheduler: "Runs playbooks, tasks and reminders."
        case .notifier: "Delivers messages and signed webhooks."
        }
    }
}
