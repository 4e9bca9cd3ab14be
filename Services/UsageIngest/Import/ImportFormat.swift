/// How the rows of a file are written.
enum ImportFormat: String, CaseIterable, Sendable {
    /// A JSON object a line: Segment's where it has a `type` or a `batch`, else plain.
    case ndjson
    /// A JSON object a line, as `POST /v1/events` takes one.
    case plain
    /// A JSON object a line: a call of Segment's, or a whole batch body.
    case segment
    /// A heading, and a record for each event.
    case csv

    /// The messages of one line of JSON.
    func read(_ line: [UInt8], path: String) -> (format: String, submission: Submission) {
        switch self {
        case .segment: return Self.read(line, path, by: SegmentTracking(), isBatch: Self.names(line).contains("batch"))
        case .plain, .csv: return Self.read(line, path, by: PlainEvents(), isBatch: false)
        case .ndjson:
            let names = Self.names(line)
            guard names.contains("batch") || names.contains("type") else {
                return Self.read(line, path, by: PlainEvents(), isBatch: false)
            }
            return Self.read(line, path, by: SegmentTracking(), isBatch: names.contains("batch"))
        }
    }

    private static let batchPath = "/v1/batch"

    /// A line that holds no message at all is one refused message, with its bytes.
    private static func read(
        _ line: [UInt8], _ path: String, by format: some IngestFormat, isBatch: Bool
    ) -> (String, Submission) {
        let body =
            isBatch
            ? IngestBody(path: batchPath, bytes: line)
            : IngestBody(path: path, bytes: line, isMessage: true)
        do throws(UnreadableBody) {
            return (format.name, try format.read(body))
        } catch {
            let refusal = Refusal(place: error.place ?? "", reason: error.reason)
            return (format.name, Submission(items: [.init(source: line[...], reading: .failure(refusal))]))
        }
    }

    /// Which of the members that tell a line's shape it has. Most lines have neither, and are not parsed for it.
    private static func names(_ line: [UInt8]) -> Set<String> {
        let possible = ["batch", "type"].filter { name in
            let quoted = Array("\"\(name)\"".utf8)
            return line.firstRange(of: quoted) != nil
        }
        guard !possible.isEmpty, case .object(let object) = (try? JSONParser.parse(line))?.value else { return [] }
        return Set(possible.filter { object[$0] != nil })
    }
}
