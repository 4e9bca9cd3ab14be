import Model
import Testing

@testable import UsageIngest

@Suite struct UTCTimeTests {
    private static let read: [(text: String, microseconds: Int64)] = [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-11-23T18:41:05.203+00:00", 1_795_459_265_203_000),
        ("2026-11-23T18:41:05.703652+00:00", 1_795_459_265_703_652),
        ("2026-11-23T18:41:05.703652999Z", 1_795_459_265_703_652),
        ("2026-11-23T20:41:05.203+02:00", 1_795_459_265_203_000),
        ("2026-11-23T13:11:05.203-0530", 1_795_459_265_203_000),
        ("2026-11-23T20:41:05,203+02", 1_795_459_265_203_000),
        ("2026-11-23 18:41:05", 1_795_459_265_000_000),
        ("2026-11-23t18:41", 1_795_459_260_000_000),
        ("2026-11-23", 1_795_392_000_000_000),
        ("2016-12-31T23:59:60Z", 1_483_228_799_000_000),
    ]

    @Test(arguments: read) func reads(_ example: (text: String, microseconds: Int64)) {
        #expect(UTCTime(example.text)?.microseconds == example.microseconds)
    }

    @Test(arguments: [
        "", "now", "2026-13-01", "2026-02-30", "2026-11-23T", "2026-11-23T24:00:00Z", "2026-11-23T18:41:05.Z",
        "2026-11-23T18:41:05.1234567890Z", "2026-11-23T18:41:05+24:00", "2026-11-23T18:41:05Zx", "1969-12-31T00:00:00Z",
        "20261123T184105Z", "2026-11-23T18:41:61Z", "２０26-11-23", "2026-11-23T18:41:05+0", "2026-11-23T18",
    ])
    func refuses(_ text: String) { #expect(UTCTime(text) == nil) }

    @Test func readsUnixTimes() {
        #expect(UTCTime(unix: 1_795_459_265.203)?.microseconds == 1_795_459_265_203_000)
        #expect(UTCTime(unix: 1_795_459_265_203)?.microseconds == 1_795_459_265_203_000)
        #expect(UTCTime(unix: -1) == nil)
        #expect(UTCTime(unix: .infinity) == nil)
    }

    @Test func knowsItsDay() {
        #expect(UTCTime(microseconds: -1).day.description == "1969-12-31")
        #expect(UTCTime(microseconds: -1).microsecondsOfDay == UTCTime.microsecondsPerDay - 1)
        #expect(UTCTime("2026-11-23T23:59:59.999999Z")?.day.description == "2026-11-23")
    }
}
