import Postgres
import Testing

@testable import Scheduler

@Suite struct PlaybookReaderTests {
    @Test func `the playbooks that are shipped are in order`() throws {
        let (read, faults) = try PlaybookFiles.read([Plan.shipped])
        #expect(faults == [])
        #expect(
            read.map(\.playbook.key) == [
                "data-exported", "good-customer-late", "pays-without-using", "usage-drop", "win-back",
            ])
        for item in read {
            let trigger = item.playbook.trigger.crossing?.segment
            #expect(item.playbook.segments.map(\.key) == [trigger].compactMap(\.self), "\(item.file)")
        }
    }

    @Test func `everything that a playbook says is kept`() throws {
        let playbook = try PlaybookReader.read(
            """
            playbook: full
            title: Full
            trigger:
              segment: seats
              when: left
            holdout: {share: 12.5 %, salt: spring}
            reentry: {after: 2 weeks}
            reason: {signal: inactivity}
            exits:
              - segment: lost
            steps:
              - branch: size
                if: mrr > 500 EUR
                then: call
              - message: mail
                to: {role: pays}
                topic: service
                subject: S
                body: B
                next: end
              - task: call
                title: T
                owner: {user: Ann}
                due: 4 working hours
              - wait_until: back
                segment: seats
                at_most: 400 days
                met: bye
              - end: bye
            """, file: "full.yaml")
        #expect(playbook.trigger == Trigger(crossing: Crossing(segment: "seats", way: .left)))
        #expect(playbook.holdout == Holdout(percent: 12.5, salt: "spring"))
        #expect(playbook.reentry.afterSeconds == 1_209_600)
        #expect(playbook.reasonSignal == "inactivity")
        #expect(playbook.exits == [Crossing(segment: "lost", way: .entered)])
        #expect(playbook.watches == ["lost", "seats"])
        #expect(playbook.refusals == [ConsentTopic(channel: "mail", topic: "service")])
        #expect(playbook.steps.map(\.name) == ["size", "mail", "call", "back", "bye"])
        #expect(playbook.steps.map { type(of: $0.step).kind } == ["branch", "message", "task", "wait_until", "end"])
        #expect((playbook.steps[2].step as? TaskStep)?.user == "Ann")
        #expect((playbook.steps[3].step as? WaitUntilStep)?.atMost.seconds == 34_560_000)
    }

    private static let head = "playbook: a\ntitle: A\ntrigger: by hand\n"
    private static let step = "steps:\n  - end: bye\n"

    @Test(
        arguments: [
            ("", "f:1: is empty; expected a playbook in YAML"),
            ("- a", "f:1: is a list; expected keys with values"),
            ("a: [", "f:2: is no YAML: did not find expected node content while parsing a flow node (line 2)"),
            ("a: 1\na: 2", "f:1: a: is there twice; expected each key once"),
            ("a: &x b\nc: *x", "f:2: *x is an alias; expected the text itself, written out"),
            (head + "steps: []", "f:4: steps: is empty; expected a list of at most 100"),
            (head, "f:1: steps: is missing; expected a list of at most 100"),
            (head + step + "holdut: 1 %", "f:6: holdut: is no key here; expected one of about, segments"),
            (head + step + "holdout: 60 %", "f:6: holdout: \"60 %\" is no share; expected a share such as 10 %"),
            (head + step + "holdout: -1 %", "f:6: holdout: \"-1 %\" is no share"),
            (
                head + step + "reentry: sometimes",
                "f:6: reentry: \"sometimes\" is not known here; expected one of never"
            ),
            (head + step + "reentry: {after: 3 working days}", "f:6: reentry.after: \"3 working days\" is no length"),
            (head + step + "exits: [{segment: A}]", "f:6: exits[1].segment: \"A\" is no name here"),
            (
                head + step + "exits: [{segment: a, when: lfet}]",
                "f:6: exits[1].when: \"lfet\" is not known here; expected one of entered, left; nearest is left"
            ),
            (
                head + step + "segments:\n  - {key: s, name: S, expression: tenur > 1 day}",
                "f:7: segments[1].expression: unknown fact \"tenur\"; nearest is tenure\ntenur > 1 day\n^^^^^"
            ),
            (
                head + step
                    + "segments:\n  - key: s\n    name: S\n    expression: |\n      tenure > 1 day and\n      plan > 3",
                "f:11: segments[1].expression: "
            ),
            (
                "playbook: a\ntitle: A\ntrigger: {event: x}\n" + step,
                "f:3: trigger.event: is no trigger of this release"
            ),
            ("playbook: a\ntitle: A\ntrigger: by hnd\n" + step, "nearest is by hand"),
            ("playbook: A b\ntitle: A\ntrigger: by hand\n" + step, "f:1: playbook: \"A b\" is no name here"),
            (head + "steps:\n  - mesage: x", "f:5: steps[1]: has no kind; expected one of message, task"),
            (head + "steps:\n  - wait: x\n    end: y", "f:5: steps[1]: has several kinds: wait, end"),
            (head + "steps:\n  - wait: x\n    for: 3 dys", "\"3 dys\" is no length of time; expected"),
            (head + "steps:\n  - wait: x\n    for: 4000 days", "f:6: steps[1].for: \"4000 days\" is no length of time"),
            (head + "steps:\n  - wait: x\n    for: 1 day\n    next: y", "leads to y, and there is no such step"),
            (
                head + "steps:\n  - end: x\n  - wait: y\n    for: 1 day\n    next: x",
                "f:6: steps[2]: leads back to x; expected a later step (end)"
            ),
            (head + "steps:\n  - end: x\n  - end: x", "f:6: steps[2].end: another step is named x"),
            (
                head + "steps:\n  - message: x\n    to: owner\n    subject: \"{{acount.name}}\"\n    body: b",
                "steps[1].subject: {{acount.name}} is nothing that a text may speak of"
            ),
            (
                head + "steps:\n  - message: x\n    to: owner\n    subject: s\n    body: \"{{#reason}}\"",
                "steps[1].body: the template is malformed in its line 1: expectedSectionEnd"
            ),
            (
                head + "steps:\n  - message: x\n    to: contacts\n    topic: alert\n    subject: s\n    body: b",
                "f:7: steps[1].topic: alert is for users and asks no consent"
            ),
            (
                head + "steps:\n  - message: x\n    to: contacts\n    subject: s\n    body: b",
                "f:5: steps[1].topic: is missing"
            ),
            (
                head + "steps:\n  - task: x\n    title: \"{{contact.name}}\"\n    due: 1 day",
                "f:6: steps[1].title: {{contact.name}} is nothing that a text may speak of"
            ),
            (
                head + "steps:\n  - branch: x\n    if: tenure > 1 day",
                "f:5: steps[1].then: both ways lead to the same step"
            ),
        ] as [(String, String)])
    func `a fault names its place, what was expected and the nearest name`(_ text: String, _ expected: String) {
        let error = #expect(throws: PlaybookReader.Refused.self) { try PlaybookReader.read(text, file: "f") }
        let said = error?.faults.map(\.description).joined(separator: "\n") ?? ""
        #expect(said.contains(expected), "\(said)")
    }

    @Test func `a text that is too large, and one that nests as deep as it can, are refused and not fatal`() {
        for text in [
            String(repeating: "a", count: 70_000), String(repeating: "[", count: 60_000),
            String(repeating: "- ", count: 30_000),
        ] {
            #expect(throws: PlaybookReader.Refused.self) { try PlaybookReader.read(text, file: "f") }
        }
    }

    /// What is kept in the database must be readable for as long as a run may wait: change this test by adding only.
    @Test func `a definition of the first release can be read`() throws {
        let kept = """
            {"exits":[{"segment":"quiet","when":"left"}],"holdout":{"percent":10,"salt":""},"key":"a",
            "reentry":{"after_seconds":86400},"refusals":[{"channel":"mail","topic":"marketing"}],"segments":[],
            "steps":[
            {"kind":"message","name":"m","settings":{"body":"B","channel":"mail","subject":"S",
            "to":{"contacts":{"role":"pays"}},"topic":"marketing"}},
            {"kind":"message","name":"o","settings":{"body":"B","channel":"mail","to":{"owner":{}},"topic":"alert"}},
            {"kind":"message","name":"u","settings":{"body":"B","channel":"mail","to":{"user":{"name":"Ann"}},
            "topic":"alert"}},
            {"kind":"task","name":"t","settings":{"due":{"count":1,"unit":"working day"},"title":"T"}},
            {"kind":"wait","name":"w","settings":{"span":{"count":400,"unit":"day"}}},
            {"kind":"wait_until","name":"v","next":"e","settings":{"at_most":{"count":7,"unit":"day"},
            "crossing":{"segment":"quiet","when":"left"},"met":"e"}},
            {"kind":"branch","name":"b","settings":{"expression":"tenure > 1 day","then":"e"}},
            {"kind":"end","name":"e","settings":{}}],
            "title":"A","trigger":{"crossing":{"segment":"quiet","when":"entered"}},"watches":["quiet"]}
            """
        let playbook = try Versions.decode(.init(kept))
        #expect(playbook.steps.map(\.name).joined() == "moutwvbe")
        #expect((playbook.steps[2].step as? MessageStep)?.to == .user(name: "Ann"))
    }
}
