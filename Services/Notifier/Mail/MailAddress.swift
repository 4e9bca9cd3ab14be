/// A mailbox with an optional name. Whatever could start another header or another recipient is refused.
struct MailAddress: Equatable, Sendable {
    let name: String?
    /// `local@domain`, ASCII.
    let mailbox: String

    /// Reads `local@domain` and nothing else, as it is needed of a recipient. Throws `ChannelRefusal`.
    init(mailbox: String) throws {
        guard MailAddress.isMailbox(mailbox) else {
            throw ChannelRefusal("A mail address is not of the form name@example.com.")
        }
        self.mailbox = mailbox
        name = nil
    }

    /// Reads `local@domain` or `Name <local@domain>`, as a sender is set. Throws `ChannelRefusal`.
    init(sender text: String) throws {
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw ChannelRefusal("A mail address holds a line break or another control character.")
        }
        guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else {
            self = try MailAddress(mailbox: text)
            return
        }
        let mailbox = String(text[text.index(after: open)...].dropLast())
        guard MailAddress.isMailbox(mailbox) else {
            throw ChannelRefusal("A mail address is not of the form Name <name@example.com>.")
        }
        let name = text[..<open].trimming(while: { $0 == " " || $0 == "\"" })
        self = MailAddress(name: name.isEmpty ? nil : String(name), checked: mailbox)
    }

    private init(name: String?, checked mailbox: String) {
        self.name = name
        self.mailbox = mailbox
    }

    /// One `@`, and in both parts only what needs no quotes. Source: RFC 5321, section 4.1.2 (dot-string), without
    /// quoted strings and address literals.
    private static func isMailbox(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), (1...255).contains(parts[1].utf8.count) else {
            return false
        }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return isDotted(parts[0], also: "!#$%&'*+-/=?^_`{|}~") && isDotted(parts[1], also: "-")
            && labels.allSatisfy { $0.utf8.count <= 63 && !$0.hasPrefix("-") && !$0.hasSuffix("-") }
    }

    private static func isDotted(_ text: Substring, also: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy {
                    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                        || also.utf8.contains($0)
                }
        }
    }
}

extension Substring {
    fileprivate func trimming(while isTrimmed: (Character) -> Bool) -> Substring {
        var text = drop(while: isTrimmed)
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return text
    }
}
