import Chassis
import Logging
import Model
import Postgres

/// Takes in one file from its beginning to its end, chunk by chunk, each in a transaction of its own that also notes how
/// far it came: killed at any moment, it goes on there. Events go the way of those that come over HTTP, by `EventStore`.
///
/// Nothing counts twice, however often a file is taken in: an event counts once by its message id and its time as sent,
/// and one that brings no id gets one from its content.
struct Importer {
    let order: ImportRun.Order
    let path: String
    let pool: PostgresPool
    let store: EventStore
    let keptDays: Range<CalendarDay>
    var summed: [String: String] = [:]
    let progress: ImportProgress
    let verdicts: VerdictFile?
    let publisher: Publisher
    let logger: Logger

    /// What the whole import came to, with what was committed before it was broken off.
    struct Outcome {
        let id: Int64
        let tally: ImportTally
    }

    func run() async throws -> Outcome {
        if let (run, stream, records) = try await resumed() { return try await take(stream, records, run) }
        let stream = try ImportStream(path: path)
        let records = try ImportRecords(stream, order)
        let run = try await ImportRun.begin(order, size: stream.size, in: pool)
        return try await take(stream, records, run)
    }

    /// What stands in `usage.quarantine.path` for a message of this import.
    static func place(_ id: Int64) -> String { "import/\(id)" }
    static func isPlace(_ path: String) -> Bool { path.hasPrefix("import/") }

    /// The run that was broken off, with the file read up to where it was; nil where there is none, or where the file is
    /// another by now.
    private func resumed() async throws -> (ImportRun, ImportStream, ImportRecords)? {
        guard let run = try await ImportRun.unfinished(order, in: pool) else { return nil }
        let stream = try ImportStream(path: path)
        var records = try ImportRecords(stream, order)
        let isThere = try records.skip(to: run.readBefore) { stream.passed($0) }
        if isThere, stream.digest(upTo: run.readBefore) == run.digestBefore {
            progress.resumed(behind: run.tallyBefore.lines)
            return (run, stream, records)
        }
        guard path != "-" else {
            throw ProgramFailure(
                .badInput, "Standard input is not what it was when the import was broken off: give it another --source."
            )
        }
        progress.changed()
        return nil
    }

    private func take(
        _ stream: ImportStream, _ records: ImportRecords, _ run: ImportRun
    ) async throws -> Outcome {
        var records = records
        records.path = Self.place(run.id)
        var tally = run.tallyBefore
        var committed = run.readBefore
        var published = ContinuousClock.now
        var chunk = ImportChunk()
        var reception = reception()
        progress.began(order.file, size: stream.size)
        while let record = try records.next() {
            chunk.add(record.submission, record.format, line: record.line, path: records.path, reception)
            tally.lines = record.lastLine
            guard chunk.isFull else { continue }
            let place = ImportRun.Place(
                offset: records.offset, lines: tally.lines, digest: stream.digest(upTo: records.offset))
            tally += try await commit(chunk, run, from: committed, to: place)
            committed = place.offset
            progress.reached(tally, taken: stream.taken)
            published = await publish(after: published)
            (chunk, reception) = (ImportChunk(), self.reception())
        }
        if !chunk.isEmpty {
            let place = ImportRun.Place(
                offset: records.offset, lines: tally.lines, digest: stream.digest(upTo: records.offset))
            tally += try await commit(chunk, run, from: committed, to: place)
        }
        try await run.finish(in: pool)
        try await publisher.publishAll()
        progress.ended(tally)
        return Outcome(id: run.id, tally: tally)
    }

    /// Publishes what is marked where the last time is long enough ago; what is left is published by whoever looks next.
    private func publish(after last: ContinuousClock.Instant) async -> ContinuousClock.Instant {
        guard last.duration(to: .now) > Publisher.pause else { return last }
        do {
            try await publisher.publishAll()
        } catch {
            logger.info("usage.recorded could not be published yet.", metadata: ["error": "\(error)"])
        }
        return .now
    }

    private func reception() -> Reception {
        Reception(receivedAt: .now, isHistorical: order.isHistorical, keptDays: keptDays, summed: summed)
    }

    /// Writes a chunk and says what became of it.
    private func commit(
        _ chunk: ImportChunk, _ run: ImportRun, from: Int, to place: ImportRun.Place
    ) async throws -> ImportTally {
        let fates = try await store.settle(Batch(chunk.parcels), logger) { connection, fates, isLast in
            let tally = chunk.verdicts(fates).reduce(into: ImportTally()) { $0.add($1.verdict.status) }
            try await run.note(tally, from: from, to: isLast ? place : nil, in: connection)
        }
        let verdicts = chunk.verdicts(fates)
        try self.verdicts?.write(verdicts)
        return verdicts.reduce(into: ImportTally()) { $0.add($1.verdict.status) }
    }
}
