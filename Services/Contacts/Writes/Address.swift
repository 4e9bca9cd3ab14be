/// Where a contact can be reached: a channel and a value in the channel's own form.
enum Address {
    /// By channel, from `email`, `phone` and a list `addresses` of `{channel, value}`. A field that is null empties its
    /// channel; one that is not there says nothing.
    static func read(_ fields: Fields) throws -> [String: [String]] {
        var addresses: [String: [String]] = [:]
        for (field, channel) in [("email", "mail"), ("phone", "phone")] {
            switch try fields.text(field, atMost: 1_000) {
            case .nothing: break
            case .cleared: addresses[channel] = []
            case .value(let text): addresses[channel] = [try checked(text, channel, fields, field)]
            }
        }
        for item in try fields.objects("addresses", atMost: Fields.longestList) ?? [] {
            try item.allow(only: ["channel", "value"])
            let channel = try self.channel(item)
            let value = try checked(try item.needed("value", atMost: 1_000), channel, item, "value")
            addresses[channel, default: []].append(value)
        }
        return addresses
    }

    /// A channel's name: `mail`, `phone`, `telegram` …
    static func channel(_ fields: Fields) throws -> String {
        let channel = try fields.needed("channel", atMost: 31)
        guard isName(channel) else {
            throw fields.refusal("channel", "expected a name in small letters, such as mail or phone")
        }
        return channel
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
            guard isMail(text) else { throw fields.refusal(field, "expected a mail address such as anna@example.com") }
            return text
        case "phone":
            guard let phone = phone(text) else {
                throw fields.refusal(field, "expected a phone number with its country, such as +380441234567")
            }
            return phone
        default: return text
        }
    }

    static func isMail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 320, !parts[0].isEmpty, parts[1].contains(".") else { return false }
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
}
