import HTTPTypes
import Hummingbird
import Logging
import Model
import NIOCore
import Postgres

/// The answer to `?validate=1`, on the path of any format: how each message was read and what would become of it. Nothing
/// is stored, nothing counts against a quota, and no subject is made. What PostgreSQL alone would refuse is not found.
struct Validation: Sendable {
    let pool: PostgresPool

    /// `validate` in the query, but for `0` and `false`.
    static func isAsked(by query: FormFields) -> Bool {
        query.has("validate") && query["validate"] != "0" && query["validate"] != "false"
    }

    func answer(_ parcel: Parcel, _ logger: Logger) async throws -> Response {
        let known: Set<Int>
        do {
            known = try await Duplicates(pool: pool).among(parcel.entries)
        } catch let error as PostgresError {
            throw IngestRoutes.unavailable(error, logger)
        }
        let results = Self.results(parcel, duplicates: known)
        let body = JSONValue.object(JSONObject([.init(name: "results", value: .array(results))]))
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body.written)))
    }

    static func results(_ parcel: Parcel, duplicates: Set<Int>) -> [JSONValue] {
        var results: [(index: Int, members: [JSONObject.Member])] = parcel.refused.map { refused in
            (refused.index, members(refused.index, Verdict(.quarantined(refused.refusal), repairs: [])))
        }
        for taken in parcel.entries {
            let fate = duplicates.contains(taken.index) ? Fate.duplicate : .written
            let verdict = Verdict(fate, repairs: taken.entry.repairs)
            results.append((taken.index, members(taken.index, verdict) + reading(taken.entry)))
        }
        return results.sorted { $0.index < $1.index }.map { .object(JSONObject($0.members)) }
    }

    private static func members(_ index: Int, _ verdict: Verdict) -> [JSONObject.Member] {
        let reason = verdict.reason.map { [text("reason", $0)] } ?? []
        return [.init(name: "index", value: .number("\(index)")), text("status", verdict.status.rawValue)] + reason
    }

    /// How the message was read.
    private static func reading(_ entry: Entry) -> [JSONObject.Member] {
        var members: [JSONObject.Member] = []
        switch entry.row {
        case .event(let name): members.append(text("event", name))
        case .identification(let kind): members.append(text("call", kind))
        }
        members.append(subject("subject", entry.subject))
        if let other = entry.other { members.append(subject("other", other)) }
        members += [
            text("message_id", entry.messageID), text("occurred_at", "\(entry.occurredAt)"),
            text("day", "\(entry.occurredAt.day)"), .init(name: "history", value: .bool(entry.isHistorical)),
        ]
        if entry.isClamped { members.append(.init(name: "clamped", value: .bool(true))) }
        return members
    }

    private static func subject(_ name: String, _ key: SubjectKey) -> JSONObject.Member {
        .init(name: name, value: .object(JSONObject([text("kind", key.kind.rawValue), text("key", key.key)])))
    }

    private static func text(_ name: String, _ text: String) -> JSONObject.Member {
        .init(name: name, value: .string(text))
    }
}
