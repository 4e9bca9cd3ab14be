import Foundation
import Model
import Testing

@testable import Scheduler

/// What runs decide, without a database.
@Suite struct DecisionTests {
    static let began = Date(timeIntervalSince1970: 1_800_000_000)

    static func facts(_ change: (inout StepFacts) -> Void = { _ in }) -> StepFacts {
        var facts = StepFacts(
            now: began, beganAt: nil, playbook: "P", account: AccountFacts(id: 1, key: "acme", name: "Acme"),
            reason: "Usage fell by half")
        change(&facts)
        return facts
    }

    static func playbook(_ steps: [PlaybookStep], exits: [Crossing] = []) -> Playbook {
        Playbook(
            key: "p", title: "P", segments: [], trigger: Trigger(), reentry: Reentry(), exits: exits, refusals: [],
            watches: [], steps: steps)
    }

    static func state(_ step: String, outside: Set<String> = []) -> RunState {
        RunState(id: 7, enteredAt: began - 100, step: step, outside: outside)
    }

    static let twoEnds = [
        PlaybookStep(name: "a", next: nil, step: EndStep()), PlaybookStep(name: "b", next: nil, step: EndStep()),
    ]

    private static func day(_ span: String) throws -> Span { try #require(Span(span)) }

    @Test func `a wait begins, goes on, and is over`() throws {
        let step = WaitStep(span: try Self.day("400 days"))
        let end = Self.began + 400 * 86_400
        #expect(step.decide(Self.facts()).move == .wait(until: end))
        let almost = Self.facts { ($0.beganAt, $0.now) = (Self.began, end - 1) }
        #expect(step.decide(almost).move == .wait(until: end))
        let over = Self.facts { ($0.beganAt, $0.now) = (Self.began, end) }
        #expect(step.decide(over).move == .next)
    }

    @Test(
        arguments: [
            (true, 0, .wait(until: began + 604_800)), (true, 604_799, .wait(until: began + 604_800)),
            (true, 604_800, .to("late")), (false, 0, .to("back")), (false, 900_000, .to("back")),
        ] as [(Bool, Double, StepDecision.Move)])
    func `waiting until usage is back`(_ isMember: Bool, _ after: Double, _ expected: StepDecision.Move) throws {
        let step = WaitUntilStep(
            crossing: Crossing(segment: "drop", way: .left), atMost: try Self.day("7 days"), met: "back",
            timedOut: "late")
        let facts = Self.facts {
            $0.now = Self.began + after
            if after > 0 { $0.beganAt = Self.began }
            if isMember { $0.memberSince["drop"] = Self.began - 5 }
        }
        #expect(step.decide(facts).move == expected)
    }

    @Test func `a branch takes no data for no`() {
        let step = BranchStep(expression: "mrr > 1 EUR", then: "rich", otherwise: nil)
        #expect(step.decide(Self.facts { $0.holds["mrr > 1 EUR"] = true }).move == .to("rich"))
        #expect(step.decide(Self.facts { $0.holds["mrr > 1 EUR"] = false }).move == .next)
        #expect(step.decide(Self.facts()).move == .next)
    }

    @Test func `a message goes to the owner, else to the admins, else to nobody`() {
        let step = MessageStep(to: .owner, channel: "mail", topic: "alert", subject: nil, body: "B")
        let (ann, root) = (UserFacts(id: 1, name: "Ann", timeZone: "UTC"), UserFacts(id: 2, name: "R", timeZone: "UTC"))
        func users(_ facts: StepFacts) -> [Int64] {
            step.decide(facts).effects.flatMap { effect -> [Int64] in
                if case .message(let draft) = effect { draft.users } else { [] }
            }
        }
        #expect(users(Self.facts { ($0.owner, $0.admins) = (ann, [root]) }) == [1])
        #expect(users(Self.facts { $0.admins = [root] }) == [2])
        #expect(step.decide(Self.facts()).outcome == .skipped)
    }

    @Test func `a message goes to the contacts with the role`() {
        let contacts = [
            ContactFacts(id: 1, role: "pays"), ContactFacts(id: 2, role: nil), ContactFacts(id: 3, role: "uses"),
        ]
        func ids(_ role: String?) -> [Int64] {
            let step = MessageStep(
                to: .contacts(role: role), channel: "mail", topic: "service", subject: "S", body: "B")
            return step.decide(Self.facts { $0.contacts = contacts }).effects.flatMap { effect -> [Int64] in
                if case .message(let draft) = effect { draft.contacts } else { [] }
            }
        }
        #expect(ids(nil) == [1, 2, 3])
        #expect(ids("pays") == [1])
        #expect(ids("blocks") == [])
    }

    @Test func `a task is written as plain text and due in the owner's working time`() throws {
        let step = TaskStep(
            title: "Call {{account.name}}", reason: nil, script: "{{owner.name}}: {{enrollment.reason}}",
            due: try Self.day("1 working day"), user: nil)
        let facts = Self.facts {
            $0.account.name = "A & B <Ltd>"
            $0.owner = UserFacts(id: 4, name: "Ann", timeZone: "Europe/Kyiv")
        }
        guard case .task(let draft) = try step.decide(facts).effects.first else {
            Issue.record("no task")
            return
        }
        #expect(draft.title == "Call A & B <Ltd>")
        #expect(draft.script == "Ann: Usage fell by half")
        #expect(draft.reason == "Usage fell by half")
        #expect(draft.owner == 4)
        let zone = try #require(TimeZone(identifier: "Europe/Kyiv"))
        #expect(draft.dueAt == WorkingTime.end(of: 9 * 3_600, from: Self.began, in: zone))
    }

    @Test func `what ends a run comes before its step, the gravest first`() throws {
        let exit = Crossing(segment: "s", way: .left)
        let playbook = Self.playbook(Self.twoEnds, exits: [exit])
        func then(_ facts: RunFacts, outside: Set<String> = []) throws -> RunDecision.Then {
            try Run.decide(Self.state("a", outside: outside), playbook, facts).then
        }
        let out = Self.facts()
        let inside = Self.facts { $0.memberSince["s"] = Self.began - 500 }
        #expect(
            try then(RunFacts(step: nil, continuedBy: 3, refusal: "no"))
                == .ended(.exited, "the account is there no more"))
        #expect(
            try then(RunFacts(step: out, continuedBy: 3, refusal: "no"))
                == .ended(.exited, "the account was merged into acme, whose run 3 goes on"))
        #expect(try then(RunFacts(step: out, refusal: "no")) == .ended(.refused, "no"))
        #expect(try then(RunFacts(step: out)) == .ended(.exited, "the account left the segment s"))
        #expect(try then(RunFacts(step: out), outside: ["s"]) == .ended(.completed, "after the step a"))
        #expect(try then(RunFacts(step: inside)) == .ended(.completed, "after the step a"))
    }

    @Test func `an exit by entering needs an entry during the run`() throws {
        let playbook = Self.playbook(Self.twoEnds, exits: [Crossing(segment: "s", way: .entered)])
        func isOut(_ since: Date) throws -> Bool {
            let facts = RunFacts(step: Self.facts { $0.memberSince["s"] = since })
            return try Run.decide(Self.state("a"), playbook, facts).then
                == .ended(.exited, "the account entered the segment s")
        }
        #expect(try isOut(Self.began - 99))
        #expect(try !isOut(Self.began - 101))
    }

    @Test func `nobody is bothered on holiday, to its last day`() throws {
        let message = MessageStep(to: .admins, channel: "mail", topic: "alert", subject: nil, body: "B")
        let playbook = Self.playbook([PlaybookStep(name: "a", next: nil, step: message)])
        let today = CalendarDay(daysSince1970: Int(Self.began.timeIntervalSince1970 / 86_400))
        func then(_ last: CalendarDay) throws -> RunDecision.Then {
            try Run.decide(
                Self.state("a"), playbook, RunFacts(step: Self.facts { $0.account.onHolidayUntil = last })
            ).then
        }
        let midnight = Date(timeIntervalSince1970: Double(today.daysSince1970 + 1) * 86_400)
        #expect(try then(today) == .stay(until: min(midnight, Self.began + Run.looksAgainEvery)))
        #expect(try then(today.advanced(by: 30)) == .stay(until: Self.began + Run.looksAgainEvery))
        #expect(try then(today.advanced(by: -1)) == .ended(.completed, "after the step a"))
    }

    @Test func `steps lead to the next, to the one named, or to the end`() throws {
        let wait = WaitStep(span: try Self.day("1 minute"))
        let over = RunFacts(step: Self.facts { $0.beganAt = Self.began - 60 })
        func then(_ next: String?) throws -> RunDecision.Then {
            let steps = [PlaybookStep(name: "w", next: next, step: wait)] + Self.twoEnds
            return try Run.decide(Self.state("w"), Self.playbook(steps), over).then
        }
        #expect(try then(nil) == .step("a"))
        #expect(try then("b") == .step("b"))
        #expect(try then("end") == .ended(.completed, "after the step w"))
        #expect(throws: PlaybookUnusable.self) { try Run.decide(Self.state("x"), Self.playbook(Self.twoEnds), over) }
    }

    @Test func `what fails is given up after ten tries, and never for a database that was away`() {
        let fault = PlaybookUnusable(words: "x")
        #expect(!StepHandler.isFinal(fault, attempt: 9))
        #expect(StepHandler.isFinal(fault, attempt: 10))
        #expect(!StepHandler.isFinal(CancellationError(), attempt: 50))
    }
}
