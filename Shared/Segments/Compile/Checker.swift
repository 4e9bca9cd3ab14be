import Model

/// Resolves names against the facts and checks types.
struct Checker {
    let source: SourceText
    let facts: FactRegistry
    /// Saved segments and custom fields; nil where nobody looked, so that their names are not checked.
    let library: SegmentLibrary?
    /// The segments that are being read, the outermost first.
    var path: [String] = []
    /// Where in the outermost expression all of this stands, within a segment that it asks for.
    var standing: Place?

    /// The expression as a predicate, true for the accounts that it selects.
    func predicate(_ expression: Expression) throws(SegmentError) -> Predicate {
        switch expression.kind {
        case .any(let parts): return .any(try predicates(parts))
        case .all(let parts): return .all(try predicates(parts))
        case .not(let part): return .not(try predicate(part))
        case .comparison(let left, let comparison, let right): return try self.comparison(left, comparison, right)
        case .among(let value, let list, let negated): return try among(value, list, negated)
        case .between(let value, let low, let high, let negated): return try between(value, low, high, negated)
        case .match(let value, let match, let part, let negated): return try self.match(value, match, part, negated)
        case .known(let value, let negated):
            return .known(try factOnly(value, "is known asks about a fact"), negated: negated)
        case .segment(let key): return .segment(key, try inner(key, expression.place), standing ?? expression.place)
        case .literal(.truth(let value)): return .constant(value)
        case .literal(let literal):
            throw wrongType(
                "\(literal) is \(literal.typeTitle), not a condition", at: expression,
                expected: "a comparison with a fact")
        case .fact(let steps):
            var bound = try bind(steps, expression.place)
            if bound.type == .undecided { bound.type = .truth }
            guard bound.type == .truth else {
                throw wrongType(
                    "\(bound.text) is \(bound.type.title), not a condition", at: expression,
                    expected: "a comparison such as \(bound.fact.example)")
            }
            return .truth(bound)
        }
    }

    private func predicates(_ parts: [Expression]) throws(SegmentError) -> [Predicate] {
        var checked: [Predicate] = []
        for part in parts { checked.append(try predicate(part)) }
        return checked
    }

    func wrongType(
        _ message: String, at expression: Expression, expected: String? = nil, nearest: String? = nil
    ) -> SegmentError {
        source.error(.wrongType, at: expression.place, message, expected: expected, nearest: nearest)
    }

    // MARK: Comparisons

    private func comparison(
        _ left: Expression, _ comparison: Comparison, _ right: Expression
    ) throws(SegmentError) -> Predicate {
        switch (try operand(left), try operand(right)) {
        case (.literal, .literal):
            throw wrongType("both sides are values", at: left, expected: "a fact on one side")
        case (.fact(var fact), .literal(let literal)):
            try fit(literal, right, to: &fact)
            try refuseMany(fact, left)
            try order(comparison, fact, left)
            return .comparison(.fact(fact), comparison, .literal(literal))
        case (.literal(let literal), .fact(var fact)):
            try fit(literal, left, to: &fact)
            try refuseMany(fact, right)
            try order(comparison, fact, right)
            return .comparison(.literal(literal), comparison, .fact(fact))
        case (.fact(let one), .fact(let other)):
            guard one.type != .undecided, other.type != .undecided else {
                throw wrongType("a custom field compares with a value", at: right, expected: "a value")
            }
            guard one.type == other.type || (one.type.isText && other.type.isText) else {
                throw wrongType(
                    "\(one.text) is \(one.type.title), \(other.text) is \(other.type.title)", at: right,
                    expected: one.type.remedy)
            }
            guard one.type != .money else {
                throw wrongType(
                    "two amounts may be in different currencies", at: right, expected: FactType.money.remedy)
            }
            try order(comparison, one, left)
            return .comparison(.fact(one), comparison, .fact(other))
        }
    }

    private func order(_ comparison: Comparison, _ bound: BoundFact, _ at: Expression) throws(SegmentError) {
        guard comparison.ordered, !bound.type.isOrdered else { return }
        throw wrongType(
            "\(bound.text) is \(bound.type.title) and has no order", at: at,
            expected: bound.type.isText ? "=, !=, in, contains or starts with" : "= or !=")
    }

    private func refuseMany(_ bound: BoundFact, _ at: Expression) throws(SegmentError) {
        guard bound.type.isMany else { return }
        throw wrongType("\(bound.text) is \(bound.type.title)", at: at, expected: bound.type.remedy)
    }

    private func among(
        _ value: Expression, _ list: [Expression], _ negated: Bool
    ) throws(SegmentError) -> Predicate {
        var bound = try factOnly(value, "in compares a fact with values")
        var literals: [Literal] = []
        for item in list {
            let literal = try literalOnly(item)
            try fit(literal, item, to: &bound)
            literals.append(literal)
        }
        return .among(bound, literals, negated: negated)
    }

    private func between(
        _ value: Expression, _ low: Expression, _ high: Expression, _ negated: Bool
    ) throws(SegmentError) -> Predicate {
        var bound = try factOnly(value, "between compares a fact with two values")
        let (lower, upper) = (try literalOnly(low), try literalOnly(high))
        try fit(lower, low, to: &bound)
        try fit(upper, high, to: &bound)
        try order(.less, bound, value)
        guard lower.magnitude <= upper.magnitude else {
            throw wrongType("\(lower) is more than \(upper)", at: low, expected: "the lower bound first")
        }
        return .between(bound, .literal(lower), .literal(upper), negated: negated)
    }

    private func match(
        _ value: Expression, _ match: TextMatch, _ part: Expression, _ negated: Bool
    ) throws(SegmentError) -> Predicate {
        var bound = try factOnly(value, "\(match.rawValue) looks into a fact")
        if bound.type == .undecided { bound.type = .text }
        if case .many(let values) = bound.type, match == .contains, case .text(let text) = try literalOnly(part) {
            guard values.contains(text) else {
                throw wrongType(
                    "\(bound.text) never has \(Literal.quoted(text))", at: part, expected: bound.type.remedy,
                    nearest: nearestName(to: text, among: values).map(Literal.quoted))
            }
            return .match(bound, match, text, negated: negated)
        }
        guard bound.type.isText else {
            throw wrongType("\(bound.text) is \(bound.type.title)", at: value, expected: "a fact that is a text")
        }
        guard case .text(let text) = try literalOnly(part) else {
            throw wrongType("\(part) is no text", at: part, expected: FactType.text.remedy)
        }
        guard !text.isEmpty else {
            throw wrongType("every text \(match.rawValue) \"\"", at: part, expected: "at least one character")
        }
        return .match(bound, match, text, negated: negated)
    }

    // MARK: Operands

    private func operand(_ expression: Expression) throws(SegmentError) -> Operand {
        switch expression.kind {
        case .literal(let literal): return .literal(literal)
        case .fact(let steps): return .fact(try bind(steps, expression.place))
        default:
            throw wrongType(
                "\"\(expression)\" is a condition and has no value", at: expression, expected: "a fact or a value")
        }
    }

    private func factOnly(_ expression: Expression, _ why: String) throws(SegmentError) -> BoundFact {
        guard case .fact(let bound) = try operand(expression) else {
            throw wrongType(why, at: expression, expected: "a fact")
        }
        return bound
    }

    private func literalOnly(_ expression: Expression) throws(SegmentError) -> Literal {
        guard case .literal(let literal) = try operand(expression) else {
            throw wrongType("\(expression) is a fact", at: expression, expected: "a value")
        }
        return literal
    }
}
