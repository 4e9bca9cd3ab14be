import Model
import Testing

@testable import UsageIngest

@Suite struct ReceptionTests {
    private static let noon = moment("2026-11-24T12:00:00Z")

    private static func moment(_ text: String) -> UTCTime { UTCTime(text) ?? UTCTime(microseconds: 0) }

    private func reception(historical: Bool = false) throws -> Reception {
        let (first, past) = (try #require(CalendarDay("2025-10-01")), try #require(CalendarDay("2027-02-01")))
        return Reception(receivedAt: Self.noon, isHistorical: historical, keptDays: first..<past)
    }

    private func event(_ change: (inout Message) -> Void = { _ in }) -> Message {
        var message = Message(call: .event(name: "Login"))
        message.user = "u1"
        message.id = "m1"
        change(&message)
        return message
    }

    /// As sent, when sent, what follows: when it happened and whether that was clamped.
    struct Skew: Sendable {
        let time: String?
        var sentAt: String?
        let occurredAt: String
        let sentOn: String
        var isClamped = false
    }

    private static let skews = [
        Skew(time: nil, occurredAt: "2026-11-24T12:00:00Z", sentOn: "2026-11-24"),
        Skew(time: "2026-11-20T10:00:00Z", occurredAt: "2026-11-20T10:00:00Z", sentOn: "2026-11-20"),
        // The clock is right, the event was an hour old when it was sent, the way took two seconds.
        Skew(
            time: "2026-11-24T10:59:58Z", sentAt: "2026-11-24T11:59:58Z", occurredAt: "2026-11-24T11:00:00Z",
            sentOn: "2026-11-24"),
        // The clock is three days behind, then three ahead: the age of a minute holds, the day as sent stays.
        Skew(
            time: "2026-11-21T11:59:00Z", sentAt: "2026-11-21T12:00:00Z", occurredAt: "2026-11-24T11:59:00Z",
            sentOn: "2026-11-21"),
        Skew(
            time: "2026-11-27T11:59:00Z", sentAt: "2026-11-27T12:00:00Z", occurredAt: "2026-11-24T11:59:00Z",
            sentOn: "2026-11-27"),
        // Ahead, but by less than a day.
        Skew(
            time: "2026-11-25T11:59:00Z", occurredAt: "2026-11-24T12:00:00Z", sentOn: "2026-11-25", isClamped: true),
    ]

    @Test(arguments: skews) func correctsTheClock(_ skew: Skew) throws {
        let message = event {
            $0.time = skew.time.map(Self.moment)
            $0.sentAt = skew.sentAt.map(Self.moment)
        }
        let entry = try reception().entry(for: message, position: 0)
        #expect(entry.occurredAt == Self.moment(skew.occurredAt))
        #expect(entry.sentOn.description == skew.sentOn)
        #expect(entry.isClamped == skew.isClamped)
        #expect(entry.knownAt == Self.noon && entry.receivedAt == Self.noon)
        #expect(entry.originalAt == message.time && entry.sentAt == message.sentAt)
        #expect(entry.isTimeless == (skew.time == nil))
    }

    @Test func historyIsTakenAtItsWordAndKnownWhenItHappened() throws {
        let message = event {
            $0.time = Self.moment("2026-03-01T08:00:00Z")
            $0.sentAt = Self.moment("2026-11-01T00:00:00Z")
        }
        let entry = try reception(historical: true).entry(for: message, position: 0)
        #expect(entry.occurredAt == message.time && entry.knownAt == message.time && entry.isHistorical)
    }

    @Test(arguments: [
        ("2026-11-25T12:00:01Z", "24 hours"), ("2025-09-30T23:59:59Z", "kept months"),
    ])
    func refusesTimesOutside(_ time: String, _ reason: String) throws {
        let reception = try reception()
        let refusal = #expect(throws: Refusal.self) {
            try reception.entry(for: event { $0.time = Self.moment(time) }, position: 0)
        }
        #expect(refusal?.reason.contains(reason) == true && refusal?.place == "/timestamp")
    }

    @Test func namesTheSubject() throws {
        let both = try reception().entry(for: event { $0.group = "acme" }, position: 0)
        #expect(both.subject == SubjectKey(kind: .group, key: "acme"))
        #expect(both.other == SubjectKey(kind: .user, key: "u1"))
        let alone = try reception().entry(for: event(), position: 0)
        #expect(alone.subject == SubjectKey(kind: .user, key: "u1") && alone.other == nil)
        let anonymous = try reception().entry(
            for: event {
                $0.user = nil
                $0.anonymous = "a1"
            }, position: 0)
        #expect(anonymous.subject == SubjectKey(kind: .anonymous, key: "a1"))
        let reception = try reception()
        #expect(throws: Refusal.self) { try reception.entry(for: event { $0.user = nil }, position: 0) }
    }

    @Test func callsNameBothSides() throws {
        let identify = try reception().entry(
            for: event {
                $0.call = .identify
                $0.anonymous = "a1"
            }, position: 0)
        #expect(identify.row == .identification(kind: "identify"))
        #expect(identify.subject.key == "u1" && identify.other?.key == "a1")
        let group = try reception().entry(
            for: event {
                $0.call = .group
                $0.group = "acme"
            }, position: 0)
        #expect(group.subject.kind == .group && group.other?.key == "u1")
        let alias = try reception().entry(for: event { $0.call = .alias(previous: "old") }, position: 0)
        #expect(alias.subject.key == "u1" && alias.other == SubjectKey(kind: .former, key: "old"))
    }

    @Test func withoutAnIdTheContentAndTheTimeAreOne() throws {
        let reception = try reception()
        func id(at position: Int = 0, _ change: (inout Message) -> Void) throws -> String {
            let message = event {
                $0.id = nil
                $0.time = Self.moment("2026-11-24T11:00:00Z")
                change(&$0)
            }
            return try reception.entry(for: message, position: position).messageID
        }
        let first = try id { _ in }
        #expect(first.hasPrefix("sha256:") && first.count == 71)
        #expect(try id(at: 5) { _ in } == first)
        #expect(try id { $0.sentAt = Self.noon } == first)
        #expect(try id { $0.time = Self.moment("2026-11-24T11:00:00.000001Z") } != first)
        #expect(try id { $0.user = "u2" } != first)
        #expect(try id { $0.call = .event(name: "Logout") } != first)
        #expect(try id { $0.content = .object(JSONObject([.init(name: "n", value: .bool(true))])) } != first)
        // Without a time as well, two alike are two.
        #expect(try id { $0.time = nil } != id(at: 1) { $0.time = nil })
    }

    @Test func anOverlongIdBecomesItsDigest() throws {
        let entry = try reception().entry(
            for: event { $0.id = String(repeating: "é", count: 201) }, position: 0, repairs: ["/n: NaN became null"])
        #expect(entry.messageID.hasPrefix("sha256:"))
        #expect(entry.repairs.count == 2)
        let longest = String(repeating: "é", count: 200)
        #expect(try reception().entry(for: event { $0.id = longest }, position: 0).messageID == longest)
    }

    @Test(arguments: ["", String(repeating: "x", count: 201)]) func refusesNames(_ name: String) throws {
        let reception = try reception()
        #expect(throws: Refusal.self) {
            try reception.entry(for: event { $0.call = .event(name: name) }, position: 0)
        }
    }
}
