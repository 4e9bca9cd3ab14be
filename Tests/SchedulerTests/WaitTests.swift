import Foundation
import Postgres
import TestBed
import Testing

@testable import Scheduler

/// Runs that wait, with the clock moved by data.
@Suite struct WaitTests {
    @Test func `a wait of 400 days outlives restarts, and is over on its day`() async throws {
        try await Plan.with { plan in
            try await plan.account("acme")
            try await plan.contact("acme", "ann", role: "decides")
            try await plan.contact("acme", "bob", role: "uses")
            try await plan.segment("quiet")
            try await plan.load(Sample.chain)
            try await plan.enter("acme", segment: "quiet")
            try await plan.drain()
            #expect(try await plan.messages() == ["acme first ann", "acme first bob"])
            #expect(try await plan.runs() == ["acme active pause"])
            try await plan.pass(.seconds(400 * 86_400 - 3_600))
            #expect(try await plan.runs() == ["acme active pause"])
            try await plan.pass(.seconds(3_700))
            #expect(try await plan.runs() == ["acme ended completed"])
            #expect(try await plan.messages() == ["acme first ann", "acme first bob", "acme second ann"])
            let waited = try await plan.texts("select outcome from plan.step_run where step = 'pause' order by id")
            #expect(waited == ["waiting", "done"])
        }
    }

    @Test func `usage back in time ends the run; not back, it escalates`() async throws {
        let shipped = try String(contentsOfFile: Plan.shipped + "/usage-drop.yaml", encoding: .utf8)
        try await Plan.with { plan in
            for key in ["back", "gone"] { try await plan.account(key) }
            try await plan.user("Root", role: "admin")
            try await plan.segment("usage-drop")
            try await plan.load(shipped)
            try await plan.enter("back", "gone", segment: "usage-drop")
            try await plan.drain()
            #expect(try await plan.runs() == ["back active usage-back", "gone active usage-back"])
            try await plan.leave("back", segment: "usage-drop")
            try await plan.drain()
            #expect(try await plan.runs() == ["back ended completed", "gone active usage-back"])
            try await plan.pass(.seconds(7 * 86_400 + 60))
            #expect(try await plan.runs() == ["back ended completed", "gone ended completed"])
            #expect(try await plan.tasks() == ["back ask open", "gone ask open", "gone escalation open"])
            #expect(
                try await plan.messages() == ["back alert Root", "gone alert Root", "gone escalate Root"])
        }
    }

    @Test func `a crossing whose news were lost is seen within six hours`() async throws {
        try await Plan.with { plan in
            try await plan.account("acme")
            try await plan.segment("quiet")
            try await plan.load(Sample.chain)
            try await plan.enter("acme", segment: "quiet")
            try await plan.drain()
            try await plan.take("acme", outOf: "quiet")
            try await plan.pass(.seconds(5 * 3_600))
            #expect(try await plan.runs() == ["acme active pause"])
            try await plan.pass(.seconds(3_700))
            #expect(try await plan.runs() == ["acme ended exited"])
        }
    }

    @Test func `a branch asks the database`() async throws {
        try await Plan.with { plan in
            for key in ["big", "small"] { try await plan.account(key) }
            try await plan.run("update crm.account set industry = 'Food' where key = 'big'")
            try await plan.segment("hot")
            try await plan.load(
                """
                playbook: p
                title: P
                trigger: {segment: hot}
                steps:
                  - branch: which
                    if: industry = "Food"
                    else: end
                  - task: call
                    title: T
                    due: 1 day
                """)
            try await plan.enter("big", "small", segment: "hot")
            try await plan.drain()
            #expect(try await plan.tasks() == ["big call open"])
        }
    }
}
