/// An expression as written. Two are equal if they say the same, wherever it stands.
struct Expression: Hashable, Sendable {
    indirect enum Kind: Hashable, Sendable {
        case any([Expression])
        case all([Expression])
        case not(Expression)
        case comparison(Expression, Comparison, Expression)
        case among(Expression, [Expression], negated: Bool)
        case between(Expression, Expression, Expression, negated: Bool)
        case match(Expression, TextMatch, Expression, negated: Bool)
        case known(Expression, negated: Bool)
        /// Being in a saved segment.
        case segment(String)
        case literal(Literal)
        case fact([FactStep])
    }

    let kind: Kind
    let place: Place

    static func == (left: Expression, right: Expression) -> Bool { left.kind == right.kind }
    func hash(into hasher: inout Hasher) { hasher.combine(kind) }
}

enum Comparison: String, Sendable, CaseIterable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    var ordered: Bool { self != .equal && self != .unequal }
}

enum TextMatch: String, Sendable, CaseIterable {
    case contains = "contains"
    case startsWith = "starts with"
    case endsWith = "ends with"
}

/// One step of a fact as written: `event("report exported").count(30 days)` has two.
struct FactStep: Hashable, Sendable {
    let name: String
    /// Nil without parentheses.
    let arguments: [Argument]?
    let place: Place

    struct Argument: Hashable, Sendable {
        let literal: Literal
        let place: Place

        static func == (left: Argument, right: Argument) -> Bool { left.literal == right.literal }
        func hash(into hasher: inout Hasher) { hasher.combine(literal) }
    }

    static func == (left: FactStep, right: FactStep) -> Bool {
        left.name == right.name && left.arguments == right.arguments
    }
    func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(arguments)
    }
}
