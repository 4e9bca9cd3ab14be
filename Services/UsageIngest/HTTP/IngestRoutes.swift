import Chassis
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import NIOCore
import Postgres

/// The routes of all formats: admission, key, body, reading, writing, answer. 200 comes after the commit, and only then.
struct IngestRoutes: Sendable {
    let keys: KeyCheck
    let admission: Admission
    let reader: BodyReader
    let batcher: Batcher
    let keptDays: KeptDays
    let summed: SummedProperties
    let crossOrigin: CrossOrigin
    let quota: Quota
    let validation: Validation
    private let allowance = Allowance(perMinute: 60)

    init(
        keys: KeyCheck, admission: Admission, reader: BodyReader, batcher: Batcher, keptDays: KeptDays,
        summed: SummedProperties, crossOrigin: CrossOrigin, quota: Quota, validation: Validation
    ) {
        self.keys = keys
        self.admission = admission
        self.reader = reader
        self.batcher = batcher
        self.keptDays = keptDays
        self.summed = summed
        self.crossOrigin = crossOrigin
        self.quota = quota
        self.validation = validation
    }

    func add(to router: Router<ServiceContext>) {
        router.add(middleware: crossOrigin)
        router.add(middleware: ProblemWords())
        for format in Formats.all {
            for path in format.paths {
                router.post(RouterPath(path)) { request, context in
                    try await respond(request, context, format, path)
                }
                router.on(RouterPath(path), method: .options) { request, _ in try crossOrigin.preflight(request) }
            }
        }
    }

