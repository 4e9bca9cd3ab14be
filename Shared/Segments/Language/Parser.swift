/// Tokens to an expression, by recursive descent: `or` binds loosest, then `and`, `not`, comparisons. Chains of one
/// operator become one flat node.
struct Parser {
    let source: SourceText
    private let tokens: [PlacedToken]
    private var index = 0
    private var depth = 0
    private var nodes = 0

    private init(_ source: SourceText) throws(SegmentError) {
        self.source = source
        tokens = try Lexer.tokens(of: source)
    }

    /// Reads a whole expression within the limits of `Segment`.
    static func expression(in source: SourceText) throws(SegmentError) -> Expression {
        var parser = try Parser(source)
        guard parser.token != .end else {
            throw parser.unexpected("this expression is empty", expected: "a condition such as plan = \"pro\"")
        }
        let expression = try parser.any()
        guard parser.token == .end else { throw parser.trailing() }
        return expression
    }

    // MARK: Tokens

    var token: Token { tokens[index].token }
    var place: Place { tokens[index].place }

    /// Where the token before this one ends.
    var previousEnd: Int { index > 0 ? tokens[index - 1].place.end : place.start }

    mutating func advance() { index = min(index + 1, tokens.count - 1) }

    mutating func take(sign: String) -> Bool {
        guard token == .sign(sign) else { return false }
        advance()
        return true
    }

    /// Keywords are lower case in canonical text, but people shout.
    func at(_ keyword: Keyword) -> Bool {
        guard case .word(let word) = token else { return false }
        return word.lowercased() == keyword.rawValue
    }

    mutating func take(_ keyword: Keyword) -> Bool {
        guard at(keyword) else { return false }
        advance()
        return true
    }

    mutating func expect(sign: String, _ why: String) throws(SegmentError) {
        guard take(sign: sign) else { throw unexpected("found \(token.shown)", expected: "\"\(sign)\" \(why)") }
    }

    func unexpected(_ message: String, expected: String, at other: Place? = nil) -> SegmentError {
        source.error(.unexpected, at: other ?? place, message, expected: expected)
    }

    private func trailing() -> SegmentError {
        if case .sign(let sign) = token, Comparison(rawValue: sign) != nil {
            return unexpected("comparisons don't chain", expected: "between … and …, or two comparisons joined by and")
        }
        if token == .sign(")") {
            return unexpected("this closes nothing", expected: "as many opening as closing parentheses")
        }
        return unexpected("found \(token.shown)", expected: "and, or, a comparison or the end")
    }

    // MARK: Nodes and limits

    /// Every node is made here, so that none is uncounted.
    mutating func node(_ kind: Expression.Kind, _ place: Place) throws(SegmentError) -> Expression {
        nodes += 1
        guard nodes <= Segment.mostNodes else {
            throw source.error(
                .tooMany, at: place, "this expression has too many parts",
                expected: "at most \(Segment.mostNodes); split it into several segments")
        }
        return Expression(kind: kind, place: place)
    }

    private mutating func deeper<R>(
        _ body: (inout Parser) throws(SegmentError) -> R
    ) throws(SegmentError) -> R {
        depth += 1
        guard depth <= Segment.mostDepth else {
            throw source.error(
                .tooDeep, at: place, "this expression is nested too deeply",
                expected: "at most \(Segment.mostDepth) levels")
        }
        let result = try body(&self)
        depth -= 1
        return result
    }

    // MARK: Boolean

    private mutating func any() throws(SegmentError) -> Expression {
        let first = try all()
        guard at(.or) else { return first }
        var parts = [first]
        while take(.or) { parts.append(try all()) }
        let flat = parts.flatMap { part in
            if case .any(let inner) = part.kind { inner } else { [part] }
        }
        return try node(.any(flat), first.place.joined(with: parts[parts.count - 1].place))
    }

    private mutating func all() throws(SegmentError) -> Expression {
        let first = try not()
        guard at(.and) else { return first }
        var parts = [first]
        while take(.and) { parts.append(try not()) }
        let flat = parts.flatMap { part in
            if case .all(let inner) = part.kind { inner } else { [part] }
        }
        return try node(.all(flat), first.place.joined(with: parts[parts.count - 1].place))
    }

    private mutating func not() throws(SegmentError) -> Expression {
        let start = place
        guard take(.not) else { return try predicate() }
        let part = try deeper { parser throws(SegmentError) in try parser.not() }
        return try node(.not(part), start.joined(with: part.place))
    }

    mutating func group() throws(SegmentError) -> Expression {
        let start = place
        advance()
        let inner = try deeper { parser throws(SegmentError) in try parser.any() }
        let end = place
        try expect(sign: ")", "to close the parenthesis")
        return Expression(kind: inner.kind, place: start.joined(with: end))
    }
}

/// The words that can't name a fact.
enum Keyword: String, CaseIterable, Sendable {
    case and, or, not, `in`, between, contains, starts, ends, with, `is`, known, `true`, `false`
}
