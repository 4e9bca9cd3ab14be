import Testing

@testable import UsageIngest

@Suite struct SegmentTrackingTests {
    private func read(_ path: String, _ text: String) throws -> Submission {
        try SegmentTracking().read(IngestBody(path: path, bytes: Array(text.utf8)))
    }

    private func only(_ path: String, _ text: String) throws -> Message {
        let items = try read(path, text).items
        return try #require(items.first).reading.get()
    }

    @Test func readsWhatTheClientOfSegmentSends() throws {
        let text = """
            {"batch":[{"integrations":{},"anonymousId":null,"properties":{"n":1},
            "timestamp":"2026-11-23T18:41:05.203+00:00","context":{"groupId":"org_9","library":{"name":"analytics-python"}},
            "userId":"u1","type":"track","event":"Order Done","messageId":"7ddfd539"}],
            "sentAt":"2026-11-23T18:41:05.703652+00:00","writeKey":"WK"}
            """
        let submission = try read("/v1/batch", text)
        #expect(submission.key == "WK" && !submission.isHistorical && submission.items.count == 1)
        let message = try #require(submission.items.first).reading.get()
        #expect(message.call == .event(name: "Order Done") && message.id == "7ddfd539")
        #expect(message.group == "org_9" && message.user == "u1" && message.anonymous == nil)
        #expect(message.time == UTCTime("2026-11-23T18:41:05.203Z"))
        #expect(message.sentAt == UTCTime("2026-11-23T18:41:05.703652Z"))
        #expect(message.content.written == Array("{\"n\":1}".utf8))
    }

    @Test func readsWhatTheClientOfRudderSends() throws {
        let message = try only(
            "/v1/batch",
            """
            {"batch":[{"integrations":{"All":true},"context":{"traits":{"plan":"pro"}},"type":"identify","userId":"u1",
            "messageId":"4170","channel":"server"}]}
            """)
        #expect(message.call == .identify && message.content.written == Array("{\"plan\":\"pro\"}".utf8))
    }

    @Test func thePathNamesTheCall() throws {
        #expect(try only("/v1/track", #"{"event":"e","userId":"u","type":"identify"}"#).call == .event(name: "e"))
        #expect(try only("/v1/page", #"{"userId":"u"}"#).call == .event(name: "$page"))
        let screen = try only(
            "/v1/screen", #"{"userId":"u","name":"Home","category":"Main","properties":{"name":"own"}}"#)
        #expect(screen.call == .event(name: "$screen"))
        #expect(screen.content.written == Array(#"{"name":"own","category":"Main"}"#.utf8))
        #expect(try only("/v1/group", #"{"userId":"u","groupId":12,"traits":{"a":1}}"#).group == "12")
        #expect(try only("/v1/alias", #"{"userId":"u","previousId":"p"}"#).call == .alias(previous: "p"))
        #expect(try read("/v1/import", #"{"batch":[]}"#).isHistorical)
    }

    @Test func browsersCallByTheFirstLetter() throws {
        #expect(try only("/v1/t", #"{"event":"e","userId":"u","_metadata":{"bundled":[]}}"#).call == .event(name: "e"))
        #expect(try only("/v1/i", #"{"userId":"u"}"#).call == .identify)
        #expect(try only("/v1/g", #"{"userId":"u","groupId":"g"}"#).call == .group)
        #expect(try only("/v1/p", #"{"anonymousId":"a","userId":null}"#).call == .event(name: "$page"))
        #expect(try only("/v1/s", #"{"anonymousId":"a"}"#).call == .event(name: "$screen"))
        #expect(try only("/v1/a", #"{"userId":"u","previousId":"p"}"#).call == .alias(previous: "p"))
        #expect(
            try only("/beacon/v1/batch", batch([track()])).user == "u1" && only("/v1/b", batch([track()])).user == "u1")
    }

    @Test func aMergeOfRudderIsAnAliasWhereItSaysWhoStays() throws {
        let text = #"{"mergeProperties":[{"type":"anonymousId","value":"a"},{"type":"userId","value":7}]}"#
        let message = try only("/v1/merge", text)
        #expect(message.call == .alias(previous: "a") && message.user == "7")
    }

