import ArgumentParser
import Chassis
import Foundation
import Model
import Postgres

/// `usage-ingest quarantine list | show ID | replay ID`.
struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Look at what could not be taken, and try it again.",
        subcommands: [List.self, Show.self, Replay.self], defaultSubcommand: List.self)

    /// The newest rows, a line each.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the newest rows: id, time, format, path, place, reason.")

        @OptionGroup var selection: QuarantineSelection

        @Option(help: "The most rows.")
        var limit = 50

        @Flag(help: "Also what was replayed already.")
        var all = false

        func validate() throws {
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit is a number from 1 to 10000") }
        }

        func run() async throws {
            let (limit, all, condition) = (limit, all, selection.condition)
            try await Runtime.oneShot(.usageIngest) { runtime in
                let rows = try await runtime.pool.query(
                    """
                    select q.id, to_char(q.received_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as received, q.format, q.path,
                        coalesce(q.place, '') as place, q.reason, octet_length(q.content) as bytes
                    from usage.quarantine q left join crm.api_key k on k.id = q.api_key_id
                    where (\(all) or q.replayed_at is null) and \(fragment: condition) order by q.id desc limit \(limit)
                    """)
                for row in rows {
                    let id: Int64 = try row["id"]
                    let bytes: Int = try row["bytes"]
                    let texts: [String] = try ["received", "format", "path", "place", "reason"].map { try row[$0] }
                    print(([String(id)] + texts.map(Shown.line) + ["\(bytes) bytes"]).joined(separator: "\t"))
                }
            }
        }
    }

    /// One row, whole.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a row with its bytes; what is no text, or moves a terminal's cursor, as escapes.")

        @Argument(help: "The row's id, as `quarantine list` shows it.")
        var id: Int64

        @Flag(help: "Only the bytes, as they came, for a file or another program.")
        var raw = false

        func run() async throws {
            let (id, raw) = (id, raw)
            try await Runtime.oneShot(.usageIngest) { runtime in
                let row = try await runtime.pool.first(
                    """
                    select q.received_at::text as "received at", q.format, q.path, k.name || ' (' || k.hint || '…)' as key,
                        q.reason, q.place, q.replayed_at::text as "replayed at", q.content, q.envelope
                    from usage.quarantine q left join crm.api_key k on k.id = q.api_key_id where q.id = \(id)
                    """)
                guard let row else { throw ProgramFailure(.badInput, "There is no row \(id) in usage.quarantine.") }
                let content: Bytes = try row["content"]
                if raw { return try FileHandle.standardOutput.write(contentsOf: Data(content.bytes)) }
                for name in ["received at", "format", "path", "key", "reason", "place", "replayed at"] {
                    if let text: String = try row[name], !text.isEmpty { print("\(name): \(Shown.line(text))") }
                }
                if let envelope: Bytes = try row["envelope"] { print("beside it: \(Shown.bytes(envelope.bytes))") }
                print("\(content.bytes.count) bytes:\n\(Shown.bytes(content.bytes))")
            }
        }
    }

    /// Takes rows as if they came again, at the time at which they came.
    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take rows as if they came again, at the time at which they came.",
            discussion: """
                What is still refused stays as it is; what is there already counts once. So a replay that was broken off \
                may be run again.
                """)

        @Argument(help: "The row's id, as `quarantine list` shows it.")
        var id: Int64?

        @Flag(help: "All rows that were not replayed yet, or those that the options select.")
        var all = false

        @OptionGroup var selection: QuarantineSelection

        func validate() throws {
            guard (id == nil) == all else { throw ValidationError("Give the id of a row, or --all.") }
            guard all || selection.isEmpty else { throw ValidationError("--reason and the like go with --all.") }
        }

        func run() async throws {
            let (id, condition) = (id, selection.condition)
            try await Runtime.oneShot(.usageIngest) { runtime in
                let replay = try await QuarantineReplay(runtime: runtime)
                if let id { return print(try await replay.run(id)) }
                let tally = try await replay.runAll(condition) { tally in
                    try? FileHandle.standardError.write(contentsOf: Data("\(tally)\n".utf8))
                }
                print(tally)
            }
        }
    }
}
