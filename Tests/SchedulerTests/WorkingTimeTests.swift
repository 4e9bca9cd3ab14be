import Foundation
import Testing

@testable import Scheduler

@Suite struct WorkingTimeTests {
    /// Local times; 2026-03-29 and 2026-10-25 the clocks of Kyiv are moved, 2026-03-08 those of New York.
    @Test(
        arguments: [
            ("Europe/Kyiv", "2026-06-10 14:00", "1 working day", "2026-06-11 14:00"),
            ("Europe/Kyiv", "2026-06-10 14:00", "3 working hours", "2026-06-10 17:00"),
            ("Europe/Kyiv", "2026-06-10 14:00", "4 working hours", "2026-06-10 18:00"),
            ("Europe/Kyiv", "2026-06-10 14:00", "5 working hours", "2026-06-11 10:00"),
            ("Europe/Kyiv", "2026-06-10 03:00", "1 working hour", "2026-06-10 10:00"),
            ("Europe/Kyiv", "2026-06-10 20:00", "1 working hour", "2026-06-11 10:00"),
            ("Europe/Kyiv", "2026-06-12 17:00", "2 working hours", "2026-06-15 10:00"),
            ("Europe/Kyiv", "2026-06-13 12:00", "1 working day", "2026-06-15 18:00"),
            ("Europe/Kyiv", "2026-06-10 09:00", "10 working days", "2026-06-23 18:00"),
            ("Europe/Kyiv", "2026-03-27 16:00", "1 working day", "2026-03-30 16:00"),
            ("Europe/Kyiv", "2026-10-23 16:00", "1 working day", "2026-10-26 16:00"),
            ("America/New_York", "2026-03-06 16:00", "4 working hours", "2026-03-09 11:00"),
            ("Asia/Kathmandu", "2026-06-10 17:30", "1 working hour", "2026-06-11 09:30"),
            ("Europe/Kyiv", "2026-03-28 12:00", "1 day", "2026-03-29 13:00"),
        ])
    func `working time is counted by the clock of the place`(
        _ place: String, _ start: String, _ span: String, _ expected: String
    ) throws {
        let zone = try #require(TimeZone(identifier: place))
        let format = Date.VerbatimFormatStyle(
            format: """
                \(year: .padded(4))-\(month: .twoDigits)-\(day: .twoDigits) \
                \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits)
                """, timeZone: zone, calendar: Calendar(identifier: .gregorian))
        let begin = try Date(start, strategy: format.parseStrategy)
        let end = try #require(Span(span)).end(from: begin, in: zone)
        #expect(end.formatted(format) == expected)
    }

    @Test(
        arguments: [
            ("7 days", 604_800), ("1 day", 86_400), ("90 minutes", 5_400), ("1 week", 604_800),
            ("3660 days", 316_224_000),
            ("12 Hours", 43_200), ("2 working days", 64_800), ("3661 days", nil), ("0 days", nil), ("-1 days", nil),
            ("7", nil), ("days", nil), ("7days", nil), ("1.5 days", nil), ("9999999999999999999 days", nil), ("", nil),
            ("1 fortnight", nil),
        ] as [(String, Int64?)])
    func `lengths of time`(_ text: String, _ seconds: Int64?) {
        #expect(Span(text)?.seconds == seconds)
    }

    @Test func `a holdout is the same for ever, of about the share, and grows by adding`() {
        #expect(Holdout.place(account: "acme", playbook: "win-back", salt: "") == Self.place)
        let keys = (0..<20_000).map { "account-\($0)" }
        let ten = Holdout(percent: 10, salt: ""), twenty = Holdout(percent: 20, salt: "")
        let small = keys.filter { ten.leavesOut(account: $0, of: "p") }
        // Four standard deviations.
        #expect(abs(small.count - 2_000) < 170)
        #expect(small.allSatisfy { twenty.leavesOut(account: $0, of: "p") })
        #expect(small.filter { ten.leavesOut(account: $0, of: "q") }.count < 300)
        #expect(small.filter { Holdout(percent: 10, salt: "x").leavesOut(account: $0, of: "p") }.count < 300)
        #expect(!Holdout(percent: 0, salt: "").leavesOut(account: "acme", of: "p"))
    }

    /// By `printf '4:acme8:win-back0:' | sha256sum`, its first 53 bits over 2^53.
    private static let place = 0.08967154437840519
}
