import Chassis
import Model
import Postgres
import TestBed
import Testing

@testable import UsageIngest

@Suite struct QuotaMeterTests {
    private let start = QuotaMeter.Moment(steady: .now, utc: UTCTime("2026-11-23T23:00:00Z") ?? .now)

    private func later(_ seconds: Int64) -> QuotaMeter.Moment {
        QuotaMeter.Moment(steady: start.steady + .seconds(seconds), utc: start.utc.advanced(by: seconds * 1_000_000))
    }

    /// A meter that has looked, and found so many.
    private func meter(_ counted: Int) throws -> QuotaMeter {
        var meter = QuotaMeter()
        let begun = meter.beginLook(at: start)
        let before = try #require(begun)
        meter.endLook(counted, takenBefore: before, at: start)
        return meter
    }

    @Test func aDayIsFullToTheEventAndOpensAtMidnight() throws {
        let limits = KeyLimits(eventsPerDay: 100)
        var meter = try meter(90)
        #expect(meter.refusal(of: 10, limits, at: start) == nil)
        let refusal = try #require(meter.refusal(of: 11, limits, at: start))
        #expect(
            refusal.wait == 3_600 && refusal.words.contains("100 events a day") && refusal.words.contains("10 are left")
        )
        // More than ever fits is worth no wait.
        #expect(meter.refusal(of: 101, limits, at: start)?.wait == nil)
        meter.take(10, limits, at: start)
        #expect(meter.refusal(of: 1, limits, at: start)?.words.contains("none is left") == true)
        meter.settle(10, accepted: 4)
        #expect(meter.refusal(of: 6, limits, at: start) == nil && meter.refusal(of: 7, limits, at: start) != nil)
        let look = meter.beginLook(at: later(3_600))
        #expect(look != nil)
        #expect(meter.refusal(of: 100, limits, at: later(3_600)) == nil)
    }

    @Test func whatWasAcceptedBeforeALookIsCountedOnce() throws {
        let limits = KeyLimits(eventsPerDay: 100)
        var meter = try meter(0)
        meter.take(30, limits, at: start)
        meter.settle(30, accepted: 30)
        let tooSoon = meter.beginLook(at: later(9))
        #expect(tooSoon == nil)
        let begun = meter.beginLook(at: later(10))
        let before = try #require(begun)
        meter.take(5, limits, at: later(10))
        meter.settle(5, accepted: 5)
        // The others took 20 meanwhile.
        meter.endLook(50, takenBefore: before, at: later(10))
        #expect(
            meter.refusal(of: 45, limits, at: later(10)) == nil && meter.refusal(of: 46, limits, at: later(10)) != nil)
    }

    @Test func aSecondsEventsMayComeAsABurstAndALargeBodyIsPaidOff() throws {
        let limits = KeyLimits(eventsPerSecond: 10)
        var meter = QuotaMeter()
        #expect(meter.refusal(of: 500, limits, at: start) == nil)
        meter.take(500, limits, at: start)
        meter.settle(500, accepted: 500)
        // 100 of them were the burst, the others take 40 seconds.
        let refusal = try #require(meter.refusal(of: 1, limits, at: start))
        #expect(refusal.wait == 41 && refusal.words.contains("10 events a second"))
        #expect(
            meter.refusal(of: 1, limits, at: later(40)) != nil && meter.refusal(of: 1, limits, at: later(41)) == nil)
    }

    @Test func duplicatesAreGivenBack() {
        let limits = KeyLimits(eventsPerSecond: 1)
        var meter = QuotaMeter()
        for _ in 0..<100 {
            #expect(meter.refusal(of: 10, limits, at: start) == nil)
            meter.take(10, limits, at: start)
            meter.settle(10, accepted: 0)
        }
    }
}

@Suite struct QuotaHTTPTests {
    private func limit(_ ingest: Ingest, perDay: Int64?, perSecond: Int32? = nil) async throws -> String {
        let key = try await Ingest.writeKey(ingest.database)
        try await ingest.database.owner.execute(
            """
            update crm.api_key set events_per_day = \(perDay), events_per_second = \(perSecond)
            where hash = sha256(convert_to(\(key), 'UTF8'))
            """)
        return key
    }