    private func respond(
        _ request: Request, _ context: ServiceContext, _ format: any IngestFormat, _ path: String
    ) async throws -> Response {
        let declared = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard let place = admission.enter(bytes: declared) else {
            Counter(label: "ingest.refused", dimensions: [("reason", "overloaded")]).increment()
            throw Admission.overloaded
        }
        defer { withExtendedLifetime(place) {} }
        let query = FormFields(query: request.uri.query)
        var key = try await WriteKey(header: request.headers, query: query.first(of: format.queryKeys), keys)
        guard place.belongs(to: key.early?.id) else { throw Self.keyOverloaded() }
        let isTrial = Validation.isAsked(by: query)
        if let known = key.early, !isTrial { try await admit(known, context.logger) }
        let outcome = try await reader.read(request, place, packsUnsaid: format.packsUnsaid)
        let receivedAt = UTCTime.now
        let body: IngestBody
        switch outcome {
        case .bytes(let bytes): body = IngestBody(path: path, bytes: bytes, headers: request.headers, query: query)
        case .corrupt(let raw):
            let failure = UnreadableBody(reason: "The body is not packed as its Content-Encoding says.")
            let unpackable = IngestBody(path: path, bytes: raw)
            throw try await refusal(
                failure, of: unpackable, format, try key.required, receivedAt, isTrial: isTrial, context.logger)
        }
        let submission: Submission
        do throws(UnreadableBody) {
            submission = try format.read(body)
        } catch {
            throw try await refusal(
                error, of: body, format, try key.required, receivedAt, isTrial: isTrial, context.logger)
        }
        let isLate = key.early == nil
        try await key.complete(with: submission.key, keys)
        let known = try key.required
        guard place.belongs(to: known.id) else { throw Self.keyOverloaded() }
        if isLate, !isTrial { try await admit(known, context.logger) }
        let parcel = parcel(submission, format, path, known, receivedAt)
        if isTrial { return try await validation.answer(parcel, context.logger) }
        let share = try quota.take(parcel.count, known.id, known.limits)
        let verdicts = try await write(parcel, context.logger)
        share.accept(verdicts.count { $0.status != .duplicate })
        count(verdicts, format)
        guard let answer = format.answer(verdicts, to: submission) else { return Response(status: .noContent) }
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.written)))
    }

    private func parcel(
        _ submission: Submission, _ format: any IngestFormat, _ path: String, _ key: WriteKey.Known,
        _ receivedAt: UTCTime
    ) -> Parcel {
        let reception = Reception(
            receivedAt: receivedAt, isHistorical: submission.isHistorical, keptDays: keptDays.range,
            summed: summed.all)
        var parcel = Parcel(
            format: format.name, path: path, keyID: key.id, receivedAt: receivedAt, envelope: submission.envelope)
        parcel.add(submission.items, reception, hiding: key.text)
        return parcel
    }

    private static func keyOverloaded() -> HTTPProblem {
        Counter(label: "ingest.refused", dimensions: [("reason", "key_overloaded")]).increment()
        return Admission.keyOverloaded
    }

    private func admit(_ key: WriteKey.Known, _ logger: Logger) async throws {
        do {
            try await quota.admit(key.id, key.limits)
        } catch let error as PostgresError {
            throw Self.unavailable(error, logger)
        }
    }

    /// Writes the parcel and says what became of each message, in order.
    private func write(_ parcel: Parcel, _ logger: Logger) async throws -> [Verdict] {
        let fates: [Fate]
        do {
            fates = try await batcher.write(parcel)
        } catch let error as PostgresError {
            throw Self.unavailable(error, logger)
        }
        let repairs = parcel.entries.reduce(into: [Int: [String]]()) { $0[$1.index] = $1.entry.repairs }
        return fates.enumerated().map { Verdict($1, repairs: repairs[$0] ?? []) }
    }

    /// Keeps the bytes of a body that nobody can read, and makes the answer. A flood of them fills no disk.
    private func refusal(
        _ failure: UnreadableBody, of body: IngestBody, _ format: any IngestFormat, _ key: WriteKey.Known,
        _ receivedAt: UTCTime, isTrial: Bool, _ logger: Logger
    ) async throws -> HTTPProblem {
        Counter(label: "ingest.refused", dimensions: [("reason", "unreadable")]).increment()
        switch failure.kind {
        case .tooMany:
            return HTTPProblem(.contentTooLarge, code: "too_many_messages", failure.reason + " Send less at once.")
        case .foreign: return HTTPProblem(.unsupportedMediaType, code: "unknown_content_type", failure.reason)
        case .malformed: break
        }
        // A trial stores nothing, of a body that nobody can read either.
        guard !isTrial else { return HTTPProblem(.badRequest, code: "unreadable_body", failure.reason) }
        guard allowance.take() else {
            logger.warning("An unreadable body was not kept: too many of them.", metadata: ["key": "\(key.id)"])
            return HTTPProblem(.badRequest, code: "unreadable_body", failure.reason)
        }
        var parcel = Parcel(
            format: format.name, path: body.path, keyID: key.id, receivedAt: receivedAt, envelope: nil)
        let kept = body.bytes.prefix(Quarantine.longestBody)
        parcel.refused = [
            .init(
                index: 0, refusal: Refusal(place: failure.place ?? "", reason: failure.reason),
                source: Secret.hidden(key.text, in: kept), isBody: true,
                contentType: body.headers[.contentType].map { String($0.prefix(200)) })
        ]
        _ = try await write(parcel, logger)
        return HTTPProblem(.badRequest, code: "unreadable_body", failure.reason + " Its bytes were kept in quarantine.")
    }

    static func unavailable(_ error: PostgresError, _ logger: Logger) -> HTTPProblem {
        logger.debug("Events can't be written now.", metadata: ["error": "\(error)"])
        Counter(label: "ingest.refused", dimensions: [("reason", "database")]).increment()
        return .retry(
            .serviceUnavailable, code: "database_unavailable", "Events can't be written now: send them again.", after: 2
        )
    }

    private func count(_ verdicts: [Verdict], _ format: any IngestFormat) {
        let counts = verdicts.reduce(into: [Verdict.Status: Int]()) { $0[$1.status, default: 0] += 1 }
        for (status, number) in counts {
            Counter(
                label: "ingest.messages", dimensions: [("format", format.name), ("status", status.rawValue)]
            ).increment(by: number)
        }
    }
}

extension Verdict {
    init(_ fate: Fate, repairs: [String]) {
        switch fate {
        case .duplicate: self.init(status: .duplicate)
        case .quarantined(let refusal):
            let place = refusal.place.isEmpty ? "" : refusal.place + ": "
            self.init(status: .quarantined, reason: place + refusal.reason)
        case .written where repairs.isEmpty: self.init(status: .accepted)
        case .written: self.init(status: .repaired, reason: repairs.joined(separator: "; "))
        }
    }
}
