import Chassis
import HTTPTypes
import Logging
import Model
import Postgres

/// Takes rows of the quarantine again: after the cause was mended, or by a release that can read more.
struct QuarantineReplay: Sendable {
    /// Rows of one transaction; each holds half a megabyte at most.
    static let batch = 100

    private let runtime: Runtime
    private let store: EventStore
    private let keptDays: Range<CalendarDay>
    private let summed: [String: String]

    init(runtime: Runtime) async throws {
        self.runtime = runtime
        store = EventStore(pool: runtime.pool)
        keptDays = try await KeptDays(pool: runtime.pool, logger: runtime.logger).range
        summed = try await SummedProperties(pool: runtime.pool, logger: runtime.logger).all
    }

    /// Writes what the row holds and marks it as replayed; says what became of it.
    /// - Throws: `ProgramFailure` with the reason where it is still refused; nothing is changed then.
    func run(_ id: Int64) async throws -> String {
        let row = try await runtime.pool.first(
            "select \(fragment: Self.columns) from usage.quarantine q where q.id = \(id)")
        guard let row else { throw ProgramFailure(.badInput, "There is no row \(id) in usage.quarantine.") }
        if try row["is_done"] { throw ProgramFailure(.badInput, "Row \(id) was replayed already.") }
        let (_, parcel) = try parcel(row)
        if let first = parcel.refused.first {
            let place = first.refusal.place.isEmpty ? "" : first.refusal.place + ": "
            throw ProgramFailure(.badInput, "Row \(id) is still refused: \(place)\(first.refusal.reason).")
        }
        let fates = try await write([(id, parcel)])
        try await Publisher(pool: runtime.pool, logger: runtime.logger).publishAll()
        let written = fates.filter { $0 == .written }.count
        return "Row \(id): \(written) written, \(fates.count - written) there already."
    }

    /// What became of many rows.
    struct Tally: Sendable, Equatable, CustomStringConvertible {
        var rows = 0
        var written = 0
        var known = 0
        var refused = 0

        var description: String {
            "\(rows) rows: \(written) messages written, \(known) there already; \(refused) rows are still refused"
        }
    }

    /// All rows on which the condition holds and that were not replayed yet, the eldest first, a transaction for each
    /// batch. Those that are still refused stay as they are.
    func runAll(_ condition: SQL, progress: (Tally) -> Void) async throws -> Tally {
        let publisher = Publisher(pool: runtime.pool, logger: runtime.logger)
        var tally = Tally()
        var last: Int64 = 0
        while true {
            let rows = try await runtime.pool.query(
                """
                select \(fragment: Self.columns) from usage.quarantine q left join crm.api_key k on k.id = q.api_key_id
                where q.replayed_at is null and q.id > \(last) and \(fragment: condition) order by q.id limit \(Self.batch)
                """)
            guard let end = try rows.last?["id"] as Int64? else { return tally }
            let parcels = rows.compactMap { try? parcel($0) }.filter { $0.parcel.refused.isEmpty }
            let fates = try await write(parcels)
            try await publisher.publishAll()
            let written = fates.filter { $0 == .written }.count
            tally.rows += rows.count
            tally.written += written
            tally.known += fates.count - written
            tally.refused += rows.count - parcels.count
            last = end
            progress(tally)
        }
    }

    private static let columns: SQL = """
        q.id, q.received_at, q.format, q.path, q.api_key_id, q.content, q.envelope, q.is_body, q.content_type,
        q.replayed_at is not null as is_done,
        exists (select from usage.import i where i.historical and q.path = 'import/' || i.id) as is_history
        """

    /// Writes the parcels and marks their rows, in one transaction: neither is ever done without the other.
    private func write(_ parcels: [(id: Int64, parcel: Parcel)]) async throws -> [Fate] {
        guard !parcels.isEmpty else { return [] }
        let ids = parcels.map(\.id)
        let fates = try await store.settle(Batch(parcels.map(\.parcel)), runtime.logger) { connection, fates, isLast in
            guard isLast else { return }
            try await connection.execute(
                "update usage.quarantine set replayed_at = now() where id = any(\(ids)) and replayed_at is null")
        }
        return fates.map(\.fate)
    }

    private func parcel(_ row: Row) throws -> (id: Int64, parcel: Parcel) {
        let (id, name): (Int64, String) = (try row["id"], try row["format"])
        guard let format = Formats.named(name) else {
            throw ProgramFailure(.badInput, "Row \(id) came by the format \(name), which this release does not know.")
        }
        let (content, envelope): (Bytes, Bytes?) = (try row["content"], try row["envelope"])
        let isBody: Bool = try row["is_body"]
        var headers: HTTPFields = [:]
        headers[.contentType] = try row["content_type"]
        let body = IngestBody(
            path: try row["path"], bytes: content.bytes, headers: headers, isMessage: !isBody, envelope: envelope?.bytes
        )
        var submission: Submission
        do throws(UnreadableBody) {
            submission = try format.read(body)
        } catch {
            throw ProgramFailure(.badInput, "Row \(id) can't be read: \(error.reason)")
        }
        if Importer.isPlace(body.path) { submission.items = submission.items.map(ImportChunk.dated) }
        let receivedAt: UTCTime = try row["received_at"]
        let isHistory: Bool = try row["is_history"]
        let reception = Reception(
            receivedAt: receivedAt, isHistorical: submission.isHistorical || isHistory, keptDays: keptDays,
            summed: summed)
        var parcel = Parcel(
            format: name, path: body.path, keyID: try row["api_key_id"], receivedAt: receivedAt,
            envelope: submission.envelope)
        parcel.add(submission.items, reception, hiding: "")
        return (id, parcel)
    }
}
