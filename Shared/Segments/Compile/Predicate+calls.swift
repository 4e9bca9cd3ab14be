extension Predicate {
    /// Every fact that is read, in the order written.
    var calls: [BoundFact] {
        switch self {
        case .any(let parts), .all(let parts): parts.flatMap(\.calls)
        case .not(let part): part.calls
        case .segment(_, let inner, _): inner?.calls ?? []
        case .constant: []
        case .truth(let fact), .match(let fact, _, _, _), .known(let fact, _), .among(let fact, _, _): [fact]
        case .between(let fact, let low, let high, _): [fact] + low.calls + high.calls
        case .comparison(let left, _, let right): left.calls + right.calls
        }
    }
}

extension Predicate {
    /// Every segment that is asked for, directly or through others, with where the direct one stands.
    var segments: [(key: String, isKnown: Bool, place: Place)] {
        switch self {
        case .any(let parts), .all(let parts): parts.flatMap(\.segments)
        case .not(let part): part.segments
        case .segment(let key, let inner, let place):
            [(key, inner != nil, place)] + (inner?.segments.map { ($0.key, $0.isKnown, place) } ?? [])
        default: []
        }
    }
}

extension Predicate {
    /// How many values stand in it.
    var literals: Int {
        switch self {
        case .any(let parts), .all(let parts): parts.reduce(0) { $0 + $1.literals }
        case .not(let part): part.literals
        case .segment(_, let inner, _): inner?.literals ?? 0
        case .constant, .match: 1
        case .truth, .known: 0
        case .among(_, let literals, _): literals.count
        case .between(_, let low, let high, _): 2 - low.calls.count - high.calls.count
        case .comparison(let left, _, let right): 2 - left.calls.count - right.calls.count
        }
    }
}

extension Operand {
    var calls: [BoundFact] { if case .fact(let fact) = self { [fact] } else { [] } }
}
