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
            let draft = try Item.read(try header.fields(of: record), .cell)
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

    /// Writes the lines and answers a verdict for each.
    func write(_ origin: Origin, in connection: PostgresConnection) async throws -> [Verdict] {
        try await Item.writeEach(lines.map(\.draft)[...], origin, in: connection)
    }
}
