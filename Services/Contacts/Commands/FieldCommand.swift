import ArgumentParser
import Chassis
import Foundation
import Model
import Postgres

/// Custom fields: `contacts field put | list | delete`.
struct FieldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "field", abstract: "Custom fields of accounts, contacts and deals.",
        subcommands: [Put.self, List.self, Delete.self])

    struct Put: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Define a field, or change one.")

        @Argument(help: "What has it: account, contact or deal.") var object: String
        @Argument(help: "Its key: small letters, digits and underscores, such as health.") var key: String
        @Option(help: "text, number, money, date, choice, multi_choice or bool.") var type: String
        @Option(help: "Its name for people; the key unless said otherwise.") var name: String?
        @Option(help: "What can be chosen; may be repeated.") var choice: [String] = []
        @Flag(help: "A write that leaves it empty is refused.") var mandatory = false

        func run() async throws {
            let given: [String: FieldValue?] = [
                "type": .text(type), "name": name.map { .text($0) }, "mandatory": .flag(mandatory),
                "choices": choice.isEmpty ? nil : .list(choice.map { .text($0) }),
            ]
            let (object, key) = (try FieldCommand.object(object), key)
            try await FieldCommand.run { connection in
                let definition = try FieldDefinition(object, key, Fields(given.compactMapValues(\.self)))
                let verdict = try await definition.define(by: "command line", in: connection)
                return "\(object.rawValue).\(key): \(verdict.word)"
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the fields.")

        func run() async throws {
            try await Runtime.oneShot(.contacts) { runtime in
                let rows = try await runtime.pool.query(
                    """
                    select object, key, name, type, array_to_string(choices, ', ') as choices,
                        case when mandatory then 'mandatory' else '' end as mandatory
                    from crm.field order by object, key
                    """)
                let columns = ["object", "key", "name", "type", "choices", "mandatory"]
                Output.table(columns, try rows.map { row in try columns.map { try row[$0] } })
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a field that nothing uses.")

        @Argument(help: "What has it: account, contact or deal.") var object: String
        @Argument(help: "Its key.") var key: String

        func run() async throws {
            let (object, key) = (try FieldCommand.object(object), key)
            try await FieldCommand.run { connection in
                let use = FieldUse(object: object, key: key)
                guard try await use.remove(by: "command line", in: connection) else {
                    throw Refusal("key", "there is no field \(object.rawValue).\(key): contacts field list shows them")
                }
                return "\(object.rawValue).\(key): deleted"
            }
        }
    }

    private static func object(_ text: String) throws -> CustomField.Object {
        guard let object = CustomField.Object(rawValue: text) else {
            throw ValidationError("“\(text)” has no fields: expected account, contact or deal")
        }
        return object
    }

    /// Runs a change in one transaction and prints what it answers; a refusal is bad input.
    private static func run(_ change: @escaping @Sendable (PostgresConnection) async throws -> String) async throws {
        try await Runtime.oneShot(.contacts) { runtime in
            do {
                Output.line(try await runtime.pool.transaction { try await change($0) })
            } catch let refusal as Refusal {
                throw ProgramFailure(.badInput, "\(refusal).")
            }
        }
    }
}
