import Foundation

/// Lets time pass.
struct WaitStep: Step {
    static let kind = "wait"

    var span: Span

    func decide(_ facts: StepFacts) -> StepDecision {
        let end = span.end(from: facts.beganAt ?? facts.now, in: facts.owner?.zone ?? .gmt)
        guard facts.now < end else { return StepDecision(words: "waited \(span)") }
        return StepDecision(outcome: .waiting, move: .wait(until: end), words: "waits \(span)")
    }
}

extension WaitStep {
    static func read(_ fields: inout Fields) -> WaitStep? {
        fields.span("for", workingTime: true).map { WaitStep(span: $0) }
    }
}
