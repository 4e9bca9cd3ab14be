import ArgumentParser
import Chassis
import Model
import Postgres

/// `usage-ingest sum add EVENT PROPERTY | list | remove EVENT`.
struct SumCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sum", abstract: "Sum a numeric property of an event by subject and day.",
        subcommands: [Add.self, List.self, Remove.self], defaultSubcommand: List.self)

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sum this property of this event, in usage.daily.amount. It holds for events from a minute on.")

        @Argument(help: "The event's name.") var event: String
        @Argument(help: "The name of the property, which is a number.") var property: String

        func validate() throws {
            guard (1...200).contains(event.unicodeScalars.count), (1...200).contains(property.unicodeScalars.count)
            else {
                throw ValidationError("EVENT and PROPERTY have 1 to 200 characters each")
            }
        }

        func run() async throws {
            let (event, property) = (event.normalized, property)
            try await Runtime.oneShot(.usageIngest) { runtime in
                try await runtime.pool.execute(
                    "insert into usage.summed_property (event, property) values (\(event), \(property)) on conflict do nothing"
                )
                let row = try await runtime.pool.first(
                    "select property from usage.summed_property where event = \(event)")
                guard try row?["property"] == property else {
                    let summed: String = try row?["property"] ?? "another property"
                    throw ProgramFailure(
                        .badInput,
                        "\(summed) of \(event) is summed already, one property an event: `sum remove` it first; what was summed stays in the same column."
                    )
                }
                print("\(property) of \(event) is summed, from a minute on.")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what is summed: event, property.")

        func run() async throws {
            try await Runtime.oneShot(.usageIngest) { runtime in
                let rows = try await runtime.pool.query("select event, property from usage.summed_property order by 1")
                for row in rows {
                    let (event, property) = try row.decode(String.self, String.self)
                    print("\(event)\t\(property)")
                }
                if rows.isEmpty { print("Nothing is summed.") }
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Sum it no more; sums that are there stay.")

        @Argument(help: "The event's name.") var event: String

        func run() async throws {
            let event = event.normalized
            try await Runtime.oneShot(.usageIngest) { runtime in
                let removed = try await runtime.pool.execute("delete from usage.summed_property where event = \(event)")
                guard removed > 0 else { throw ProgramFailure(.badInput, "Nothing of \(event) is summed.") }
                print("\(event) is summed no more.")
            }
        }
    }
}
