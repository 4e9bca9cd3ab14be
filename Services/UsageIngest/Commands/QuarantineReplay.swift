import Chassis
import Logging
import Model
import Postgres

/// Takes a row of the quarantine again: after the cause was mended, or by a release that can read more.
struct QuarantineReplay: Sendable {
    let runtime: Runtime

    /// Writes what the row holds and marks it as replayed; says what became of it.
    /// - Throws: `ProgramFailure` with the reason where it is still refused; nothing is changed then.
    func run(_ id: Int64) async throws -> String {
        let row = try await runtime.pool.first(
            """
            select received_at, format, path, api_key_id, content, envelope, replayed_at is not null as is_done
            from usage.quarantine where id = \(id)
            """)
        guard let row else { throw ProgramFailure(.badInput, "There is no row \(id) in usage.quarantine.") }
        if try row["is_done"] { throw ProgramFailure(.badInput, "Row \(id) was replayed already.") }
        let parcel = try await parcel(row, id)
        let fates = try await EventStore(pool: runtime.pool).write(Batch([parcel])).map(\.fate)
        try await Publisher(pool: runtime.pool, logger: runtime.logger).publishAll()
        try await runtime.pool.execute("update usage.quarantine set replayed_at = now() where id = \(id)")
        let written = fates.filter { $0 == .written }.count
        return "Row \(id): \(written) written, \(fates.count - written) there already."
    }

    private func parcel(_ row: Row, _ id: Int64) async throws -> Parcel {
        let name: String = try row["format"]
        guard let format = Formats.named(name) else {
            throw ProgramFailure(.badInput, "Row \(id) came by the format \(name), which this release does not know.")
        }
        let (content, envelope): (Bytes, Bytes?) = (try row["content"], try row["envelope"])
        let body = IngestBody(path: try row["path"], bytes: content.bytes, envelope: envelope?.bytes)
        let submission: Submission
        do throws(UnreadableBody) {
            submission = try format.read(body)
        } catch {
            throw ProgramFailure(.badInput, "Row \(id) can't be read: \(error.reason)")
        }
        let receivedAt: UTCTime = try row["received_at"]
        let keptDays = try await KeptDays(pool: runtime.pool, logger: runtime.logger)
        let reception = Reception(
            receivedAt: receivedAt, isHistorical: submission.isHistorical, keptDays: keptDays.range)
        var parcel = Parcel(
            format: name, path: body.path, keyID: try row["api_key_id"], receivedAt: receivedAt,
            envelope: submission.envelope)
        parcel.add(submission.items, reception, hiding: "")
        guard let first = parcel.refused.first else { return parcel }
        throw ProgramFailure(
            .badInput,
            "Row \(id) is still refused: \(first.refusal.place.isEmpty ? "" : first.refusal.place + ": ")\(first.refusal.reason)."
        )
    }
}
