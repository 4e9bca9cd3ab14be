import Foundation

/// One consent given or withdrawn: by which channel, and what about.
struct ConsentDraft: Sendable, Equatable {
    let channel: String
    let topic: String
    let granted: Bool
    /// Since when; nil is now.
    var occurredAt: Date?

    /// From a JSON list of `{channel, topic, granted, at}`, or from `mail:marketing=granted;mail:service=refused`.
    static func read(_ fields: Fields) throws -> [ConsentDraft] {
        switch fields.raw("consents") {
        case nil, .null?: return []
        case .text?: return try (fields.list("consents", atMost: 100) ?? []).map { try written($0, fields) }
        default:
            return try (fields.objects("consents", atMost: Fields.longestList) ?? []).map { item in
                try item.allow(only: ["channel", "topic", "granted", "at"])
                guard let granted = try item.flag("granted") else {
                    throw item.refusal("granted", "is missing: expected true or false")
                }
                let topic = try item.needed("topic", atMost: 31)
                guard Address.isName(topic) else {
                    throw item.refusal("topic", "expected a name in small letters, such as marketing")
                }
                return ConsentDraft(
                    channel: try Address.channel(item), topic: topic, granted: granted,
                    occurredAt: try item.time("at").value)
            }
        }
    }

    private static func written(_ text: String, _ fields: Fields) throws -> ConsentDraft {
        let sides = text.split(separator: "=", omittingEmptySubsequences: false)
        let names = (sides.first ?? "").split(separator: ":", omittingEmptySubsequences: false)
        guard sides.count == 2, names.count == 2, names.allSatisfy({ Address.isName($0) }),
            sides[1] == "granted" || sides[1] == "refused"
        else {
            throw fields.refusal(
                "consents",
                "expected CHANNEL:TOPIC=granted or =refused, such as mail:marketing=granted, found “\(text)”")
        }
        return ConsentDraft(channel: String(names[0]), topic: String(names[1]), granted: sides[1] == "granted")
    }
}
