import ArgumentParser
@testable import Chassis
import Model
import Postgres
import Testing

@Suite struct ExplainTests {
    @Test func anErrorBecomesASentenceWithoutItsSecret() throws {
        let failure = ProgramFailure(explaining: ProgramFailure(.badInput, "no file at ftp://u:pw@h/x"))
        #expect(failure == ProgramFailure(.badInput, "no file at ftp://u:***@h/x"))
        let configuration = #expect(throws: PostgresError.self) { _ = try PostgresConfiguration(url: "nonsense") }
        #expect(ProgramFailure(explaining: try #require(configuration)).status == .configuration)
        #expect(ProgramFailure(explaining: CancellationError()).status == .temporary)
    }

    @Test func rootCommandListsSettingsAndVersion() {
        struct Root: AsyncParsableCommand {
            static let configuration = Chassis.command(.scheduler, subcommands: [Migrate.self])
        }
        let help = Root.helpMessage(columns: 80)
        for setting in Settings.table(of: .scheduler) { #expect(help.contains(setting.name), "\(setting.name)") }
        #expect(Root.configuration.version == Chassis.version)
        #expect(Root.configuration.commandName == "scheduler")
    }
}
