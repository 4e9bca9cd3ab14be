extension Predicate {
    /// Every fact that is read, in the order written.
    var calls: [BoundFact] {
        switch self {
        case .any(let parts), .all(let parts): parts.flatMap(\.calls)
        case .not(let part): part.calls
        case .constant: []
        case .truth(let fact), .match(let fact, _, _, _), .known(let fact, _), .among(let fact, _, _): [fact]
        case .between(let fact, let low, let high, _): [fact] + low.calls + high.calls
        case .comparison(let left, _, let right): left.calls + right.calls
        }
    }
}

extension Operand {
    var calls: [BoundFact] { if case .fact(let fact) = self { [fact] } else { [] } }
}
