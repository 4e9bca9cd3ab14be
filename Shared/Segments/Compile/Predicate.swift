import Model

/// An expression whose names are resolved and whose types agree: what is left to do is to write it down in SQL.
indirect enum Predicate: Sendable {
    case any([Predicate])
    case all([Predicate])
    case not(Predicate)
    case constant(Bool)
    case truth(BoundFact)
    case comparison(Operand, Comparison, Operand)
    case among(BoundFact, [Literal], negated: Bool)
    case between(BoundFact, Operand, Operand, negated: Bool)
    case match(BoundFact, TextMatch, String, negated: Bool)
    case known(BoundFact, negated: Bool)
    /// A saved segment by its key, with what it asks; nil where nobody looked.
    case segment(String, Predicate?, Place)

    /// The parts of its conjunction, those of segments that it asks for too: all of them are true where it is.
    var conjuncts: [Predicate] {
        switch self {
        case .all(let parts): parts.flatMap(\.conjuncts)
        case .segment(_, let inner?, _): inner.conjuncts
        default: [self]
        }
    }
}

enum Operand: Sendable {
    case literal(Literal)
    case fact(BoundFact)
}

/// A fact with its arguments, standing somewhere.
struct BoundFact: Sendable {
    let fact: Fact
    let texts: [String]
    let days: [Int]
    var currency: String?
    /// The fact's, but for a custom field.
    var type: FactType
    /// As written in canonical text.
    let text: String
    let place: Place

    /// Calls that mean the same value. As bytes: Swift takes composed and decomposed letters for equal, PostgreSQL
    /// doesn't.
    var identity: [UInt8] {
        Array("\(currency ?? "") \(fact.name) \(days) \(fact.type == type ? "" : type.title)".utf8)
            + texts.flatMap { [0] + Array($0.utf8) }
    }
}
