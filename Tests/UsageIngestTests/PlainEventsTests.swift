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
