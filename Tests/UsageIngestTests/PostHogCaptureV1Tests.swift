import Testing

@testable import UsageIngest

@Suite struct PostHogCaptureV1Tests {
    private func read(_ text: String, envelope: [UInt8]? = nil) throws -> Submission {
        try PostHogCaptureV1().read(
            IngestBody(
                path: "/i/v1/analytics/events", bytes: Array(text.utf8), isMessage: envelope != nil, envelope: envelope)
        )
    }

    private static let recorded = """
        {"created_at":"2026-11-23T18:46:25.227764+00:00","batch":[
        {"event":"order done","uuid":"1647","distinct_id":"u1","timestamp":"2026-11-23T18:46:24+00:00","options":{},
        "properties":{"$groups":{"company":"org_9"},"n":1},"session_id":"s1"},
        {"event":"e","uuid":"1648","distinct_id":"u2","options":{"disable_skew_correction":true,"process_person_profile":false},
        "properties":{}}]}
        """

    @Test func readsWhatTheClientSends() throws {
        let submission = try read(Self.recorded)
        #expect(submission.key == nil && !submission.isHistorical && submission.items.map(\.id) == ["1647", "1648"])
        let first = try submission.items[0].reading.get()
        #expect(
            first.call == .event(name: "order done") && first.group == "org_9" && first.user == "u1"
                && first.id == "1647")
        #expect(first.sentAt == UTCTime("2026-11-23T18:46:25.227764Z"))
        #expect(String(decoding: first.content.written, as: UTF8.self).hasSuffix(#""$session_id":"s1"}"#))
        let second = try submission.items[1].reading.get()
        #expect(second.sentAt == nil && second.user == nil && second.anonymous == "u2")
        #expect(try read(#"{"batch":[],"historical_migration":true}"#).isHistorical)
    }

    @Test func eachGetsItsResult() throws {
        let submission = try read(#"{"batch":[{"uuid":"a"},{"uuid":"b"},{"uuid":"c"},{"uuid":"d"},{"event":"e"},7]}"#)
        let verdicts = [
            Verdict(status: .accepted), Verdict(status: .duplicate), Verdict(status: .repaired, reason: "mended"),
            Verdict(status: .quarantined, reason: "bad"), Verdict(status: .accepted), Verdict(status: .quarantined),
        ]
        let answer = try #require(PostHogCaptureV1().answer(verdicts, to: submission))
        let expected =
            #"{"results":{"a":{"result":"ok"},"b":{"result":"ok"},"c":{"result":"warning","details":"mended"},"#
            + #""d":{"result":"drop","details":"bad"}}}"#
        #expect(String(decoding: answer.written, as: UTF8.self) == expected)
    }

    @Test(arguments: ["[]", "{}", "7", "", #"{"batch":{}}"#]) func aBodyWithoutABatchIsUnreadable(_ text: String) {
        #expect(throws: UnreadableBody.self) { try read(text) }
    }

    @Test func aReplayedEventHasItsEnvelope() throws {
        let submission = try read(Self.recorded)
        let again = try read(String(decoding: submission.items[0].source, as: UTF8.self), envelope: submission.envelope)
        #expect(try again.items.first?.reading.get() == submission.items[0].reading.get())
    }
}
