import ArgumentParser
import Postgres
import TestBed

struct Copy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Limit (a): binary COPY into a table like usage.event with its unique index, and nothing else.")

    @OptionGroup var place: Place
    @OptionGroup var amount: Amount

    func run() async throws {
        let pool = try place.pool(amount.connections)
        try await pool.execute("drop table if exists usage.bench_event")
        try await pool.execute(
            "create table usage.bench_event (like usage.event including defaults including constraints)")
        try await pool.execute(
            "create unique index on usage.bench_event (subject_id, sent_on, message_id collate \"C\")")
        let copy = try Amount.copy(into: "usage.bench_event")
        let outcome = try await amount.run(pool) { connection, bytes in
            try await connection.copyIn(copy, bytes: bytes)
        }
        let row = try await pool.first("select count(*) as n from usage.bench_event")
        try await pool.execute("drop table usage.bench_event")
        await pool.close()
        guard try row?["n"] == Int64(outcome.rows) else { throw ValidationError("rows are missing") }
        try outcome.print()
    }
}

/// How much is written, by how many connections.
struct Amount: ParsableArguments {
    @Option var connections = 2
    @Option(help: "Rows of one transaction.") var batch = 5_000
    @Option(help: "Transactions of each connection.") var batches = 40
    @Option var accounts = 1_000
    @Option var seed: UInt64 = 1

    struct Outcome: Encodable {
        let rows: Int
        let seconds: Double
        let per_second: Double
    }

    static func copy(into table: SQL) throws -> SQL {
        let names = Rows.columns.map { "\(identifier: $0)" as SQL }.joined(separator: ", ")
        return "copy \(fragment: table) (\(fragment: names)) from stdin (format binary)"
    }

    /// Makes all rows, then writes them, each batch by `write` in a transaction of its own.
    func run(
        _ pool: PostgresPool, _ write: @escaping @Sendable (PostgresConnection, [UInt8]) async throws -> Void
    ) async throws -> Outcome {
        let made = Rows(accounts: accounts, batch: batch)
        let all = (0..<connections).map { connection in
            var random = SplitMix(state: seed &* 7_919 &+ UInt64(connection))
            return (0..<batches).map { _ in made.batch(&random) }
        }
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for mine in all {
                group.addTask {
                    try await pool.withConnection { connection in
                        for bytes in mine { try await connection.transaction { try await write($0, bytes) } }
                    }
                }
            }
            try await group.waitForAll()
        }
        let seconds = began.duration(to: .now).seconds
        let rows = connections * batches * batch
        return Outcome(rows: rows, seconds: seconds, per_second: Double(rows) / seconds)
    }
}
