import ArgumentParser
import Chassis
import Model
import Postgres

/// Two accounts that are one: `contacts merge KEY INTO | undo | list`.
struct MergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Read one account as another, and undo it.",
        discussion: """
            Timeline, tasks, orders and all else are found under the account that survives; of two contacts with one \
            address, what one refused holds for both. No row moves, so undo leaves both as they were.
            """,
        subcommands: [Make.self, Undo.self, List.self], defaultSubcommand: Make.self)

    struct Make: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "make", abstract: "Merge an account into another.")

        @Argument(help: "The account that is to be read as the other one.") var key: String
        @Argument(help: "The account that survives.") var into: String

        func run() async throws {
            let (key, into) = (key.normalized, into.normalized)
            try await Runtime.oneShot(.contacts) { runtime in
                let merge = try await Given.sentence {
                    try await runtime.pool.transaction {
                        try await Merge.run(key, into: into, by: "command line", in: $0)
                    }
                }
                Output.line("\(key) is read as \(merge.into) (merge \(merge.id), \(merge.verdict.word))")
            }
        }
    }

    struct Undo: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make the merged account stand for itself again.")

        @Argument(help: "The merge's number, as list shows it.") var number: Int64

        func run() async throws {
            let number = number
            try await Runtime.oneShot(.contacts) { runtime in
                let verdict = try await Given.sentence {
                    try await runtime.pool.transaction { try await Merge.undo(number, by: "command line", in: $0) }
                }
                Output.line("merge \(number) is undone (\(verdict.word))")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the merges, the latest first.")

        func run() async throws {
            try await Runtime.oneShot(.contacts) { runtime in
                let rows = try await runtime.pool.query(
                    """
                    select merge_id::text as merge, account_key, into_key, actor, merged_at::date::text as merged,
                        coalesce(undone_at::date::text, '') as undone
                    from report.merge order by merge_id desc limit 1000
                    """)
                let columns = ["merge", "account_key", "into_key", "actor", "merged", "undone"]
                Output.table(columns, try rows.map { row in try columns.map { try row[$0] } })
            }
        }
    }
}
