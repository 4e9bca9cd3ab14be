import Chassis
import Model

/// Where a contact can be reached: a channel and a value in the channel's own form.
enum Address {
    /// One address as a body has it; what the value may be depends on the channel.
    static let shape = Shape.named(
        "Address",
        .object(
            [
                .needed("channel", .form(.name), "mail, phone, telegram and so on"),
                .needed("value", .form(.address), "the address itself, in the channel's own form"),
            ],
            rules: [
                Rule(alternatives: [
                    valued("mail", .mail), valued("phone", .phone),
                    ["properties": ["channel": ["not": ["enum": ["mail", "phone"]]]]],
                ])
            ]))

    /// The channel as the value's form has it.
    private static func valued(_ channel: String, _ form: TextForm) -> JSON {
        ["properties": ["channel": ["const": .string(channel)], "value": form.reference]]
    }

    /// By channel, from `email`, `phone` and a list `addresses` of `{channel, value}`, or `CHANNEL:VALUE;…` as a cell
    /// has it. A field that is null empties its channel; one that is not there says nothing.
    static func read(_ fields: Fields) throws -> [String: [String]] {
        var addresses: [String: [String]] = [:]
        for (field, channel) in [("email", "mail"), ("phone", "phone")] {
            switch fields.text(field) {
            case .nothing: break
            case .cleared: addresses[channel] = []
            case .value(let text): addresses[channel] = [try checked(text, channel, fields, field)]
            }
        }
        if case .text(let cell)? = fields.raw("addresses") {
            for (channel, text) in try written(cell, fields) {
                addresses[channel, default: []].append(try checked(text, channel, fields, "addresses"))
            }
            return addresses
        }
        for item in fields.objects("addresses") ?? [] {
            let channel = try item.needed("channel")
            let value = try checked(try item.needed("value"), channel, item, "value").normalized
            addresses[channel, default: []].append(value)
        }
        return addresses
    }

    private static func written(_ cell: String, _ fields: Fields) throws -> [(channel: String, text: String)] {
        let items = cell.split(separator: ";").map { String($0).trimmingBlanks() }.filter { !$0.isEmpty }
        guard items.count <= Fields.longestList else {
            throw fields.refusal("addresses", "expected at most \(Fields.longestList) of them, found \(items.count)")
        }
        return try items.map { text in
            let sides = text.split(separator: ":", maxSplits: 1)
            let value = sides.count == 2 ? String(sides[1]).trimmingBlanks() : ""
            guard sides.count == 2, isName(sides[0]), TextForm.address.isRight(value),
                value.unicodeScalars.count <= TextForm.address.most
            else {
                throw fields.refusal(
                    "addresses", "expected CHANNEL:VALUE, such as telegram:anna, found “\(text.prefix(40))”")
            }
            return (String(sides[0]), value)
        }
    }

    static func isName(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, (97...122).contains(first), bytes.count <= 31 else { return false }
        return bytes.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "_") }
    }

    private static func checked(
        _ text: String, _ channel: String, _ fields: Fields, _ field: String
    ) throws -> String {
        switch channel {
        case "mail":
            guard isMail(text) else { throw fields.refusal(field, "expected \(TextForm.mail.expected)") }
            return text
        case "phone":
            guard text.unicodeScalars.count <= TextForm.phone.most, let phone = phone(text) else {
                throw fields.refusal(field, "expected \(TextForm.phone.expected)")
            }
            return phone
        default: return text
        }
    }

    static func isMail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, text.unicodeScalars.count <= TextForm.mail.most, !parts[0].isEmpty,
            parts[1].contains(".")
        else { return false }
        let isHarmful = text.unicodeScalars.contains {
            $0.properties.isWhitespace || "<>,;\"\\".unicodeScalars.contains($0)
        }
        return !isHarmful && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".") && !parts[1].contains("..")
    }

    /// E.164: a plus and 7 to 15 digits, without what people write between them.
    static func phone(_ text: String) -> String? {
        let bare = text.filter { !" -().\u{A0}".contains($0) }
        let digits = bare.dropFirst()
        guard bare.first == "+", (7...15).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return bare
    }

    /// The same of a number whose plus may be missing.
    static func askedPhone(_ text: String) -> String? { phone(text) ?? phone("+" + text) }
}
