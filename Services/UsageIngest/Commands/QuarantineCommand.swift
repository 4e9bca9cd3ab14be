import ArgumentParser
import Chassis
import Model
import Postgres

/// `usage-ingest quarantine list | replay ID`.
struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Look at what could not be taken, and try it again.",
        subcommands: [List.self, Replay.self], defaultSubcommand: List.self)

    /// The newest rows, a line each.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the newest rows: id, time, format, path, place, reason.")

        @Option(help: "The most rows.")
        var limit = 50

        @Flag(help: "Also what was replayed already.")
        var all = false

        func validate() throws {
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit is a number from 1 to 10000") }
        }

        func run() async throws {
            let (limit, all) = (limit, all)
            try await Runtime.oneShot(.usageIngest) { runtime in
                let rows = try await runtime.pool.query(
                    """
                    select id, to_char(received_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as received, format, path,
                        coalesce(place, '') as place, reason, octet_length(content) as bytes
                    from usage.quarantine where \(all) or replayed_at is null order by id desc limit \(limit)
                    """)
                for row in rows {
                    let id: Int64 = try row["id"]
                    let bytes: Int = try row["bytes"]
                    let texts: [String] = try ["received", "format", "path", "place", "reason"].map { try row[$0] }
                    print(([String(id)] + texts + ["\(bytes) bytes"]).joined(separator: "\t"))
                }
            }
        }
    }

    /// Takes one row as if it came again, at the time at which it came.
    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a row as if it came again, at the time at which it came.")

        @Argument(help: "The row's id, as `quarantine list` shows it.")
        var id: Int64

        func run() async throws {
            let id = id
            try await Runtime.oneShot(.usageIngest) { runtime in
                print(try await QuarantineReplay(runtime: runtime).run(id))
            }
        }
    }
}
