/// Ends the run, where it would else go on with the steps below.
struct EndStep: Step {
    static let kind = "end"

    func decide(_ facts: StepFacts) -> StepDecision { StepDecision(move: .end, words: "the run is at its end") }
}

extension EndStep {
    static func read(_ fields: inout Fields) -> EndStep? { EndStep() }
}
