package import ArgumentParser
import Foundation
import Logging
import Model
import Postgres
import Schema

/// The `migrate` command, the same in every program: brings the database to this version, as its owner.
package struct Migrate: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database to this version. Harmless when it is there, and when two run at once.",
        discussion: "The roles get the passwords that stand in the other URLs.\n\n" + Settings.help(Settings.migrate))

    package init() {}

    package func run() async throws {
        try await Program.run("migrate") {
            let environment = ProcessInfo.processInfo.environment
            let settings = try SettingValues(
                Settings.migrate, needed: [Settings.migrateURL], environment: environment)
            LoggingSystem.bootstrap { PlainLog(label: $0) }
            guard let url = settings[Settings.migrateURL] else { return }
            var database = try PostgresConfiguration(url: url)
            database.applicationName = "holdfast migrate"
            database.connectTimeout = settings[Settings.connectTimeout]
            try await Schema.migrate(
                database, passwords: settings.passwords(), logger: Logger(label: "migrate"))
        }
    }
}

extension SettingValues {
    /// The roles' passwords, out of the URLs that are set.
    func passwords() throws -> [String: String] {
        var expected: [(role: String, setting: Setting<String?>)] = ServiceName.allCases.map {
            ($0.role, Settings.databaseURL($0))
        }
        expected += [("holdfast_operator", Settings.operatorURL), ("holdfast_report", Settings.reportURL)]
        var passwords: [String: String] = [:]
        var faults: [String] = []
        for (role, setting) in expected {
            guard let url = self[setting], let signIn = DatabaseSignIn(url: url) else { continue }
            if signIn.user != role {
                faults.append("\(setting.name) names the role \(signIn.user): it must be \(role)")
            }
            passwords[role] = signIn.password
        }
        guard faults.isEmpty else { throw ProgramFailure(.configuration, faults) }
        return passwords
    }
}
