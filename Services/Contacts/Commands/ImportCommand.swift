import ArgumentParser
import Chassis
import Model
import Postgres

/// Data in, and out again: `contacts import KIND FILE`, `contacts import undo ID`.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take accounts, contacts and their records from a CSV file, and undo it.",
        discussion: "contacts import KIND FILE is short for contacts import file KIND FILE, whose --help says more.",
        subcommands: [ImportFileCommand.self, Undo.self], defaultSubcommand: ImportFileCommand.self)

    struct Undo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take an import back, where nothing later depends on it.",
            discussion: """
                Rows that it made go, and rows that it changed become what they were. What was changed since, or is in \
                use, stays, and is counted by reason. The file can be imported again afterwards.
                """)

        @Argument(help: "The import's number, as import says it at its end.") var number: Int64

        func run() async throws {
            let number = number
            try await Runtime.oneShot(.contacts) { runtime in
                let outcome = try await Given.sentence {
                    try await runtime.pool.transaction(timeout: ImportUndo.patience) {
                        try await ImportUndo.run(number, by: "command line", in: $0)
                    }
                }
                if !outcome.undoneNow { Output.note("It was undone before.") }
                let kept = outcome.kept.values.reduce(0, +)
                Output.line("\(outcome.takenBack) taken back, \(outcome.restored) restored, \(kept) kept")
                for (reason, count) in outcome.kept.sorted(by: { $0.key < $1.key }) {
                    Output.line("  kept, for it \(reason): \(count)")
                }
            }
        }
    }
}
