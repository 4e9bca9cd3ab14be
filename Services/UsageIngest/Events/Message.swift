import Model

/// One message as a format understood it, before any decision: who, what and when in the sender's words.
struct Message: Sendable, Equatable {
    enum Call: Sendable, Equatable {
        /// Something done in the product.
        case event(name: String)
        /// Traits of a user.
        case identify
        /// A user belongs to a group; traits of the group.
        case group
        /// A former or anonymous id and a user are one.
        case alias(previous: String)
    }

    var call: Call
    /// The sender's id for it.
    var id: String?
    var group: String?
    var user: String?
    var anonymous: String?
    /// When it happened, by the sender's clock.
    var time: UTCTime?
    /// How long before its sending it happened, where the sender says that and no time [µs].
    var age: Int64?
    /// When it was sent, by the same clock.
    var sentAt: UTCTime?
    /// Properties of an event, traits of a call.
    var content: JSONValue = .object(JSONObject())
    var namesNobody: Bool { group == nil && user == nil && anonymous == nil }
    /// Where its time stands, as a JSON pointer.
    var timePlace = "/timestamp"
    /// What was mended in reading it: place and words.
    var repairs: [String] = []
}

/// Why a message can't be taken, and at which place of it (a JSON pointer).
struct Refusal: Error, Equatable, Sendable {
    let place: String
    let reason: String
}

/// Whom an event is about, as its sender named it.
struct SubjectKey: Hashable, Sendable {
    enum Kind: String, Sendable {
        case group, user, anonymous
        /// The id that an alias call gives up: the anonymous subject of that key, or the user where only that is known.
        case former
    }

    let kind: Kind
    let key: String

    /// The longest key, in characters as PostgreSQL counts them.
    static let longest = 200
}

extension SubjectKey {
    init(kind: Kind, normalizing key: String) throws(Refusal) {
        self.init(kind: kind, key: key.normalized)
        // A few letters are longer composed than as they came.
        guard self.key.isWithin(Self.longest) else {
            throw Refusal(place: "", reason: "a key is longer than \(Self.longest) characters")
        }
    }
}
