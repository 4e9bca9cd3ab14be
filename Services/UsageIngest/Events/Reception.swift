import Crypto
import Model

/// The decisions about a message that don't depend on its format: whom it counts for, on which day, and whether it is
/// taken at all. Pure: the same message at the same reception gives the same row.
///
/// Ids, keys and names are taken in their composed form (NFC): what reads alike is one, in Swift as in PostgreSQL, which
/// compares bytes.
struct Reception: Sendable {
    /// By the server's clock.
    let receivedAt: UTCTime
    /// Declared history: known when it happened.
    let isHistorical: Bool
    /// The days for which there are partitions.
    let keptDays: Range<CalendarDay>
    /// Which property is summed of which event.
    var summed: [String: String] = [:]

    /// A time that claims to be further ahead than this is refused [µs].
    static let mostLead: Int64 = 24 * 3_600_000_000
    static let longestName = 200
    static let longestMessageID = 200

    /// - Parameters:
    ///   - position: of the message in its body; tells apart messages that have neither id nor time.
    ///   - repairs: what was mended in it before.
    func entry(for message: Message, position: Int, repairs: [String] = []) throws(Refusal) -> Entry {
        let (row, subject, other) = try who(message)
        let original = message.time
        let corrected = try corrected(message)
        let occurredAt = min(corrected, receivedAt)
        let sentOn = (original ?? receivedAt).day
        try check(sentOn, of: message)
        try check(occurredAt.day, of: message)
        let content = JSONBytes(bytes: message.content.written)
        var repairs = repairs + message.repairs
        let id = messageID(
            message, Digested(row: row, subject: subject, other: other, content: content), position, &repairs)
        return Entry(
            row: row, subject: subject, other: other, messageID: id, sentOn: sentOn, isTimeless: original == nil,
            occurredAt: occurredAt, knownAt: isHistorical ? occurredAt : receivedAt, receivedAt: receivedAt,
            originalAt: original, sentAt: message.sentAt, isHistorical: isHistorical, isClamped: occurredAt < corrected,
            repairs: repairs, amount: amount(row, message.content), content: content)
    }

    /// The property of the event that is summed a day, where it is a number.
    private func amount(_ row: Entry.Row, _ content: JSONValue) -> String? {
        guard !summed.isEmpty, case .event(let name) = row, let property = summed[name],
            case .object(let object) = content, case .number(let literal) = object[property]
        else { return nil }
        return literal
    }

    /// Segment's rule: the age of the message by the sender's clock, counted back from its arrival by ours. History is
    /// taken at its word.
    private func corrected(_ message: Message) throws(Refusal) -> UTCTime {
        guard let original = message.time else { return receivedAt.advanced(by: -(message.age ?? 0)) }
        var time = original
        if !isHistorical, let sentAt = message.sentAt {
            time = receivedAt.advanced(by: original.microseconds - sentAt.microseconds)
        }
        guard time.microseconds - receivedAt.microseconds <= Self.mostLead else {
            throw Refusal(place: message.timePlace, reason: "more than 24 hours ahead of its arrival")
        }
        return time
    }

    private func check(_ day: CalendarDay, of message: Message) throws(Refusal) {
        guard !keptDays.contains(day) else { return }
        throw Refusal(
            place: message.timePlace,
            reason: "\(day) is outside of the kept months, \(keptDays.lowerBound) up to \(keptDays.upperBound)")
    }

    private func who(_ message: Message) throws(Refusal) -> (Entry.Row, SubjectKey, SubjectKey?) {
        let group = try message.group.map { (key) throws(Refusal) in try SubjectKey(kind: .group, normalizing: key) }
        let user = try message.user.map { (key) throws(Refusal) in try SubjectKey(kind: .user, normalizing: key) }
        let anonymous = try message.anonymous.map { (key) throws(Refusal) in
            try SubjectKey(kind: .anonymous, normalizing: key)
        }
        switch message.call {
        case .event(let written):
            let name = written.normalized
            guard let subject = group ?? user ?? anonymous else {
                throw Refusal(place: "", reason: "names nobody: give groupId, userId or anonymousId")
            }
            guard !name.isEmpty, name.isWithin(Self.longestName) else {
                throw Refusal(place: "/event", reason: "expected a name of 1 to \(Self.longestName) characters")
            }
            return (.event(name: name), subject, group == nil ? nil : user)
        case .identify:
            guard let subject = user ?? anonymous else {
                throw Refusal(place: "/userId", reason: "names nobody: give userId or anonymousId")
            }
            return (.identification(kind: "identify"), subject, user == nil ? nil : anonymous)
        case .group:
            guard let group else { throw Refusal(place: "/groupId", reason: "is missing") }
            return (.identification(kind: "group"), group, user ?? anonymous)
        case .alias(let previous):
            guard let user else { throw Refusal(place: "/userId", reason: "is missing") }
            return (.identification(kind: "alias"), user, try SubjectKey(kind: .former, normalizing: previous))
        }
    }

    /// The sender's id. Without one, a digest of content and time, so that the same message sent again counts once; a
    /// message without a time as well is told apart by its arrival, for two like it may both have happened.
    private func messageID(
        _ message: Message, _ entry: Digested, _ position: Int, _ repairs: inout [String]
    ) -> String {
        if let id = message.id?.normalized {
            if id.isWithin(Self.longestMessageID) { return id }
            repairs.append("/messageId: longer than \(Self.longestMessageID) characters, its digest was taken")
            return digest([id])
        }
        var parts = [entry.row.words, entry.subject.kind.rawValue, entry.subject.key]
        parts += [entry.other?.kind.rawValue ?? "", entry.other?.key ?? ""]
        if let time = message.time {
            parts.append("\(time.microseconds)")
        } else {
            parts += ["\(receivedAt.microseconds)", "\(position)"]
        }
        return digest(parts, entry.content.bytes)
    }

    /// What stands in for a missing id is made of.
    private struct Digested {
        let row: Entry.Row
        let subject: SubjectKey
        let other: SubjectKey?
        let content: JSONBytes
    }

    private func digest(_ parts: [String], _ content: [UInt8] = []) -> String {
        var hash = SHA256()
        for part in parts {
            hash.update(data: Array("\(part.utf8.count):".utf8))
            hash.update(data: Array(part.utf8))
        }
        hash.update(data: content)
        return "sha256:" + hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
