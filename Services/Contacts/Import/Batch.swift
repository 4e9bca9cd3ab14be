import Chassis
import Postgres

/// Lines that are written in one transaction. Keys in it are distinct: of a key that stands twice in a file, the later
/// line wins.
struct Batch<Item: Draft>: Sendable {
    struct Line: Sendable {
        let record: CSVRecord
        let draft: Item
    }

    /// The most lines of a batch.
    static var size: Int { 1_000 }

    private(set) var lines: [Line] = []
    private(set) var refusals: [(record: CSVRecord, refusal: Refusal)] = []
    private(set) var lastLine = 0
    private var keys: Set<String> = []

    var isFull: Bool { lines.count + refusals.count >= Self.size }
    var isEmpty: Bool { lines.isEmpty && refusals.isEmpty }

    /// Reads a record. False where its key is in the batch already, which must be written first.
    mutating func add(_ record: CSVRecord, _ header: Header) -> Bool {
        do {
            let draft = try Item(try header.fields(of: record))
            guard keys.insert(draft.key).inserted else { return false }
            lines.append(Line(record: record, draft: draft))
        } catch let refusal as Refusal {
            refusals.append((record, refusal))
        } catch {
            refusals.append((record, Refusal(nil, "\(error)")))
        }
        lastLine = record.lastLine
        return true
    }

    /// Writes the lines and answers a verdict for each. Where the database refuses them all for one of them, they are
    /// halved until that one stands alone.
    func write(_ origin: Origin, in connection: PostgresConnection) async throws -> [Verdict] {
        try await Self.write(lines[...], origin, in: connection)
    }

    private static func write(
        _ lines: ArraySlice<Line>, _ origin: Origin, in connection: PostgresConnection
    ) async throws -> [Verdict] {
        if lines.isEmpty { return [] }
        do {
            return try await connection.transaction { inner in
                try await Item.write(lines.map(\.draft), origin, in: inner)
            }
        } catch let error as PostgresError where isAboutValues(error) {
            guard lines.count > 1 else { return [.refused(Refusal(error.column, error.message))] }
            let middle = lines.startIndex + lines.count / 2
            let first = try await write(lines[..<middle], origin, in: connection)
            return first + (try await write(lines[middle...], origin, in: connection))
        }
    }

    /// Data that doesn't fit (class 22) or breaks a rule of the tables (class 23).
    private static func isAboutValues(_ error: PostgresError) -> Bool {
        guard let state = error.sqlState else { return false }
        return state.hasPrefix("22") || state.hasPrefix("23")
    }
}
