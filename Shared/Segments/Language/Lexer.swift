import Model

/// Cuts an expression into tokens.
struct Lexer {
    private let source: SourceText
    private var position = 0

    private init(_ source: SourceText) { self.source = source }

    /// All tokens, the last of which is `.end`.
    static func tokens(of source: SourceText) throws(SegmentError) -> [PlacedToken] {
        var lexer = Lexer(source)
        var tokens: [PlacedToken] = []
        repeat { tokens.append(try lexer.next()) } while tokens.last?.token != .end
        return tokens
    }

    private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
        position + offset < source.scalars.count ? source.scalars[position + offset] : nil
    }

    private mutating func take(while matches: (Unicode.Scalar) -> Bool) -> String {
        var taken = String.UnicodeScalarView()
        while let scalar = peek(), matches(scalar) {
            taken.append(scalar)
            position += 1
        }
        return String(taken)
    }

    private mutating func next() throws(SegmentError) -> PlacedToken {
        _ = take { $0.properties.isWhitespace }
        let start = position
        guard let scalar = peek() else { return PlacedToken(token: .end, place: Place(start: start, end: start + 1)) }
        let token: Token
        switch scalar {
        case "\"": token = .text(try text())
        case _ where scalar.isDigit: token = try numberOrDate()
        case _ where scalar.isWordStart: token = .word(take { $0.isWordStart || $0.isDigit })
        default: token = .sign(try sign(scalar))
        }
        return PlacedToken(token: token, place: Place(start: start, end: position))
    }

    private func fault(from start: Int, to end: Int, _ message: String, expected: String? = nil) -> SegmentError {
        source.error(.unreadable, at: Place(start: start, end: end), message, expected: expected)
    }

    // MARK: Signs

    private mutating func sign(_ first: Unicode.Scalar) throws(SegmentError) -> String {
        let two = String(first) + (peek(1).map { String($0) } ?? "")
        let remedies = [
            "==": "= for equality", "<>": "!= for inequality", "&&": "the word and", "||": "the word or",
            "=<": "<=", "=>": ">=",
        ]
        if let remedy = remedies[two] {
            throw fault(from: position, to: position + 2, "\"\(two)\" has no meaning here", expected: remedy)
        }
        if ["!=", "<=", ">="].contains(two) {
            position += 2
            return two
        }
        if "(),.=<>%-".unicodeScalars.contains(first) {
            position += 1
            return String(first)
        }
        switch first {
        case "'", "“", "”", "„", "«", "»", "‘", "’", "`":
            throw fault(
                from: position, to: position + 1, "this quote has no meaning here", expected: "\"double quotes\"")
        case "!": throw fault(from: position, to: position + 1, "\"!\" has no meaning here", expected: "the word not")
        case "−", "–":
            throw fault(from: position, to: position + 1, "this dash has no meaning here", expected: "the minus sign -")
        default:
            let isControl = first.properties.generalCategory == .control
            let shown = isControl ? "U+\(String(first.value, radix: 16))" : "\"\(first)\""
            throw fault(from: position, to: position + 1, "the character \(shown) has no meaning here")
        }
    }

    // MARK: Numbers and dates

    private mutating func numberOrDate() throws(SegmentError) -> Token {
        let start = position
        var digits = take { $0.isDigit }
        if digits.utf8.count == 4, peek() == "-", peek(1)?.isDigit == true, peek(2)?.isDigit == true, peek(3) == "-" {
            let written = digits + take { $0.isDigit || $0 == "-" }
            guard let day = CalendarDay(written) else {
                throw fault(
                    from: start, to: position, "\(written) is no day of the calendar",
                    expected: "a date such as 2026-01-31")
            }
            return .date(day)
        }
        if peek() == ".", peek(1)?.isDigit == true {
            position += 1
            digits += "." + take { $0.isDigit }
        }
        guard let number = ExactNumber(digits: digits) else {
            throw fault(
                from: start, to: position, "this number is too long",
                expected: "at most \(ExactNumber.mostDigits) digits")
        }
        return .number(number)
    }

    // MARK: Text

    private mutating func text() throws(SegmentError) -> String {
        let start = position
        position += 1
        var text = String.UnicodeScalarView()
        while let scalar = peek(), scalar != "\n" {
            if scalar == "\"" {
                position += 1
                return String(text)
            }
            text.append(scalar == "\\" ? try escape() : scalar)
            position += scalar == "\\" ? 0 : 1
            if text.last == "\0" {
                throw fault(from: position - 1, to: position, "U+0000 can't stand in a text: no stored text holds it")
            }
        }
        throw fault(from: start, to: position, "this text isn't closed on its line", expected: "a closing \"")
    }

    private mutating func escape() throws(SegmentError) -> Unicode.Scalar {
        let start = position
        position += 2
        switch source.scalars.dropFirst(start + 1).first {
        case "\"": return "\""
        case "\\": return "\\"
        case "n": return "\n"
        case "t": return "\t"
        case "u" where peek() == "{":
            position += 1
            let digits = take { $0.isDigit || ("a"..."f").contains($0) || ("A"..."F").contains($0) }
            if peek() == "}", let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) {
                position += 1
                return scalar
            }
        default: break
        }
        throw fault(
            from: start, to: max(position, start + 2), "unknown escape in a text",
            expected: #"\" \\ \n \t or \u{hexadecimal}"#)
    }
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }

    /// Letters of any script, so that a word in Ukrainian is an unknown fact and not an unreadable character.
    fileprivate var isWordStart: Bool { self == "_" || properties.isAlphabetic }
}
