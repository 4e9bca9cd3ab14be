import Foundation
import Model

/// What a run does next: pure, from where it stands, its playbook and the facts.
enum Run {
    /// However long a run waits, it looks again so often: a crossing whose news were lost is seen then.
    static let looksAgainEvery: TimeInterval = 6 * 3_600

    static func decide(_ state: RunState, _ playbook: Playbook, _ facts: RunFacts) throws -> RunDecision {
        guard let stepFacts = facts.step else {
            return RunDecision(cancelsTasks: true, then: .ended(.exited, "the account is there no more"))
        }
        if let other = facts.continuedBy {
            let words = "the account was merged into \(stepFacts.account.key), whose run \(other) goes on"
            return RunDecision(then: .ended(.exited, words))
        }
        if let refusal = facts.refusal { return RunDecision(then: .ended(.refused, refusal)) }
        if let exit = playbook.exits.first(where: { isCrossed($0, state, stepFacts) }) {
            return RunDecision(then: .ended(.exited, "the account \(exit.words)"))
        }
        let (step, following) = try playbook.step(state.step)
        if step.step.reachesOut, let back = dayAfterHoliday(stepFacts) {
            return RunDecision(then: .stay(until: min(back, stepFacts.now + looksAgainEvery)))
        }
        return go(step, following, try step.step.decide(stepFacts), state, stepFacts.now)
    }

    /// Entered: since the run began. Left: it is out of it, and was in it at some time of the run.
    private static func isCrossed(_ exit: Crossing, _ state: RunState, _ facts: StepFacts) -> Bool {
        let since = facts.memberSince[exit.segment]
        switch exit.way {
        case .entered: return since.map { $0 > state.enteredAt } ?? false
        case .left: return since == nil && !state.outside.contains(exit.segment)
        }
    }

    /// When an absence is over that is not over yet; its last day is a day in UTC.
    private static func dayAfterHoliday(_ facts: StepFacts) -> Date? {
        guard let last = facts.account.onHolidayUntil else { return nil }
        let back = Date(timeIntervalSince1970: TimeInterval(last.advanced(by: 1).daysSince1970) * 86_400)
        return back > facts.now ? back : nil
    }

    private static func go(
        _ step: PlaybookStep, _ following: PlaybookStep?, _ decision: StepDecision, _ state: RunState, _ now: Date
    ) -> RunDecision {
        let record = RunDecision.Record(
            step: step.name, kind: type(of: step.step).kind, outcome: decision.outcome.rawValue, detail: decision.words)
        let target: String?
        switch decision.move {
        case .wait(let until):
            // The first look says that it waits; the later ones have nothing to add.
            return RunDecision(
                effects: decision.effects, record: state.stepBeganAt == nil ? record : nil,
                then: .stay(until: min(until, now + looksAgainEvery)))
        case .next: target = step.next ?? following?.name
        case .to(let name): target = name
        case .end: target = nil
        }
        guard let target, target != PlaybookStep.end else {
            return RunDecision(
                effects: decision.effects, record: record, then: .ended(.completed, "after the step \(step.name)"))
        }
        return RunDecision(effects: decision.effects, record: record, then: .step(target))
    }
}
