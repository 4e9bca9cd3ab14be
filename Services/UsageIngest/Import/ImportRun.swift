import Chassis
import Postgres

/// One row of `usage.import`: what a file has become so far. A run that was broken off is found by the file's name, and
/// known to be of the same file by the digest of what was dealt with.
struct ImportRun: Sendable {
    let id: Int64
    /// Of the file, unpacked, that are committed [bytes].
    let readBefore: Int
    let digestBefore: String
    let tallyBefore: ImportTally

    /// What an import is told; another file, or another reading of it, is another import.
    struct Order: Sendable {
        let file: String
        let format: ImportFormat
        let source: String
        let map: [String: String]
        let isHistorical: Bool

        fileprivate var columns: JSONBytes {
            let members = map.sorted { $0.key < $1.key }.map {
                JSONObject.Member(name: $0.key, value: .string($0.value))
            }
            return JSONBytes(bytes: JSONValue.object(JSONObject(members)).written)
        }
    }

    /// The latest run of this order that was broken off.
    static func unfinished(_ order: Order, in pool: PostgresPool) async throws -> ImportRun? {
        let row = try await pool.first(
            """
            select id, read_bytes, digest, lines, accepted, repaired, duplicates, quarantined from usage.import
            where file = \(order.file) and format = \(order.format.rawValue) and source = \(order.source)
                and historical = \(order.isHistorical) and columns = \(order.columns) and finished_at is null
                and read_bytes > 0
            order by id desc limit 1
            """)
        guard let row else { return nil }
        let (id, read, digest) = try (row["id"] as Int64, row["read_bytes"] as Int, row["digest"] as String)
        let tally = ImportTally(
            lines: try row["lines"], accepted: try row["accepted"], repaired: try row["repaired"],
            duplicates: try row["duplicates"], quarantined: try row["quarantined"])
        return ImportRun(id: id, readBefore: read, digestBefore: digest, tallyBefore: tally)
    }

    static func begin(_ order: Order, size: Int?, in pool: PostgresPool) async throws -> ImportRun {
        let row = try await pool.first(
            """
            insert into usage.import (file, format, source, columns, historical, size)
            values (\(order.file), \(order.format.rawValue), \(order.source), \(order.columns), \(order.isHistorical),
                \(size.map(Int64.init)))
            returning id
            """)
        guard let row else { throw ProgramFailure(.internalError, "The import could not be noted.") }
        return ImportRun(id: try row["id"], readBefore: 0, digestBefore: "", tallyBefore: ImportTally())
    }

    /// Notes a part of a chunk, in its transaction; the place in the file moves on with the last part. Throws where
    /// another process imports the same file at the same time.
    func note(
        _ tally: ImportTally, from: Int, to place: Place?, in connection: PostgresConnection
    ) async throws {
        let noted = try await connection.execute(
            """
            update usage.import set accepted = accepted + \(Int64(tally.accepted)),
                repaired = repaired + \(Int64(tally.repaired)), duplicates = duplicates + \(Int64(tally.duplicates)),
                quarantined = quarantined + \(Int64(tally.quarantined)), written_at = now(),
                lines = coalesce(\((place?.lines).map(Int64.init)), lines),
                read_bytes = coalesce(\((place?.offset).map(Int64.init)), read_bytes),
                digest = coalesce(\(place?.digest), digest)
            where id = \(id) and read_bytes = \(Int64(from)) and finished_at is null
            """)
        guard noted == 1 else {
            throw ProgramFailure(
                .temporary, "Another process imports the same file now: wait for it, then import again.")
        }
    }

    /// How far a chunk reaches.
    struct Place: Sendable {
        let offset: Int
        let lines: Int
        /// SHA-256 of the file up to `offset`.
        let digest: String
    }

    func finish(in pool: PostgresPool) async throws {
        try await pool.execute("update usage.import set finished_at = now() where id = \(id)")
    }
}

/// What became of the messages of a file.
struct ImportTally: Sendable, Equatable, CustomStringConvertible {
    /// Lines of the file, blank ones too.
    var lines = 0
    /// Those with repairs among them.
    var accepted = 0
    var repaired = 0
    var duplicates = 0
    var quarantined = 0

    mutating func add(_ status: Verdict.Status) {
        switch status {
        case .accepted: accepted += 1
        case .repaired: (accepted, repaired) = (accepted + 1, repaired + 1)
        case .duplicate: duplicates += 1
        case .quarantined: quarantined += 1
        }
    }

    static func += (left: inout ImportTally, right: ImportTally) {
        left.accepted += right.accepted
        left.repaired += right.repaired
        left.duplicates += right.duplicates
        left.quarantined += right.quarantined
    }

    var messages: Int { accepted + duplicates + quarantined }

    var description: String {
        "\(accepted) accepted (\(repaired) repaired), \(duplicates) there already, \(quarantined) quarantined"
    }
}
