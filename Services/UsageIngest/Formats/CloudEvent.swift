import Foundation

/// One CloudEvent in its JSON form.
///
/// - `type` is the event's name, `time` its time, `data` its properties; data that is no JSON object becomes the property
///   `data`, and bytes that are no JSON the property `data_base64`.
/// - `source` and `id` together are the message id, `SOURCE ID`.
/// - `subject` is the account. Who did it is the extension `userid`, or `userId` or `user` in the data. Without a subject
///   the account is the extension `groupid`, or `groupId` or `group` in the data; without any, the user counts alone.
enum CloudEvent {
    static func message(_ members: Members) throws(Refusal) -> Message {
        guard let version = try members.text("specversion") else { throw members.refusal("specversion", "is missing") }
        guard version == "1.0" else { throw members.refusal("specversion", "is not 1.0") }
        guard let type = try members.text("type") else { throw members.refusal("type", "is missing") }
        var message = Message(call: .event(name: type))
        message.id = try id(members)
        message.time = try members.time("time")
        message.timePlace = members.place(of: "time")
        let data = try data(members)
        let inner = Members(data, place: "/data")
        message.group = try members.key("subject", "groupid")
        if message.group == nil { message.group = try key(inner, "groupId", "group_id", "group") }
        message.user = try members.key("userid")
        if message.user == nil { message.user = try key(inner, "userId", "user_id", "user") }
        message.anonymous = try key(inner, "anonymousId", "anonymous_id")
        message.content = .object(data)
        if message.namesNobody { throw Refusal(place: "", reason: "names nobody: give subject, or userid") }
        return message
    }

    /// Two sources may give the same id. A source has no blank, so the two can't be mistaken.
    private static func id(_ members: Members) throws(Refusal) -> String {
        guard let id = try members.text("id") else { throw members.refusal("id", "is missing") }
        guard let source = try members.text("source") else { throw members.refusal("source", "is missing") }
        guard !source.unicodeScalars.contains(where: \.properties.isWhitespace) else {
            throw members.refusal("source", "expected a URI reference, which has no blank")
        }
        return "\(source) \(id)"
    }

    private static func data(_ members: Members) throws(Refusal) -> JSONObject {
        let data = members.object["data"]
        switch data {
        case .object(let object): return object
        case nil, .null: break
        case let other?: return JSONObject([.init(name: "data", value: other)])
        }
        guard let text = try members.text("data_base64") else { return JSONObject() }
        guard let bytes = Data(base64Encoded: text) else {
            throw members.refusal("data_base64", "is no base64")
        }
        let type = MediaType(try members.text("datacontenttype"))
        guard type?.isJSON == true else { return JSONObject([.init(name: "data_base64", value: .string(text))]) }
        guard let value = try? JSONParser.parse(Array(bytes)).value else {
            throw members.refusal("data_base64", "is no JSON, which datacontenttype says it is")
        }
        if case .object(let object) = value { return object }
        return JSONObject([.init(name: "data", value: value)])
    }

    /// A key among data that the sender made up: an object is asked for its `id`, and what is no key is none.
    private static func key(_ data: Members, _ names: String...) throws(Refusal) -> String? {
        for name in names {
            switch data.object[name] {
            case .string, .number: if let key = try data.key(name) { return key }
            case .object(let object):
                switch object["id"] {
                case .string, .number: return try Members(object, place: "/data/\(name)").key("id")
                default: continue
                }
            default: continue
            }
        }
        return nil
    }
}
