import ArgumentParser
import Chassis
import Foundation
import Model
import Postgres
import Segments

/// Saved expressions over facts: `contacts segment define | list | check | facts`.
struct SegmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segment", abstract: "Saved expressions over facts, which accounts enter and leave by themselves.",
        subcommands: [Define.self, List.self, Check.self, Facts.self])

    struct Define: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make or change a segment, and evaluate it for every account.")

        @Argument(help: "Its key: small letters, digits and hyphens.") var key: String
        @Argument(help: "Its name for people.") var name: String
        @Argument(help: "The expression, such as 'mrr > 500 EUR and usage.days_since_active > 14'.") var expression:
            String

        func run() async throws {
            let definition = SegmentDefinition(key: key, name: name, expression: expression)
            try await Runtime.oneShot(.contacts) { runtime in
                do {
                    _ = try await runtime.pool.transaction { connection in
                        try await SegmentDefinition.define(definition, by: "command line", in: connection)
                    }
                } catch let fault as SegmentDefinition.Fault {
                    Output.note("\(fault)")
                    throw ExitCode(ProgramFailure.Status.badInput.rawValue)
                }
                let compiled = try await SegmentCheck.compile(definition.expression, in: runtime.pool)
                let count = try await SegmentCheck.run(compiled, in: runtime.pool).count
                Output.line("\(definition.key): \(count) accounts")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the segments.")

        func run() async throws {
            try await Runtime.oneShot(.contacts) { runtime in
                let rows = try await runtime.pool.query(
                    """
                    select segment, name, accounts::text as accounts,
                        coalesce(to_char(evaluated_at, 'YYYY-MM-DD HH24:MI'), 'never') as evaluated,
                        coalesce('FAULT ' || split_part(fault, E'\\n', 1), expression) as expression
                    from report.segment order by segment
                    """)
                let columns = ["segment", "name", "accounts", "evaluated", "expression"]
                Output.table(columns, try rows.map { row in try columns.map { try row[$0] } })
            }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whom an expression selects now, without saving it.")

        @Argument(help: "The expression.") var expression: String

        func run() async throws {
            let expression = expression
            try await Runtime.oneShot(.contacts) { runtime in
                let compiled: CompiledSegment
                do {
                    compiled = try await SegmentCheck.compile(expression, in: runtime.pool)
                } catch let error as SegmentError {
                    Output.note(error.description)
                    throw ExitCode(ProgramFailure.Status.badInput.rawValue)
                }
                let check = try await SegmentCheck.run(compiled, in: runtime.pool)
                Output.line(
                    "\(check.count) accounts in \(check.milliseconds) ms; reads \(check.sources.joined(separator: ", "))"
                )
                for account in check.sample { Output.line("  \(account.key)  \(account.name)") }
            }
        }
    }

    struct Facts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the facts that expressions are made of. Needs no database.")

        @Argument(help: "Only those whose name holds this, such as usage.") var part: String?

        func run() async throws {
            let facts = FactRegistry.all.facts.filter { fact in part.map { fact.name.contains($0) } ?? true }
            for fact in facts {
                Output.line("\(fact.signature)  [\(fact.unit)]")
                Output.line("    \(fact.doc)")
                Output.line("    \(fact.example)")
            }
        }
    }
}