    @Test func theGroupComesFromTheContextFirst() throws {
        #expect(try only("/v1/track", #"{"event":"e","groupId":"top","context":{"groupId":"c"}}"#).group == "c")
        #expect(try only("/v1/track", #"{"event":"e","groupId":"top"}"#).group == "top")
        let all = #"{"context":{"groupId":"all"},"batch":[{"type":"track","event":"e"}]}"#
        #expect(try only("/v1/batch", all).group == "all")
    }

    /// One message of a batch, and where and why it is refused.
    private static let bad: [(text: String, place: String)] = [
        ("7", ""), ("null", ""), ("[]", ""), ("{}", "/type"), (#"{"type":"merge"}"#, "/mergeProperties"),
        (#"{"type":"other"}"#, "/type"),
        (
            #"{"type":"merge","mergeProperties":[{"type":"email","value":"a"},{"type":"mobile","value":"b"}]}"#,
            "/mergeProperties"
        ),
        (#"{"type":"track","event":{}}"#, "/event"), (#"{"type":"track","userId":true}"#, "/userId"),
        (#"{"type":"track","event":"e","userId":"u","timestamp":"yesterday"}"#, "/timestamp"),
        (#"{"type":"track","event":"e","properties":[1]}"#, "/properties"),
        (#"{"type":"track","context":"x"}"#, "/context"),
        (#"{"type":"track","context":{"groupId":{}}}"#, "/context/groupId"),
        (#"{"type":"alias","userId":"u"}"#, "/previousId"),
        ("{\"type\":\"track\",\"userId\":\"\(String(repeating: "k", count: 201))\"}", "/userId"),
        (
            "{\"type\":\"track\",\"properties\":{\"p\":\(String(repeating: "[", count: 99))\(String(repeating: "]", count: 99))}}",
            "/properties/p" + String(repeating: "/0", count: 96)
        ),
    ]

    @Test(arguments: bad) func aBadMessageCostsNoOther(_ example: (text: String, place: String)) throws {
        let good = track(id: "m1")
        let submission = try read("/v1/batch", batch([good, example.text, good]))
        #expect(submission.items.count == 3)
        #expect(throws: Never.self) { try submission.items[0].reading.get() }
        #expect(throws: Never.self) { try submission.items[2].reading.get() }
        let refusal = #expect(throws: Refusal.self) { try submission.items[1].reading.get() }
        #expect(refusal?.place == example.place)
        if example.text.hasPrefix("{") { #expect(Array(submission.items[1].source) == Array(example.text.utf8)) }
    }

    @Test func aRepairBelongsToItsMessage() throws {
        let submission = try read("/v1/batch", batch([track(), track("e", "\"properties\":{\"n\":NaN}"), track()]))
        #expect(submission.items.map(\.repairs) == [[], ["/properties/n: NaN became null"], []])
    }

    @Test(arguments: ["[]", "7", "{}", #"{"batch":{}}"#, "not json", "", #"{"batch":[}"#])
    func aBodyWithoutABatchIsUnreadable(_ text: String) {
        #expect(throws: UnreadableBody.self) { try read("/v1/batch", text) }
    }

    @Test func tooManyMessagesAreSaidSo() throws {
        let calls = Array(repeating: "{}", count: BatchBody.mostMessages + 1)
        let refusal = #expect(throws: UnreadableBody.self) { try read("/v1/batch", batch(calls)) }
        #expect(refusal?.kind == .tooMany)
        let flood = Array(repeating: "{}", count: 30_000)
        #expect(#expect(throws: UnreadableBody.self) { try read("/v1/batch", batch(flood)) }?.kind == .tooMany)
    }

    @Test func whatStandsAroundComesBackWithAReplay() throws {
        let submission = try read(
            "/v1/batch",
            batch([track(group: nil)], #","writeKey":"WK","sentAt":"2026-11-23T00:00:00Z","context":{"groupId":"g"}"#))
        let envelope = try #require(submission.envelope)
        #expect(!String(decoding: envelope, as: UTF8.self).contains("WK"))
        let item = try #require(submission.items.first)
        let again = try SegmentTracking().read(
            IngestBody(path: "/v1/batch", bytes: Array(item.source), isMessage: true, envelope: envelope))
        #expect(again.items.count == 1)
        #expect(try again.items.first?.reading.get() == item.reading.get())
    }
}
