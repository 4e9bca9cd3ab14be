import Foundation
import Postgres

/// One event, or one message that could not be taken, as `tail` shows it. Of a write key its first characters are shown,
/// of what it said of itself nothing.
struct TailLine: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// An event of that name, or an identify, group or alias call; the other is the user who did it, or who it is too.
        case taken(
            call: String, name: String?, subject: String, other: String?, messageID: String, occurredAt: Date,
            marks: [String])
        case quarantined(id: Int64, format: String, place: String, reason: String)
    }

    let at: Date
    let writeKey: String?
    let kind: Kind

    init(at: Date, writeKey: String?, kind: Kind) {
        self.at = at
        self.writeKey = writeKey
        self.kind = kind
    }

    init(_ row: Row) throws {
        at = try row["at"]
        writeKey = try row["write_key"]
        if let id: Int64 = try row["id"] {
            kind = .quarantined(
                id: id, format: try row["format"], place: try row["place"] ?? "", reason: try row["reason"])
            return
        }
        var marks: [String] = try row["historical"] == true ? ["history"] : []
        if try row["clamped"] == true { marks.append("clamped") }
        marks += try (row["repairs"] as [String]?) ?? []
        let (kind, key) = try (row["kind"] as String, row["key"] as String)
        let (otherKind, otherKey) = try (row["other_kind"] as String?, row["other_key"] as String?)
        self.kind = .taken(
            call: try row["call"], name: try row["name"], subject: "\(kind):\(key)",
            other: otherKind.flatMap { kind in otherKey.map { "\(kind):\($0)" } },
            messageID: try row["message_id"] ?? "-",
            occurredAt: try row["occurred_at"], marks: marks)
    }

    /// For people: tabs between the parts, and nothing in them that moves a terminal's cursor.
    var text: String {
        var parts = [Self.time(at), writeKey.map { $0 + "…" } ?? "-"]
        switch kind {
        case .taken(let call, let name, let subject, let other, let messageID, let occurredAt, let marks):
            parts += [call, name ?? "-", subject, other ?? "-", Self.time(occurredAt), messageID]
            if !marks.isEmpty { parts.append("(\(marks.joined(separator: "; ")))") }
        case .quarantined(let id, let format, let place, let reason):
            parts += ["QUARANTINED", "\(id)", format, place.isEmpty ? "-" : place, reason]
        }
        return parts.map(Shown.line).joined(separator: "\t")
    }

    /// For programs: one JSON object.
    var json: String {
        func member(_ name: String, _ text: String?) -> JSONObject.Member {
            .init(name: name, value: text.map { .string($0) } ?? .null)
        }
        var members = [member("received_at", Self.time(at)), member("key", writeKey)]
        switch kind {
        case .taken(let call, let name, let subject, let other, let messageID, let occurredAt, let marks):
            members.insert(member("status", marks.isEmpty ? "accepted" : "marked"), at: 0)
            members += [
                member("call", call), member("event", name), member("subject", subject), member("other", other),
                member("occurred_at", Self.time(occurredAt)), member("message_id", messageID),
                .init(name: "marks", value: .array(marks.map { .string($0) })),
            ]
        case .quarantined(let id, let format, let place, let reason):
            members.insert(member("status", "quarantined"), at: 0)
            members += [
                .init(name: "id", value: .number("\(id)")), member("format", format), member("place", place),
                member("reason", reason),
            ]
        }
        return String(decoding: JSONValue.object(JSONObject(members)).written, as: UTF8.self)
    }

    private static func time(_ date: Date) -> String { "\(UTCTime(date))" }
}
