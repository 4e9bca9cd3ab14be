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

extension Operand {
    var calls: [BoundFact] { if case .fact(let fact) = self { [fact] } else { [] } }
}
