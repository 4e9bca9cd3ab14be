/// The Segment HTTP tracking API, as its clients really speak it, rudder's and browsers' among them: their bodies are JSON
/// under any content type, their key may stand in the query, and analytics.js calls by the first letter. `/v1/import` is
/// declared history.
struct SegmentTracking: IngestFormat {
    let name = "segment"
    let queryKeys = ["writeKey"]
    private static let batches = ["/v1/batch", "/v1/b", "/beacon/v1/batch", "/v1/import"]
    private static let calls = ["track", "identify", "group", "page", "screen", "alias", "merge"]
    private static let letters = ["t", "i", "g", "p", "s", "a"]
    var paths: [String] { Self.batches + (Self.calls + Self.letters).map { "/v1/" + $0 } }

    func read(_ body: IngestBody) throws(UnreadableBody) -> Submission {
        let batch = try BatchBody(body.bytes)
        var submission = Submission(isHistorical: body.path == "/v1/import")
        if body.isMessage {
            let around =
                body.envelope.flatMap { try? JSONParser.parse($0) }.flatMap { Envelope($0.value) } ?? Envelope()
            let call = type(of: body.path)
            submission.items = [batch.item { members throws(Refusal) in try message(members, call, around) }]
            return submission
        }
        guard case .object(let object) = batch.document.value else {
            throw UnreadableBody(place: "", reason: "The body is no JSON object.")
        }
        if case .string(let key) = object["writeKey"] { submission.key = key }
        if Self.batches.contains(body.path) {
            guard case .array(let elements) = object["batch"] else {
                throw UnreadableBody(place: "/batch", reason: "The body has no array named batch.")
            }
            let envelope = Envelope(object)
            submission.envelope = envelope.written
            submission.items = try batch.items(elements, at: ["batch"]) { members throws(Refusal) in
                try message(members, nil, envelope)
            }
        } else {
            let call = type(of: body.path)
            submission.items = [batch.item { members throws(Refusal) in try message(members, call, Envelope()) }]
        }
        return submission
    }

    func answer(_ verdicts: [Verdict], to submission: Submission) -> JSONValue? {
        .object(JSONObject([.init(name: "success", value: .bool(true))]))
    }

    /// The call that a path of its own stands for.
    private func type(of path: String) -> String? {
        zip(Self.calls + Self.calls, Self.calls + Self.letters).first { path == "/v1/" + $1 }?.0
    }

    private func message(_ members: Members, _ call: String?, _ envelope: Envelope) throws(Refusal) -> Message {
        let context = Members(try members.object("context") ?? JSONObject(), place: "/context")
        let written = try members.text("type")
        guard let type = call ?? written else { throw Refusal(place: "/type", reason: "is missing") }
        var message = Message(call: .identify)
        message.id = try members.text("messageId")
        message.user = try members.key("userId")
        message.anonymous = try members.key("anonymousId")
        message.time = try members.time("originalTimestamp", "timestamp")
        message.timePlace = members.place(of: "originalTimestamp", "timestamp")
        message.sentAt = try members.time("sentAt") ?? envelope.sentAt
        let (named, around) = (try members.key("groupId"), try context.key("groupId"))
        message.group = type == "group" ? named : around ?? envelope.group ?? named
        switch type {
        case "track":
            message.call = .event(name: try members.text("event") ?? "")
            message.content = try properties(members)
        case "page", "screen":
            message.call = .event(name: "$" + type)
            message.content = try page(members)
        case "identify":
            message.content = try traits(members, context)
        case "group":
            message.call = .group
            message.content = try traits(members, context)
        case "alias":
            guard let previous = try members.key("previousId") else {
                throw Refusal(place: "/previousId", reason: "is missing")
            }
            message.call = .alias(previous: previous)
        case "merge": try Self.merge(members, &message)
        default:
            throw Refusal(place: "/type", reason: "is none of \(Self.calls.joined(separator: ", "))")
        }
        return message
    }

    /// Rudder's merge: two names of one person. Which of them stays is said only where one is a user's and the other one
    /// anonymous.
    private static func merge(_ members: Members, _ message: inout Message) throws(Refusal) {
        let pair = members.object["mergeProperties"]
        guard case .array(let elements) = pair, elements.count == 2 else {
            throw members.refusal("mergeProperties", "expected two of them")
        }
        var keys: [String: String] = [:]
        for (index, element) in elements.enumerated() {
            guard case .object(let object) = element else { continue }
            let one = Members(object, place: "/mergeProperties/\(index)")
            if let type = try one.text("type"), let key = try one.key("value") { keys[type] = key }
        }
        guard let user = keys["userId"] ?? keys["user_id"], let former = keys["anonymousId"] ?? keys["anonymous_id"]
        else {
            throw members.refusal(
                "mergeProperties", "expected a userId and an anonymousId: send an alias call for others")
        }
        message.user = user
        message.call = .alias(previous: former)
    }

    private func properties(_ members: Members) throws(Refusal) -> JSONValue {
        .object(try members.object("properties") ?? JSONObject())
    }

    /// A page's or screen's name and category stand beside its properties.
    private func page(_ members: Members) throws(Refusal) -> JSONValue {
        var object = try members.object("properties") ?? JSONObject()
        for name in ["name", "category"] {
            if let text = try members.text(name), object[name] == nil {
                object.members.append(JSONObject.Member(name: name, value: .string(text)))
            }
        }
        return .object(object)
    }

    /// Some clients write an identify's traits into its context.
    private func traits(_ members: Members, _ context: Members) throws(Refusal) -> JSONValue {
        let (traits, around) = (try members.object("traits"), try context.object("traits"))
        return .object(traits ?? around ?? JSONObject())
    }
}

/// What a batch says of all its messages. What can't be read there is left out: it is no fault of a message.
private struct Envelope {
    var sentAt: UTCTime?
    var group: String?
    private var object = JSONObject()

    init() {}

    init?(_ value: JSONValue) {
        guard case .object(let object) = value else { return nil }
        self.init(object)
    }

    init(_ object: JSONObject) {
        let members = Members(object)
        sentAt = try? members.time("sentAt")
        if let context = try? members.object("context") { group = try? Members(context).key("groupId") }
        self.object = object
    }

    /// Without the messages and the key.
    var written: [UInt8] {
        let kept = object.members.filter { ["sentAt", "context"].contains($0.name) }
        return JSONValue.object(JSONObject(kept)).written
    }
}
