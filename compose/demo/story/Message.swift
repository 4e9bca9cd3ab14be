import Model

/// One call in the shape of the Segment tracking API, as it stands in a batch.
struct Message: Sendable {
    enum Call: Sendable {
        case track(event: String, properties: [(String, JSON)])
        case identify(traits: [(String, JSON)])
        case group(traits: [(String, JSON)])
    }

    let call: Call
    /// The same for the same story, so that what is sent twice counts once.
    let id: String
    let userKey: String
    let accountKey: String
    let day: CalendarDay
    /// Of the day, in UTC.
    let millisecond: Int

    var isTrack: Bool { if case .track = call { true } else { false } }

    var json: JSON {
        var members: [(String, JSON)] = [("messageId", .text(id)), ("userId", .text(userKey))]
        switch call {
        case .track(let event, let properties):
            members += [("type", .text("track")), ("event", .text(event)), ("properties", .object(properties))]
            members.append(("context", .object([("groupId", .text(accountKey))])))
        case .identify(let traits): members += [("type", .text("identify")), ("traits", .object(traits))]
        case .group(let traits):
            members += [("type", .text("group")), ("groupId", .text(accountKey)), ("traits", .object(traits))]
        }
        members.append(("timestamp", .text(timestamp)))
        return .object(members)
    }

    private var timestamp: String {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        let seconds = millisecond / 1_000
        let clock = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(day)T\(clock).\(padded(millisecond % 1_000, 3))Z"
    }
}
