import Foundation

/// Waits until the account is in a segment, or out of it, at most so long; then goes one way or the other.
struct WaitUntilStep: Step {
    static let kind = "wait_until"

    var crossing: Crossing
    var atMost: Span
    /// Where to go when it came true; nil is the following step.
    var met: String?
    /// Where to go when the time was up; nil is the following step.
    var timedOut: String?

    enum CodingKeys: String, CodingKey {
        case crossing, met
        case atMost = "at_most"
        case timedOut = "timed_out"
    }

    var questions: Set<Question> { [.membership(crossing.segment)] }
    var jumps: [String] { [met, timedOut].compactMap(\.self) }

    func decide(_ facts: StepFacts) -> StepDecision {
        let isMember = facts.memberSince[crossing.segment] != nil
        if isMember == (crossing.way == .entered) {
            return StepDecision(move: met.map { .to($0) } ?? .next, words: "it \(crossing.words)")
        }
        let end = atMost.end(from: facts.beganAt ?? facts.now, in: facts.owner?.zone ?? .gmt)
        guard facts.now < end else {
            return StepDecision(
                move: timedOut.map { .to($0) } ?? .next, words: "it had not \(crossing.words) within \(atMost)")
        }
        return StepDecision(
            outcome: .waiting, move: .wait(until: end), words: "waits until it has \(crossing.words), at most \(atMost)"
        )
    }
}

extension WaitUntilStep {
    static func read(_ fields: inout Fields) -> WaitUntilStep? {
        let crossing = fields.crossing()
        let atMost = fields.span("at_most", workingTime: true)
        let met = fields.jump("met")
        let timedOut = fields.jump("timed_out")
        guard let crossing, let atMost else { return nil }
        return WaitUntilStep(crossing: crossing, atMost: atMost, met: met, timedOut: timedOut)
    }
}
