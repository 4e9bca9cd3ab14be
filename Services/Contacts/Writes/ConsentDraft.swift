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

    /// From a JSON list of `{channel, topic, granted, at}`, or from
    /// `mail:marketing=granted;mail:service=refused@2026-05-31T12:00:00Z`.
    static func read(_ fields: Fields) throws -> [ConsentDraft] {
        let consents = try each(fields)
        var said: [String: Bool] = [:]
        for consent in consents {
            let about = "\(consent.channel):\(consent.topic)"
            // Of two times it is a history, not a contradiction.
            let key = "\(about) \(consent.occurredAt?.timeIntervalSince1970 ?? .infinity)"
            guard said.updateValue(consent.granted, forKey: key) ?? consent.granted == consent.granted else {
                throw fields.refusal(
                    "consents", "\(about) is both given and refused: say which holds", code: "bad_consents")
            }
        }
        return consents
    }

    private static func each(_ fields: Fields) throws -> [ConsentDraft] {
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
                granted: item.flag("granted") ?? false, occurredAt: try item.past("at").value)
        }
    }

    private static func written(_ text: String, _ fields: Fields) throws -> ConsentDraft {
        let (said, at) = (text.prefix { $0 != "@" }, text.firstIndex(of: "@").map { text[text.index(after: $0)...] })
        let sides = said.split(separator: "=", omittingEmptySubsequences: false)
        let names = (sides.first ?? "").split(separator: ":", omittingEmptySubsequences: false)
        guard sides.count == 2, names.count == 2, names.allSatisfy({ Address.isName($0) }),
            sides[1] == "granted" || sides[1] == "refused"
        else {
            throw fields.refusal(
                "consents",
                "expected CHANNEL:TOPIC=granted or =refused, such as mail:marketing=granted, found “\(text)”")
        }
        return ConsentDraft(
            channel: String(names[0]), topic: String(names[1]), granted: sides[1] == "granted",
            occurredAt: try at.map { try Self.time(String($0), fields) })
    }

    private static func time(_ text: String, _ fields: Fields) throws -> Date {
        guard let time = try Fields(["consents": .text(text)]).past("consents").value else {
            throw fields.refusal("consents", "expected a time behind the @, such as 2026-05-31T12:00:00Z")
        }
        return time
    }
}
