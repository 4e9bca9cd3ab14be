import Model

/// A message after all decisions: one row to be written. A class, for it goes through many hands on its way, and as a
/// value each of them counted the references of all that is in it.
final class Entry: Sendable {
    enum Row: Sendable, Equatable {
        case event(name: String)
        case identification(kind: String)

        /// Part of the digest that stands in for a missing id: never change it.
        var words: String {
            switch self {
            case .event(let name): "event:" + name
            case .identification(let kind): "call:" + kind
            }
        }
    }

    let row: Row
    let subject: SubjectKey
    /// The user who did it, or the other side of an identification.
    let other: SubjectKey?
    let messageID: String
    let sentOn: CalendarDay
    /// Its day is that of its receipt, for it came without a time: the day before is searched too.
    let isTimeless: Bool
    let occurredAt: UTCTime
    let knownAt: UTCTime
    let receivedAt: UTCTime
    let originalAt: UTCTime?
    let sentAt: UTCTime?
    let isHistorical: Bool
    let isClamped: Bool
    let repairs: [String]
    /// The number that is summed a day, as it was written.
    let amount: String?
    let content: JSONBytes

    init(
        row: Row, subject: SubjectKey, other: SubjectKey?, messageID: String, sentOn: CalendarDay, isTimeless: Bool,
        occurredAt: UTCTime, knownAt: UTCTime, receivedAt: UTCTime, originalAt: UTCTime?, sentAt: UTCTime?,
        isHistorical: Bool, isClamped: Bool, repairs: [String], amount: String? = nil, content: JSONBytes
    ) {
        self.row = row
        self.subject = subject
        self.other = other
        self.messageID = messageID
        self.sentOn = sentOn
        self.isTimeless = isTimeless
        self.occurredAt = occurredAt
        self.knownAt = knownAt
        self.receivedAt = receivedAt
        self.originalAt = originalAt
        self.sentAt = sentAt
        self.isHistorical = isHistorical
        self.isClamped = isClamped
        self.repairs = repairs
        self.amount = amount
        self.content = content
    }
}
