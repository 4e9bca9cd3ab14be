import Chassis
import Postgres

/// The first lines of a file as they would land: written, judged, and taken back.
struct Preview {
    struct Line: Sendable, Equatable {
        let line: Int
        let verdict: Verdict
        /// What was read from it, by the names of the fields.
        let fields: [(name: String, value: String)]

        static func == (left: Line, right: Line) -> Bool {
            left.line == right.line && left.verdict == right.verdict
                && left.fields.elementsEqual(right.fields) { $0 == $1 }
        }
    }

    static let most = 100

    let importer: Importer

    /// - Parameter count: of lines, at most `most`.
    func run(_ count: Int) async throws -> [Line] {
        switch importer.kind {
        case .accounts: try await run(AccountDraft.self, count)
        case .contacts: try await run(ContactDraft.self, count)
        case .subscriptions: try await run(SubscriptionDraft.self, count)
        case .orders: try await run(OrderDraft.self, count)
        case .deals: try await run(DealDraft.self, count)
        case .tickets: try await run(TicketDraft.self, count)
        case .invoices: try await run(InvoiceDraft.self, count)
        case .interactions: try await run(InteractionDraft.self, count)
        }
    }

    private func run<Item: Draft>(_ item: Item.Type, _ count: Int) async throws -> [Line] {
        var (reader, header) = try await importer.open()
        var records: [CSVRecord] = []
        while records.count < count, let record = try reader.next() {
            if !record.isBlank { records.append(record) }
        }
        let (given, origin) = (records, importer.origin("preview"))
        do {
            try await importer.pool.transaction { connection in
                var lines: [Line] = []
                // One by one, so that each is judged on top of those before it, as in the file.
                for record in given {
                    var batch = Batch<Item>()
                    _ = batch.add(record, header)
                    let verdict = try await batch.write(origin, in: connection).first
                    let refused = batch.refusals.first.map { Verdict.refused($0.refusal) }
                    let fields = (try? header.fields(of: record)).map { fields in
                        fields.names.map { ($0, fields.words($0)) }
                    }
                    lines.append(
                        Line(line: record.line, verdict: verdict ?? refused ?? .unchanged, fields: fields ?? []))
                }
                throw TakenBack(lines: lines)
            }
        } catch let end as TakenBack {
            return end.lines
        }
        return []
    }

    /// Ends the transaction without a trace.
    private struct TakenBack: Error {
        let lines: [Line]
    }
}

extension Fields {
    fileprivate func words(_ name: String) -> String {
        if case .text(let text)? = raw(name) { text } else { "" }
    }
}
