import Foundation

/// One consent given or withdrawn: by which channel, and what about.
struct ConsentDraft: Sendable, Equatable {
    let channel: String
    let topic: String
    let granted: Bool
    /// Since when; nil is now.
    var occurredAt: Date?

    static let shape = Shape.named(
        "Consent",
        .object([
            .needed("channel", .form(.name), "mail, phone and so on"),
            .needed("topic", .form(.name), "what about, such as marketing"),
            .needed("granted", .flag, "true where given, false where withdrawn"),
            .optional("at", .form(.time), "since when; now unless said otherwise"),
        ]))

    /// From a JSON list of `{channel, topic, granted, at}`, or from `mail:marketing=granted;mail:service=refused`.
    static func read(_ fields: Fields) throws -> [ConsentDraft] {
        if case .text(let text)? = fields.raw("consents") {
            let items = text.split(separator: ";").map { String($0).trimmingBlanks() }.filter { !$0.isEmpty }
            guard items.count <= Fields.longestList else {
                throw fields.refusal("consents", "expected at most \(Fields.longestList) of them, found \(items.count)")
            }
            return try items.map { try written($0, fields) }
        }
        return try (fields.objects("consents") ?? []).map { item in
            ConsentDraft(
                channel: try item.needed("channel"), topic: try item.needed("topic"),
                granted: item.flag("granted") ?? false, occurredAt: try item.time("at").value)
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
