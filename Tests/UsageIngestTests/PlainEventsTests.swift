import Model
import Testing

@testable import UsageIngest

@Suite struct PlainEventsTests {
    private func read(_ text: String) throws -> Submission {
        try PlainEvents().read(IngestBody(path: "/v1/events", bytes: Array(text.utf8)))
    }

    @Test func readsOneAndMany() throws {
        let one = #"{"event":"e","group":"g","user":"u","time":1795459265,"id":9,"properties":{"a":1}}"#
        let message = try #require(try read(one).items.first).reading.get()
        #expect(message.call == .event(name: "e") && message.group == "g" && message.user == "u" && message.id == "9")
        #expect(message.time == UTCTime("2026-11-23T18:41:05Z"))
        let submission = try read("[\(one), 5, {\"user\":\"u\"}]")
        #expect(submission.items.count == 3)
        #expect(#expect(throws: Refusal.self) { try submission.items[1].reading.get() }?.reason == "expected an object")
        #expect(#expect(throws: Refusal.self) { try submission.items[2].reading.get() }?.place == "/event")
    }

    @Test func understandsSegmentsNames() throws {
        let text =
            #"{"event":"e","groupId":"g","userId":"u","anonymousId":"a","messageId":"m","timestamp":"2026-11-23"}"#
        let message = try #require(try read(text).items.first).reading.get()
        #expect(message.group == "g" && message.user == "u" && message.anonymous == "a" && message.id == "m")
        #expect(message.time == UTCTime("2026-11-23"))
    }

    /// What was put beside the properties by mistake is kept with them, and said.
    @Test func whatIsNoMemberBecomesAProperty() throws {
        let text =
            #"{"event":"e","user":"u","type":"track","plan":"basic","plan":"pro","nested":{"a":[1]},"context":{"ip":"::1"},"#
            + #""properties":{"n":1}}"#
        let message = try #require(try read(text).items.first).reading.get()
        // Of two by one name the last counts, as in PostgreSQL's jsonb.
        let kept = #"{"n":1,"plan":"basic","plan":"pro","nested":{"a":[1]}}"#
        #expect(String(decoding: message.content.written, as: UTF8.self) == kept)
        #expect(
            message.repairs == ["plan", "plan", "nested"].map { "/\($0): is no member of an event, became a property" })
        let twice = #"{"event":"e","user":"u","a/b":1,"properties":{"a/b":2}}"#
        let refusal = #expect(throws: Refusal.self) { try #require(try read(twice).items.first).reading.get() }
        #expect(refusal?.place == "/a~1b")
        let many = (0..<50).map { "\"m\($0)\":\($0)" }.joined(separator: ",")
        let flooded = try #require(try read("{\"event\":\"e\",\"user\":\"u\",\(many)}").items.first).reading.get()
        #expect(flooded.repairs.count == 21 && flooded.repairs.last == "and more members like it")
        guard case .object(let kept) = flooded.content else { throw CancellationError() }
        #expect(kept.members.count == 50)
    }

    @Test func theAccountMayStandInTheContext() throws {
        let text = #"{"event":"e","user":"u","context":{"groupId":"acme"}}"#
        #expect(try #require(try read(text).items.first).reading.get().group == "acme")
        let both = #"{"event":"e","group":"g","context":{"groupId":"acme"}}"#
        #expect(try #require(try read(both).items.first).reading.get().group == "g")
    }

    @Test(arguments: [
        (#""user":"u","userId":"w""#, "/userId"), (#""user":"u","group":"a","group_id":"b""#, "/group_id"),
        (#""user":"u","id":1,"messageId":"2""#, "/messageId"),
        (#""user":"u","time":1,"timestamp":"2026-01-01""#, "/timestamp"),
    ])
    func whatSaysTwoThingsIsRefused(_ members: String, _ place: String) throws {
        let item = try #require(try read("{\"event\":\"e\",\(members)}").items.first)
        #expect(#expect(throws: Refusal.self) { try item.reading.get() }?.place == place)
        let alike = #"{"event":"e","user":"u","userId":"u","group":null,"groupId":"g"}"#
        #expect(try #require(try read(alike).items.first).reading.get().group == "g")
    }

    @Test(arguments: ["1795732000123", "\"1795732000123\"", "1795732000.123", "\"1795732000.123\""])
    func unixTimesAreExact(_ time: String) throws {
        let text = "{\"event\":\"e\",\"user\":\"u\",\"time\":\(time)}"
        let message = try #require(try read(text).items.first).reading.get()
        #expect(message.time == UTCTime(microseconds: 1_795_732_000_123_000))
        #expect("\(try #require(message.time))" == "2026-11-26T22:26:40.123Z")
    }

    @Test(arguments: [("time", "/time"), ("timestamp", "/timestamp")])
    func aPlaceIsNamedAsItWasSent(_ name: String, _ place: String) throws {
        let reception = Reception(
            receivedAt: .now, isHistorical: false,
            keptDays: UTCTime.now.day.advanced(by: -5)..<UTCTime.now.day.advanced(by: 5))
        let text = "{\"event\":\"e\",\"user\":\"u\",\"\(name)\":\"2019-01-01\"}"
        let message = try #require(try read(text).items.first).reading.get()
        #expect(#expect(throws: Refusal.self) { try reception.entry(for: message, position: 0) }?.place == place)
        let nobody = try #require(try read(#"{"event":"e"}"#).items.first)
        #expect(#expect(throws: Refusal.self) { try nobody.reading.get() }?.reason.contains("give group, user") == true)
    }

    @Test func answersEachByItsIndex() {
        let verdicts = [
            Verdict(status: .accepted), Verdict(status: .quarantined, reason: "/event: is missing"),
        ]
        let answer = PlainEvents().answer(verdicts, to: Submission())
        let expected =
            #"{"results":[{"index":0,"status":"accepted"},"#
            + #"{"index":1,"status":"quarantined","reason":"/event: is missing"}]}"#
        #expect(answer.map { String(decoding: $0.written, as: UTF8.self) } == expected)
    }

    @Test(arguments: ["7", "null", "\"x\"", "[", ""]) func refuses(_ text: String) {
        #expect(throws: UnreadableBody.self) { try read(text) }
    }
}
