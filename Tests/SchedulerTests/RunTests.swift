import Foundation
import Logging
import Model
import Postgres
import TestBed
import Testing

@testable import Scheduler

/// Runs on a real database, by scheduler's own role.
@Suite struct RunTests {
    @Test func `an account enters a segment: a run, a task, a message, each caused by the one before`() async throws {
        try await Plan.with { plan in
            try await plan.account("acme")
            try await plan.own("acme", try await plan.user("Ann"))
            try await plan.segment("hot")
            try await plan.load(Sample.alert)
            try await plan.enter("acme", segment: "hot")
            try await plan.drain()
            #expect(try await plan.runs() == ["acme ended completed"])
            #expect(try await plan.tasks() == ["acme call open"])
            #expect(try await plan.messages() == ["acme tell Ann"])
            #expect(
                try await plan.told() == [
                    "enrollment.ended", "message.requested", "segment.entered", "task.opened",
                ])
            #expect(
                try await plan.texts(
                    """
                    select concat_ws(' ', a.title, a.owner, a.playbook, a.reason, a.due_at > now()) from report.task a
                    """) == ["Call Account acme Ann alert It entered the segment “hot” t"])
            #expect(
                try await plan.number("select task_id from plan.message")
                    == plan.number("select id from plan.task"))
            // From the news to the last step, no hop is missing.
            let chain = try await plan.texts(
                """
                with recursive hop as (
                    select job_id, kind, 1 as place from report.job where kind = 'segment.entered' and queue = 'scheduler'
                    union all
                    select j.job_id, j.kind, h.place + 1 from hop h join report.job j on j.cause_job_id = h.job_id
                    where j.queue = 'scheduler'
                )
                select kind from hop order by place
                """)
            #expect(chain == ["segment.entered", "enrollment.step", "enrollment.step"])
        }
    }

    @Test func `the words of the playbook's signal are the reason, else the first of the account's risk`() async throws
    {
        try await Plan.with { plan in
            for key in ["a", "b"] { try await plan.account(key) }
            try await plan.run("insert into risk.model (name, parameters) values ('m', '{}')")
            for (key, signal, rank) in [("a", "usage_drop", 1), ("a", "data_export", 2), ("b", "usage_drop", 1)] {
                try await plan.run(
                    """
                    insert into risk.score (account_id, horizon_days, probability, logit, intercept, band, model_id)
                    values (\(try await plan.id(key)), 90, 0.5, 0, 0, 'high', 1) on conflict do nothing
                    """)
                try await plan.run(
                    """
                    insert into risk.score_reason (account_id, horizon_days, rank, signal, contribution, words)
                    values (\(try await plan.id(key)), 90, \(rank)::int2, \(signal), 1, \("Words of " + signal))
                    """)
            }
            try await plan.segment("hot")
            try await plan.load(Sample.alert + "\nreason: {signal: data_export}")
            try await plan.enter("a", "b", segment: "hot")
            try await plan.drain()
            #expect(
                try await plan.texts("select reason from report.task order by account_key")
                    == ["Words of data_export", "Words of usage_drop"])
        }
    }

    @Test func `a step whose connection dies before the commit leaves nothing, and is taken once after`() async throws {
        try await Plan.with { plan in
            try await plan.account("acme")
            try await plan.put("acme", in: "hot")
            try await plan.load(Sample.alert)
            let current = try await plan.pool.transaction { [engine = plan.engine] connection in
                for one in try await Enrolling.current(where: "true", engine.versions, in: connection) {
                    _ = try await Enrolling.catchUp(one, in: connection)
                }
                return try await connection.first("select id from plan.enrollment")
            }
            let id: Int64 = try #require(try current?["id"])
            await #expect(throws: (any Error).self) {
                try await plan.pool.withConnection { connection in
                    try await connection.transaction { connection in
                        try await StepHandler.take(id, plan.engine.versions, in: connection)
                        #expect(try await connection.first("select from plan.task") != nil)
                        let row = try await connection.first("select pg_backend_pid() as pid")
                        let pid: Int32 = try #require(try row?["pid"])
                        try await plan.kill(pid)
                    }
                }
            }
            #expect(try await plan.tasks() == [])
            #expect(try await plan.runs() == ["acme active call"])
            try await plan.drain()
            #expect(try await plan.tasks() == ["acme call open"])
            #expect(try await plan.runs() == ["acme ended completed"])
        }
    }

    @Test func `two workers and news told twice make one run, one task and one message an account`() async throws {
        try await Plan.with { plan in
            let keys = (1...40).map { "a\($0)" }
            try await plan.user("Root", role: "admin")
            try await plan.segment("hot")
            try await plan.load(Sample.alert)
            for key in keys {
                try await plan.account(key)
                try await plan.put(key, in: "hot")
            }
            var ids: [Int64] = []
            for key in keys { ids.append(try await plan.id(key)) }
            for start in [0, 10, 20, 0, 5, 15] {
                let crossed = SegmentCrossed(segment: "hot", accounts: Array(ids[start..<(start + 20)]))
                try await plan.tell(.segmentEntered, crossed)
            }
            try await plan.drain(workers: 2)
            try await plan.catchUp()
            #expect(try await plan.number("select count(*) from plan.enrollment where end_reason = 'completed'") == 40)
            #expect(try await plan.number("select count(distinct account_id) from plan.task") == 40)
            #expect(try await plan.number("select count(*) from plan.task") == 40)
            #expect(try await plan.number("select count(*) from plan.message") == 40)
            #expect(try await plan.number("select count(*) from plan.step_run") == 80)
        }
    }

    @Test func `a run ends on the version that it began, a new one runs the new version`() async throws {
        try await Plan.with { plan in
            for key in ["old", "new"] { try await plan.account(key) }
            try await plan.segment("quiet")
            try await plan.load(Sample.chain)
            try await plan.enter("old", segment: "quiet")
            try await plan.drain()
            let changed = try await plan.load(
                Sample.chain.replacing("message: second", with: "task: second").replacing(
                    "    to: {role: decides}\n    topic: marketing\n    subject: Again\n    body: Hello again",
                    with: "    title: Call\n    due: 1 day"))
            #expect(changed.version == 2)
            try await plan.enter("new", segment: "quiet")
            try await plan.drain()
            try await plan.contact("old", "o1", role: "decides")
            try await plan.contact("new", "n1", role: "decides")
            try await plan.pass(.seconds(400 * 86_400 + 60))
            #expect(try await plan.runs() == ["old ended completed", "new ended completed"])
            #expect(try await plan.messages() == ["old second o1"])
            #expect(try await plan.tasks() == ["new second open"])
        }
    }

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

extension Plan {
    /// Ends a database session as a crash would.
    func kill(_ pid: Int32) async throws {
        let connection = try await PostgresConnection.connect(try database.superuser(), logger: .init(label: "test"))
        _ = try await connection.first("select pg_terminate_backend(\(pid))")
        await connection.close()
    }
}
