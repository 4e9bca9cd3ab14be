/// What a Content-Type says (RFC 9110, 8.3): `application/json; charset=utf-8` is JSON, however it is written.
struct MediaType: Sendable, Equatable {
    /// `type/subtype` in small letters.
    let name: String
    /// By their names in small letters; of two with one name the first counts.
    let parameters: [String: String]

    /// Nil where there is none, or nothing of the form `type/subtype`.
    init?(_ header: String?) {
        guard let header else { return nil }
        var rest = Substring(header)
        let name = Self.part(of: &rest).lowercased()
        let sides = name.split(separator: "/", omittingEmptySubsequences: false)
        guard sides.count == 2, sides.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }) else { return nil }
        var parameters: [String: String] = [:]
        while !rest.isEmpty {
            let part = Self.part(of: &rest)
            guard let equals = part.firstIndex(of: "=") else { continue }
            let key = part[..<equals].trimmed.lowercased()
            if parameters[key] == nil { parameters[key] = Self.value(part[part.index(after: equals)...].trimmed) }
        }
        self.name = name
        self.parameters = parameters
    }

    /// JSON, or something written in it.
    var isJSON: Bool { name == "application/json" || name == "text/json" || name.hasSuffix("+json") }

    var isText: Bool { name.hasPrefix("text/") }

    /// Up to the next semicolon that is not in quotes, without blanks around it.
    private static func part(of rest: inout Substring) -> Substring {
        var isQuoted = false
        var isEscaped = false
        let end = rest.firstIndex { character in
            defer { isEscaped = isQuoted && character == "\\" && !isEscaped }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            return character == ";" && !isQuoted
        }
        let part = rest[..<(end ?? rest.endIndex)]
        rest = end.map { rest[rest.index(after: $0)...] } ?? ""
        return part.trimmed
    }

    private static func value(_ text: Substring) -> String { QuotedString.unquoted(text) ?? String(text) }
}

/// A text in double quotes as HTTP has it (RFC 9110, 5.6.4).
enum QuotedString {
    /// What stands between the quotes, its backslashes taken; nil where it is not in quotes from end to end.
    static func unquoted(_ text: some StringProtocol) -> String? {
        guard text.first == "\"" else { return nil }
        var inside = ""
        var isEscaped = false
        var isClosed = false
        for character in text.dropFirst() {
            if isClosed { return nil }
            if isEscaped {
                inside.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isClosed = true
            } else {
                inside.append(character)
            }
        }
        return isClosed ? inside : nil
    }
}

extension Substring {
    /// Without spaces and tabs at either end.
    var trimmed: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
