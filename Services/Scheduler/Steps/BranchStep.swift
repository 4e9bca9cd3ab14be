/// Goes one way where an expression holds for the account, else the other. No data is no.
struct BranchStep: Step {
    static let kind = "branch"

    var expression: String
    /// Where to go where it holds; nil is the following step.
    var then: String?
    /// Where to go where it doesn't; nil is the following step.
    var otherwise: String?

    var questions: Set<Question> { [.holds(expression)] }
    var jumps: [String] { [then, otherwise].compactMap(\.self) }

    func decide(_ facts: StepFacts) -> StepDecision {
        let holds = facts.holds[expression] ?? false
        let target = holds ? then : otherwise
        return StepDecision(
            move: target.map { .to($0) } ?? .next, words: "\(expression) \(holds ? "holds" : "doesn't hold")")
    }
}

extension BranchStep {
    static func read(_ fields: inout Fields) -> BranchStep? {
        let expression = fields.expression("if")
        let then = fields.jump("then")
        let otherwise = fields.jump("else")
        if then == nil, otherwise == nil {
            fields.fault("then", "both ways lead to the same step", expected: "then, else, or both")
        }
        guard let expression else { return nil }
        return BranchStep(expression: expression, then: then, otherwise: otherwise)
    }
}
