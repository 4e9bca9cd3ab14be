import Model

/// A message after all decisions: one row to be written.
struct Entry: Sendable, Equatable {
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

    var row: Row
    var subject: SubjectKey
    /// The user who did it, or the other side of an identification.
    var other: SubjectKey?
    var messageID: String
    var sentOn: CalendarDay
    /// Its day is that of its receipt, for it came without a time: the day before is searched too.
    var isTimeless: Bool
    var occurredAt: UTCTime
    var knownAt: UTCTime
    var receivedAt: UTCTime
    var originalAt: UTCTime?
    var sentAt: UTCTime?
    var isHistorical: Bool
    var isClamped: Bool
    var repairs: [String]
    var content: JSONBytes
}
