import ArgumentParser
import Chassis
import Foundation
import Model
import Postgres

/// Data out: `contacts export KIND | audience | person`.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Give out what is held, on standard output.",
        discussion: "contacts export KIND is short for contacts export rows KIND, whose --help says more.",
        subcommands: [Rows.self, Audience.self, Person.self], defaultSubcommand: Rows.self)

    struct Rows: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "All rows of one kind, as CSV or as JSON lines.",
            discussion: """
                contacts import takes the CSV file back. A subscription, a deal and a ticket are what they are now. The \
                lines of an order stand in one cell, in JSON. Open no file in a spreadsheet that was written without --for-spreadsheets: a cell may \
                begin with = and be run.
                """)

        @Argument(help: "\(ExportKind.allCases.map(\.rawValue).joined(separator: ", ")).") var kind: String
        @Option(help: "Only accounts in this segment, and what is theirs.") var segment: String?
        @Option(help: "csv or ndjson.") var format: String = "csv"
        @Flag(help: "An apostrophe before cells that a spreadsheet would run; import does not take them back.")
        var forSpreadsheets = false

        func run() async throws {
            guard let kind = ExportKind(rawValue: kind) else {
                let kinds = ExportKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("“\(kind)” can't be exported: there are \(kinds)")
            }
            guard let format = ExportFeed.Format(rawValue: format) else {
                throw ValidationError("--format is csv or ndjson, not “\(format)”")
            }
            let (segment, cells) = (segment, CSVCells(forSpreadsheets: forSpreadsheets))
            try await Runtime.oneShot(.contacts) { runtime in
                try await Given.sentence {
                    var feed = try await ExportFeed(kind, format, segment: segment, cells: cells, pool: runtime.pool)
                    while let bytes = try await feed.next() {
                        // Whoever reads, as head does, may have enough.
                        guard try Output.bytes(bytes) else { return }
                    }
                }
            }
        }
    }

    struct Audience: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hashed addresses of a segment for an ad platform, of those alone who consent to it.")

        @Option(help: "The segment.") var segment: String
        @Option(help: "The topic of the consent that it needs.") var topic: String = "ads"

        func run() async throws {
            let (segment, topic) = (segment, topic)
            try await Runtime.oneShot(.contacts) { runtime in
                try await Given.sentence {
                    var audience = try await AdAudience(segment: segment, topic: topic, pool: runtime.pool)
                    let cells = CSVCells()
                    Output.text(cells.line(AdAudience.heading))
                    while let lines = try await audience.next() { Output.text(lines.map(cells.line).joined()) }
                }
            }
        }
    }

    struct Person: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "All that is held about one person, from all schemas, as JSON.")

        @Argument(help: "The contact's key; with --account that of an account which is a person.") var key: String
        @Flag(help: "The key is an account's.") var account = false

        func run() async throws {
            let who: Erasure.Who = account ? .account(key.normalized) : .contact(key.normalized)
            try await Runtime.oneShot(.contacts) { runtime in
                Output.line(try await Given.sentence { try await PersonExport.run(who, in: runtime.pool) }.text)
            }
        }
    }
}
