/// `POST /v1/events`: an event, or an array of them, in words of our own, with a verdict for each in the answer.
///
///     {"event": "report exported", "group": "acme", "user": "u1", "time": "2026-11-23T18:41:05Z",
///      "id": "any text that is yours", "properties": {"rows": 12}}
///
/// `event` and one of `group`, `user` and `anonymous` are needed; Segment's names for them are understood too.
struct PlainEvents: IngestFormat {
    let name = "plain"
    let paths = ["/v1/events"]

    func read(_ body: IngestBody) throws(UnreadableBody) -> Submission {
        let batch = try BatchBody(body.bytes)
        var submission = Submission()
        switch batch.document.value {
        case .array(let elements):
            submission.items = try batch.items(elements, at: [], Self.message)
        case .object(let object):
            if case .string(let key) = object["writeKey"] { submission.key = key }
            submission.items = [batch.item(Self.message)]
        default:
            throw UnreadableBody(place: "", reason: "The body is neither a JSON object nor an array of them.")
        }
        return submission
    }

    func answer(_ verdicts: [Verdict], to submission: Submission) -> JSONValue? { Verdict.list(verdicts) }

    static func message(_ members: Members) throws(Refusal) -> Message {
        guard let name = try members.text("event") else { throw Refusal(place: "/event", reason: "is missing") }
        var message = Message(call: .event(name: name))
        message.id = try members.text("id", "messageId", "message_id")
        message.group = try members.key("group", "groupId", "group_id")
        message.user = try members.key("user", "userId", "user_id")
        message.anonymous = try members.key("anonymous", "anonymousId", "anonymous_id")
        message.time = try members.time("time", "timestamp", "originalTimestamp")
        message.sentAt = try members.time("sentAt", "sent_at")
        message.content = .object(try members.object("properties") ?? JSONObject())
        return message
    }
}
