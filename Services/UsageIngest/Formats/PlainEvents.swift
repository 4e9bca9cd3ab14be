/// `POST /v1/events`: an event, or an array of them, in words of our own, with a verdict for each in the answer.
///
///     {"event": "report exported", "group": "acme", "user": "u1", "time": "2026-11-23T18:41:05Z",
///      "id": "any text that is yours", "properties": {"rows": 12}}
///
/// `event` and one of `group`, `user` and `anonymous` are needed; Segment's names for them are understood too. `sent_at`
/// is when it was sent by the sender's clock, for one that is wrong.
struct PlainEvents: IngestFormat {
    let name = "plain"
    let paths = ["/v1/events"]

    func read(_ body: IngestBody) throws(UnreadableBody) -> Submission {
        let batch = try BatchBody(body.bytes)
        if body.isMessage { return Submission(items: [batch.item(Self.message)]) }
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
        try members.agree("id", "messageId", "message_id")
        try members.agree("group", "groupId", "group_id")
        try members.agree("user", "userId", "user_id")
        try members.agree("anonymous", "anonymousId", "anonymous_id")
        try members.agree("time", "timestamp", "originalTimestamp")
        message.id = try members.text("id", "messageId", "message_id")
        let context = Members(try members.object("context") ?? JSONObject(), place: "/context")
        let (named, around) = (try members.key("group", "groupId", "group_id"), try context.key("groupId"))
        message.group = named ?? around
        message.user = try members.key("user", "userId", "user_id")
        message.anonymous = try members.key("anonymous", "anonymousId", "anonymous_id")
        message.time = try members.time("time", "timestamp", "originalTimestamp")
        message.timePlace = members.place(of: "time", "timestamp", "originalTimestamp")
        message.sentAt = try members.time("sentAt", "sent_at")
        if message.namesNobody { throw Refusal(place: "", reason: "names nobody: give group, user or anonymous") }
        message.content = .object(try properties(members, &message.repairs))
        return message
    }

    /// What the event is made of, and what Segment's clients put beside it, which is left out but for the account.
    private static let names: Set<String> = [
        "event", "id", "messageId", "message_id", "group", "groupId", "group_id", "user", "userId", "user_id",
        "anonymous",
        "anonymousId", "anonymous_id", "time", "timestamp", "originalTimestamp", "sentAt", "sent_at", "properties",
        "writeKey", "context", "integrations", "receivedAt", "_metadata",
    ]

    /// A member that nobody knows is a property that was put in the wrong place: it is kept as one, and that is told.
    private static func properties(_ members: Members, _ repairs: inout [String]) throws(Refusal) -> JSONObject {
        let given = try members.object("properties") ?? JSONObject()
        var properties = given
        for member in members.object.members where !names.contains(member.name) {
            if member.name == "type", member.value == .string("track") { continue }
            let place = JSONPointer.text([.name(member.name)])
            guard given[member.name] == nil else {
                throw Refusal(place: place, reason: "is no member of an event, and properties has one of that name")
            }
            properties.members.append(member)
            if repairs.count == mostRepairs { repairs.append("and more members like it") }
            if repairs.count < mostRepairs { repairs.append("\(place): is no member of an event, became a property") }
        }
        return properties
    }

    private static let mostRepairs = 20
}
