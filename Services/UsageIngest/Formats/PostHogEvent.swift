/// One event in PostHog's words, of either version of its protocol.
///
/// | event | becomes |
/// |---|---|
/// | `$identify`, `$set` | identify, with `$set` over `$set_once` as traits; `$anon_distinct_id` is the same person |
/// | `$groupidentify` | group, with `$group_set` as traits, where the type is that of accounts (`PostHogGroups`) |
/// | `$create_alias` | alias: `distinct_id` was what `alias` is now |
/// | `$merge_dangerously` | alias, the other way round |
/// | anything else | an event of that name, for the account in `$groups`, else for the person |
///
/// A person is anonymous where the event says so: `$process_person_profile` or `$is_identified` false, or the device's own
/// id as `distinct_id`.
enum PostHogEvent {
    /// - Parameter unnamed: what an event without a name is.
    static func message(
        _ members: Members, _ around: PostHogEnvelope, unnamed: String? = nil
    ) throws(Refusal) -> Message {
        let properties = Members(try members.object("properties") ?? JSONObject(), place: "/properties")
        let options = Members(try members.object("options") ?? JSONObject(), place: "/options")
        let written = try members.text("event")
        guard let name = written ?? unnamed else { throw Refusal(place: "/event", reason: "is missing") }
        let (above, below) = (try members.key("distinct_id", "$distinct_id"), try properties.key("distinct_id"))
        let person = above ?? below
        var message = Message(call: .identify)
        message.id = try id(members, properties)
        message.time = try members.time("timestamp")
        message.age = message.time == nil ? try age(members) : nil
        let isSkewed = !properties.says("$ignore_sent_at", true) && !options.says("disable_skew_correction", true)
        message.sentAt = isSkewed ? around.sentAt : nil
        switch name {
        case "$identify", "$set":
            let isAnonymous = name == "$set" && isAnonymous(person, properties, options)
            message.user = isAnonymous ? nil : person
            let before = try properties.key("$anon_distinct_id")
            message.anonymous = isAnonymous ? person : before == person ? nil : before
            message.content = try traits(members, properties)
        case "$groupidentify": try group(properties, person, &message)
        case "$create_alias": try alias(of: person, properties, &message)
        case "$merge_dangerously":
            guard let other = try properties.key("alias") else {
                throw Refusal(place: "/properties/alias", reason: "is missing")
            }
            message.user = person
            message.call = .alias(previous: other)
        default:
            message.call = .event(name: name)
            message.group = try PostHogGroups.account(in: properties)
            if isAnonymous(person, properties, options) { message.anonymous = person } else { message.user = person }
            message.content = content(members, properties)
        }
        return message
    }

    private static func isAnonymous(_ person: String?, _ properties: Members, _ options: Members) -> Bool {
        if properties.says("$process_person_profile", false) || options.says("process_person_profile", false) {
            return true
        }
        if properties.says("$is_identified", false) { return true }
        guard !properties.says("$is_identified", true), let person else { return false }
        return properties.object["$device_id"] == .string(person)
    }

    /// The sender's id; its oldest libraries had it among the properties.
    private static func id(_ members: Members, _ properties: Members) throws(Refusal) -> String? {
        if let id = try members.text("uuid") { return id }
        return try properties.text("$insert_id")
    }

    /// `offset`: the milliseconds from the event to the sending of it [µs].
    private static func age(_ members: Members) throws(Refusal) -> Int64? {
        guard case .number(let literal) = members.object["offset"] else { return nil }
        guard let milliseconds = Double(literal), (0...1e13).contains(milliseconds) else {
            throw members.refusal("offset", "expected the milliseconds since the event")
        }
        return Int64(milliseconds * 1_000)
    }

    /// What is said of a person for good counts less than what is said anew.
    private static func traits(_ members: Members, _ properties: Members) throws(Refusal) -> JSONValue {
        var traits: [JSONObject.Member] = []
        for name in ["$set_once", "$set"] {
            for place in [properties, members] { traits += try place.object(name)?.members ?? [] }
        }
        return .object(JSONObject(traits))
    }

    /// A group's traits. Its person counts only where a device sent it: libraries for servers draw a random one.
    private static func group(_ properties: Members, _ person: String?, _ message: inout Message) throws(Refusal) {
        guard let type = try properties.text("$group_type") else {
            throw Refusal(place: "/properties/$group_type", reason: "is missing")
        }
        guard try PostHogGroups.isAccount(type, in: properties) else {
            let known = PostHogGroups.accountTypes.joined(separator: ", ")
            throw Refusal(place: "/properties/$group_type", reason: "is no type of accounts: none of \(known)")
        }
        message.call = .group
        message.group = try properties.key("$group_key")
        let isOfDevice = ["$device_id", "$anon_distinct_id"].contains { properties.object[$0] != nil }
        if isOfDevice, !isAnonymous(person, properties, Members(JSONObject())) { message.user = person }
        message.content = .object(try properties.object("$group_set") ?? JSONObject())
    }

    private static func alias(of person: String?, _ properties: Members, _ message: inout Message) throws(Refusal) {
        guard let user = try properties.key("alias") else {
            throw Refusal(place: "/properties/alias", reason: "is missing")
        }
        let named = try properties.key("distinct_id")
        guard let previous = named ?? person else { throw Refusal(place: "/distinct_id", reason: "is missing") }
        message.user = user
        message.call = .alias(previous: previous)
    }

    /// The properties without the key that browsers put there, and with the session that version 1 keeps beside them.
    private static func content(_ members: Members, _ properties: Members) -> JSONValue {
        var kept = properties.object.members.filter { member in
            if case .string = member.value { member.name != "token" } else { true }
        }
        for (name, value) in [
            ("$session_id", members.object["session_id"]), ("$window_id", members.object["window_id"]),
        ] {
            if let value, value != .null, properties.object[name] == nil {
                kept.append(.init(name: name, value: value))
            }
        }
        return .object(JSONObject(kept))
    }
}

extension Members {
    /// Whether the member is exactly this.
    fileprivate func says(_ name: String, _ flag: Bool) -> Bool { object[name] == .bool(flag) }
}
