import Model
import Postgres
import TestBed
import Testing

@testable import Scheduler

@Suite struct EnrollingTests {
    @Test func `who is in the segment when a playbook is loaded is enrolled, once`() async throws {
        try await Plan.with { plan in
            for key in ["a", "b"] {
                try await plan.account(key)
                try await plan.put(key, in: "hot")
            }
            try await plan.account("c")
            try await plan.load(Sample.alert)
            try await plan.drain()
            #expect(try await plan.runs() == ["a ended completed", "b ended completed"])
            try await plan.catchUp()
            try await plan.tell(
                .segmentEntered,
                SegmentCrossed(segment: "hot", accounts: [try await plan.id("a"), try await plan.id("c")]))
            try await plan.drain()
            #expect(try await plan.runs() == ["a ended completed", "b ended completed"], "the news were late")
        }
    }

    @Test func `news come before the catch-up, so that a run knows its cause`() async throws {
        try await Plan.with { plan in
            try await plan.account("a")
            try await plan.put("a", in: "hot", ago: .seconds(50))
            try await plan.load(Sample.alert)
            try await plan.drain()
            #expect(try await plan.runs() == [])
            try await plan.run("update crm.segment_member set entered_at = entered_at - interval '20 seconds'")
            try await plan.catchUp()
            #expect(try await plan.runs() == ["a ended completed"])
        }
    }

    @Test(
        arguments: [
            ("never", 0, false), ("never", 1_000, false), ("always", 0, true), ("{after: 30 days}", 29, false),
            ("{after: 30 days}", 31, true),
        ])
    func `entering again`(_ rule: String, _ days: Int, _ enrolled: Bool) async throws {
        try await Plan.with { plan in
            try await plan.account("a")
            try await plan.segment("hot")
            try await plan.load(Sample.alert.replacing("reentry: always", with: "reentry: \(rule)"))
            try await plan.enter("a", segment: "hot")
            try await plan.drain()
            try await plan.pass(.seconds(days * 86_400))
            try await plan.catchUp()
            #expect(try await plan.runs().count == 1, "it never left")
            try await plan.leave("a", segment: "hot")
            try await plan.enter("a", segment: "hot")
            try await plan.drain()
            #expect(try await plan.runs().count == (enrolled ? 2 : 1))
        }
    }

    @Test func `on holiday nobody is enrolled; who is in the segment afterwards, is`() async throws {
        try await Plan.with { plan in
            try await plan.account("a")
            try await plan.run("update crm.account set on_holiday_until = (now() at time zone 'UTC')::date")
            try await plan.segment("hot")
            try await plan.load(Sample.alert)
            try await plan.enter("a", segment: "hot")
            try await plan.drain()
            #expect(try await plan.runs() == [])
            try await plan.run("update crm.account set on_holiday_until = on_holiday_until - 1")
            try await plan.run("update crm.segment_member set entered_at = entered_at - interval '1 day'")
            try await plan.catchUp()
            #expect(try await plan.runs() == ["a ended completed"])
        }
    }

    @Test func `a run is held back on holiday before it bothers anybody`() async throws {
        try await Plan.with { plan in
            try await plan.account("a")
            try await plan.segment("hot")
            try await plan.load(Sample.alert)
            try await plan.put("a", in: "hot")
            try await plan.pool.transaction { [engine = plan.engine] in
                try await Enrolling.crossed(
                    Crossing(segment: "hot", way: .entered), accounts: [1], engine.versions, in: $0)
            }
            try await plan.run("update crm.account set on_holiday_until = (now() at time zone 'UTC')::date + 3")
            try await plan.drain()
            #expect(try await plan.runs() == ["a active call"])
            #expect(try await plan.number("select count(*) from plan.step_run") == 0)
            try await plan.run("update crm.account set on_holiday_until = null")
            try await plan.pass(.seconds(7 * 3_600))
            #expect(try await plan.runs() == ["a ended completed"])
        }
    }

