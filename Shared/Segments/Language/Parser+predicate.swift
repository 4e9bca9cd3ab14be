extension Parser {
    /// A comparison, list, range, match or question after an operand; else the operand alone.
    mutating func predicate() throws(SegmentError) -> Expression {
        if at(.in) { return try segment() }
        let left = try operand()
        if case .sign(let sign) = token, let comparison = Comparison(rawValue: sign) {
            advance()
            let right = try operand()
            return try node(.comparison(left, comparison, right), left.place.joined(with: right.place))
        }
        if take(.is) {
            let negated = take(.not)
            let end = place
            guard take(.known) else {
                throw unexpected("found \(token.shown)", expected: "known after \"is\", or = to compare")
            }
            return try node(.known(left, negated: negated), left.place.joined(with: end))
        }
        let negated = at(.not)
        if negated { advance() }
        if let predicate = try listOrRangeOrMatch(left, negated) { return predicate }
        guard !negated else {
            throw unexpected("found \(token.shown)", expected: "in, between, contains, starts with or ends with")
        }
        return left
    }

    private mutating func listOrRangeOrMatch(
        _ left: Expression, _ negated: Bool
    ) throws(SegmentError) -> Expression? {
        if take(.in) {
            try expect(sign: "(", "and the values, as in plan in (\"pro\", \"team\")")
            var values = [try operand()]
            while take(sign: ",") { values.append(try operand()) }
            let end = place
            try expect(sign: ")", "or a comma after a value")
            return try node(.among(left, values, negated: negated), left.place.joined(with: end))
        }
        if take(.between) {
            let low = try operand()
            guard take(.and) else { throw unexpected("found \(token.shown)", expected: "and with the upper bound") }
            let high = try operand()
            return try node(.between(left, low, high, negated: negated), left.place.joined(with: high.place))
        }
        let match: TextMatch
        if take(.contains) {
            match = .contains
        } else if at(.starts) || at(.ends) {
            match = at(.starts) ? .startsWith : .endsWith
            advance()
            guard take(.with) else { throw unexpected("found \(token.shown)", expected: "with, as in starts with") }
        } else {
            return nil
        }
        let part = try operand()
        return try node(.match(left, match, part, negated: negated), left.place.joined(with: part.place))
    }

    /// `in segment("vip")`, which stands alone: it is about the account.
    private mutating func segment() throws(SegmentError) -> Expression {
        let start = place
        advance()
        let remedy = "a fact before in, or in segment(\"key\")"
        guard case .word(let word) = token, word.lowercased() == "segment" else {
            throw unexpected("found \(token.shown) after \"in\"", expected: remedy)
        }
        advance()
        try expect(sign: "(", "and the segment's key, as in in segment(\"vip\")")
        guard case .text(let key) = token else {
            throw unexpected("found \(token.shown)", expected: "a segment's key in double quotes")
        }
        advance()
        let end = place
        try expect(sign: ")", "to close the parenthesis")
        return try node(.segment(key), start.joined(with: end))
    }

    private mutating func operand() throws(SegmentError) -> Expression {
        if token == .sign("(") { return try group() }
        if let (literal, place) = try literal() { return try node(.literal(literal), place) }
        return try fact()
    }
}