    @Test func beyondTheDayIsSaidAndNothingIsDropped() async throws {
        try await Ingest.with { ingest in
            let key = try await limit(ingest, perDay: 3)
            let headers = ["Authorization": "Bearer \(key)"]
            let two = batch([track(id: "m1"), track(id: "m2")])
            #expect(try await ingest.post("/v1/batch", two, headers: headers).status == 200)
            let tooMany = try await ingest.post(
                "/v1/batch", batch([track(id: "m3"), track(id: "m4")]), headers: headers)
            #expect(tooMany.status == 429 && tooMany.text("code") == "quota_exceeded")
            #expect(tooMany.text("message")?.contains("3 events a day") == true)
            #expect(tooMany.text("message")?.contains("midnight UTC") == true)
            let wait = try #require(tooMany.headers["retry-after"].flatMap { Int($0) })
            #expect((1...86_400).contains(wait))
            #expect(try await ingest.post("/v1/batch", batch([track(id: "m3")]), headers: headers).status == 200)
            // Full: refused before the body is read, whatever it is.
            #expect(try await ingest.post("/v1/batch", "not json", headers: headers).status == 429)
            let inBody = try await ingest.post(
                "/v1/batch", batch([track(id: "m5")], ",\"writeKey\":\"\(key)\""), headers: [:])
            #expect(inBody.status == 429)
            #expect(try await ingest.count("select count(*) from usage.event") == 3)
            #expect(try await ingest.count("select count(*) from usage.quarantine") == 0)
            #expect(try await ingest.post("/v1/batch", batch([track(id: "m5")])).status == 200, "another key is free")
            #expect(try await ingest.post("/v1/batch?validate=1", two, headers: headers).status == 200)
        }
    }

    @Test func whatGoesToQuarantineCountsAndABodyBeyondTheDayIsTooLarge() async throws {
        try await Ingest.with { ingest in
            let headers = ["Authorization": "Bearer \(try await limit(ingest, perDay: 3))"]
            let bad = #"{"type":"track","event":"E","messageId":"b"}"#
            let four = try await ingest.post("/v1/batch", batch([bad, bad, bad, bad]), headers: headers)
            #expect(four.status == 413 && four.text("code") == "quota_exceeded" && four.headers["retry-after"] == nil)
            #expect(try await ingest.post("/v1/batch", batch([bad, bad, bad]), headers: headers).status == 200)
            #expect(try await ingest.count("select count(*) from usage.quarantine") == 3)
            #expect(try await ingest.post("/v1/batch", batch([bad]), headers: headers).status == 429)
        }
    }

    /// What another process took counts from the first look on.
    @Test func theDayIsCountedOverAllProcesses() async throws {
        try await Ingest.with { first in
            let key = try await limit(first, perDay: 5)
            let headers = ["Authorization": "Bearer \(key)"]
            let calls = (0..<4).map { track(id: "m\($0)") }
            #expect(try await first.post("/v1/batch", batch(calls), headers: headers).status == 200)
            try await Ingest.on(first.database) { second in
                let two = try await second.post(
                    "/v1/batch", batch([track(id: "n1"), track(id: "n2")]), headers: headers)
                let one = try await second.post("/v1/batch", batch([track(id: "n1")]), headers: headers)
                #expect(two.status == 429 && one.status == 200)
            }
        }
    }

    @Test func beyondTheRateIsSaidWithTheTimeToWait() async throws {
        try await Ingest.with { ingest in
            let key = try await limit(ingest, perDay: nil, perSecond: 1)
            let headers = ["Authorization": "Bearer \(key)"]
            let calls = (0..<500).map { track(id: "m\($0)") }
            #expect(try await ingest.post("/v1/batch", batch(calls), headers: headers).status == 200)
            let refused = try await ingest.post("/v1/batch", batch([track(id: "n1")]), headers: headers)
            #expect(refused.status == 429 && refused.text("code") == "quota_exceeded")
            #expect(refused.headers["retry-after"].flatMap { Int($0) }.map { (400...491).contains($0) } == true)
        }
    }
}
