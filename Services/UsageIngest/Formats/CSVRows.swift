import Chassis

/// A row of a CSV file. It comes by `usage-ingest import` and, out of quarantine, with its columns beside it; no path
/// takes one.
struct CSVRows: IngestFormat {
    static let name = "csv"
    var name: String { Self.name }
    let paths: [String] = []

    func read(_ body: IngestBody) throws(UnreadableBody) -> Submission {
        guard let envelope = body.envelope, let columns = CSVColumns(written: envelope) else {
            throw UnreadableBody(reason: "The row came without its columns.")
        }
        var piece = body.bytes
        var reader = CSVReader(separator: columns.separator) {
            defer { piece = [] }
            return piece
        }
        guard let record = try? reader.next() else { throw UnreadableBody(reason: "The row is empty.") }
        var submission = Submission(envelope: envelope)
        submission.items = [Self.item(record, columns)]
        return submission
    }

    func answer(_ verdicts: [Verdict], to submission: Submission) -> JSONValue? { Verdict.list(verdicts) }

    /// The record as a message, with its bytes.
    static func item(_ record: CSVRecord, _ columns: CSVColumns) -> Submission.Item {
        let source = Array(record.content.utf8)[...]
        do throws(Refusal) {
            if let fault = record.fault { throw Refusal(place: "", reason: fault) }
            let message = try PlainEvents.message(Members(try columns.object(record.fields)))
            return Submission.Item(source: source, reading: .success(message))
        } catch {
            return Submission.Item(source: source, reading: .failure(error))
        }
    }
}
