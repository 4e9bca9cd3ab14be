import ArgumentParser
import Chassis
import Foundation
import Model
import Postgres

/// `usage-ingest import FILE`: events out of a file, the same way as those that come over HTTP.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in events from a file (NDJSON or CSV, also packed with gzip).",
        discussion: """
            ndjson   a JSON object a line: Segment's where it has a type or a batch, else as plain
            plain    a JSON object a line, as POST /v1/events takes one
            segment  a JSON object a line: a call of Segment's, or a whole batch body
            csv      UTF-8, the first line names the columns; comma, semicolon or tab between them. Columns called event, \
            group, user, anonymous, time, id or properties (or close to it) are those members, others are properties; an \
            empty cell says nothing.

            Each needs the time at which it happened. The same file again counts nothing twice: an event is known by its id, \
            or by its content where it has none. An import that was broken off, even by kill -9, goes on where it stopped. \
            What can't be taken goes to quarantine with its line; the exit code is 0 all the same.
            """)

    @Argument(help: "The file; - is standard input.") var file: String
    @Option(help: "ndjson, csv, plain or segment; by the file's name unless given.") var format: String?
    @Option(
        help:
            "COLUMN=MEMBER, for a column of CSV that is called otherwise; a MEMBER properties.NAME, or none to leave it out; may be repeated."
    )
    var map: [String] = []
    @Flag(help: "It is declared history: what it says counts as known since it happened.") var history = false
    @Option(help: "Where the file comes from, for usage.import.") var source: String = "import"
    @Option(help: "A file that gets what became of each line, as NDJSON.") var verdicts: String?

    func run() async throws {
        let (path, verdicts) = (file, verdicts)
        let (formatName, pairs, history, source) = (format, map, history, source)
        try await Runtime.oneShot(.usageIngest) { runtime in
            let order = ImportRun.Order(
                file: path, format: try Self.format(formatName, of: path), source: source, map: try Self.mapping(pairs),
                isHistorical: history)
            let importer = Importer(
                order: order, path: path, pool: runtime.pool, store: EventStore(pool: runtime.pool),
                keptDays: try await KeptDays(pool: runtime.pool, logger: runtime.logger).range,
                summed: try await SummedProperties(pool: runtime.pool, logger: runtime.logger).all,
                progress: .standard(), verdicts: try verdicts.map(VerdictFile.init),
                publisher: Publisher(pool: runtime.pool, logger: runtime.logger), logger: runtime.logger)
            let outcome = try await importer.run()
            print("\(outcome.tally) of \(outcome.tally.lines) lines (import \(outcome.id))")
            if outcome.tally.quarantined > 0 {
                print("What was quarantined: usage-ingest quarantine list --import \(outcome.id)")
            }
        }
    }

    static func format(_ name: String?, of path: String) throws -> ImportFormat {
        let formats = ImportFormat.allCases.map(\.rawValue).joined(separator: ", ")
        if let name {
            guard let format = ImportFormat(rawValue: name) else {
                throw ProgramFailure(.usage, "“\(name)” is no format of a file: there are \(formats).")
            }
            return format
        }
        let plain = path.lowercased().replacing(/\.gz$/, with: "")
        if plain.hasSuffix(".csv") || plain.hasSuffix(".tsv") { return .csv }
        if plain.hasSuffix(".ndjson") || plain.hasSuffix(".jsonl") { return .ndjson }
        throw ProgramFailure(.usage, "The name of \(path) does not tell its format: say --format \(formats).")
    }

    static func mapping(_ pairs: [String]) throws -> [String: String] {
        var map: [String: String] = [:]
        for pair in pairs {
            guard let sign = pair.lastIndex(of: "="), sign != pair.startIndex else {
                throw ProgramFailure(.usage, "“\(pair)” maps nothing: expected COLUMN=MEMBER.")
            }
            map[String(pair[..<sign])] = String(pair[pair.index(after: sign)...])
        }
        return map
    }
}
