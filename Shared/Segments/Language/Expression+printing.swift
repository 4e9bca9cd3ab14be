extension Expression: CustomStringConvertible {
    /// Canonical text: parsing it gives an equal expression.
    var description: String {
        switch kind {
        case .any(let parts): parts.map { $0.text(inside: .any) }.joined(separator: " or ")
        case .all(let parts): parts.map { $0.text(inside: .all) }.joined(separator: " and ")
        case .not(let part): "not \(part.text(inside: .not))"
        case .comparison(let left, let comparison, let right): "\(left.operand) \(comparison.rawValue) \(right.operand)"
        case .among(let value, let list, let negated):
            "\(value.operand) \(negated ? "not " : "")in (\(list.map(\.operand).joined(separator: ", ")))"
        case .between(let value, let low, let high, let negated):
            "\(value.operand) \(negated ? "not " : "")between \(low.operand) and \(high.operand)"
        case .match(let value, let match, let part, let negated):
            "\(value.operand) \(negated ? "not " : "")\(match.rawValue) \(part.operand)"
        case .known(let value, let negated): "\(value.operand) is \(negated ? "not " : "")known"
        case .segment(let key): "in segment(\(Literal.quoted(key)))"
        case .literal(let literal): literal.description
        case .fact(let steps): steps.map(\.description).joined(separator: ".")
        }
    }

    /// How tightly a kind binds; what binds looser than its surroundings needs parentheses.
    private enum Binding: Int {
        case any, all, not, predicate, operand
    }

    private var binding: Binding {
        switch kind {
        case .any: .any
        case .all: .all
        case .not: .not
        case .comparison, .among, .between, .match, .known, .segment: .predicate
        case .literal, .fact: .operand
        }
    }

    /// An `or` inside an `or` keeps its parentheses only if it was built so: the parser joins them.
    private func text(inside outer: Binding) -> String {
        let loose = outer == .not ? binding.rawValue < Binding.not.rawValue : binding.rawValue <= outer.rawValue
        return loose ? "(\(description))" : description
    }

    private var operand: String { binding == .operand ? description : "(\(description))" }
}

extension FactStep: CustomStringConvertible {
    var description: String {
        guard let arguments else { return name }
        return "\(name)(\(arguments.map(\.literal.description).joined(separator: ", ")))"
    }
}