    @Test func `a holdout is left out for good, and the rest is not`() async throws {
        try await Plan.with { plan in
            let keys = (1...60).map { "a\($0)" }
            for key in keys {
                try await plan.account(key)
                try await plan.put(key, in: "hot")
            }
            let holdout = Holdout(percent: 25, salt: "")
            let out = keys.filter { holdout.leavesOut(account: $0, of: "alert") }
            try #require((5...30).contains(out.count))
            try await plan.load(Sample.alert + "\nholdout: 25 %")
            try await plan.drain()
            let left: SQL = """
                select a.key from plan.enrollment e join crm.account a on a.id = e.account_id where e.state = 'holdout'
                """
            let first = try await plan.texts(left)
            #expect(Set(first) == Set(out))
            #expect(try await plan.number("select count(*) from plan.task") == Int64(60 - out.count))
            for key in out.prefix(2) {
                try await plan.leave(key, segment: "hot")
                try await plan.enter(key, segment: "hot")
            }
            try await plan.drain()
            let then = try await plan.texts(left)
            #expect(Set(then) == Set(out))
            #expect(try await plan.number("select count(*) from plan.enrollment") == 60)
        }
    }

    @Test func `stubs are enrolled, merged accounts are not`() async throws {
        try await Plan.with { plan in
            for key in ["stub", "old", "whole"] { try await plan.account(key) }
            try await plan.run("update crm.account set stub = true where key = 'stub'")
            try await plan.run(
                "update crm.account set merged_into = (select id from crm.account where key = 'whole') where key = 'old'"
            )
            for key in ["stub", "old"] { try await plan.put(key, in: "hot") }
            try await plan.load(Sample.alert)
            try await plan.drain()
            #expect(try await plan.runs() == ["stub ended completed"])
        }
    }

    @Test func `leaving a segment can be a trigger`() async throws {
        try await Plan.with { plan in
            try await plan.account("a")
            try await plan.segment("hot")
            try await plan.load(Sample.alert.replacing("{segment: hot}", with: "{segment: hot, when: left}"))
            try await plan.enter("a", segment: "hot")
            try await plan.drain()
            #expect(try await plan.runs() == [])
            try await plan.leave("a", segment: "hot")
            try await plan.drain()
            #expect(try await plan.runs() == ["a ended completed"])
        }
    }

    @Test func `a disabled playbook enrols nobody, and what runs goes on`() async throws {
        try await Plan.with { plan in
            for key in ["a", "b"] { try await plan.account(key) }
            try await plan.segment("quiet")
            try await plan.load(Sample.chain)
            try await plan.enter("a", segment: "quiet")
            try await plan.drain()
            _ = try await plan.pool.transaction { try await PlaybookStore.enable("chain", false, in: $0) }
            try await plan.enter("b", segment: "quiet")
            try await plan.pass(.seconds(401 * 86_400))
            #expect(try await plan.runs() == ["a ended completed"])
            _ = try await plan.pool.transaction { try await PlaybookStore.enable("chain", true, in: $0) }
            try await plan.drain()
            #expect(try await plan.runs() == ["a ended completed", "b active pause"])
        }
    }

    @Test func `more members than are taken at once are all enrolled`() async throws {
        try await Plan.with { plan in
            try await plan.segment("hot")
            try await plan.run(
                "insert into crm.account (key, name) select 'a' || n, 'A' from generate_series(1, 700) n")
            try await plan.run(
                """
                insert into crm.segment_member (segment_id, account_id, entered_at)
                select s.id, a.id, now() - interval '1 day' from crm.segment s, crm.account a
                """
            )
            try await plan.load(
                Sample.alert.replacing("steps:", with: "steps:\n  - end: at-once"))
            try await plan.drain()
            #expect(try await plan.number("select count(*) from plan.enrollment where state = 'ended'") == 700)
        }
    }
}
