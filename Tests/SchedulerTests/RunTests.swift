// Over 200 lines: the life of a run from its trigger to its end.
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

    @Test func `two that take the same run at once take it one after the other`() async throws {
        try await Plan.with { plan in
            try await plan.account("acme")
            try await plan.user("Root", role: "admin")
            try await plan.put("acme", in: "hot")
            try await plan.load(Sample.alert)
            let versions = plan.engine.versions
            try await plan.pool.transaction { connection in
                for one in try await Enrolling.current(where: "true", versions, in: connection) {
                    _ = try await Enrolling.catchUp(one, in: connection)
                }
            }
            let id = try await plan.number("select id from plan.enrollment")
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await plan.pool.withConnection { connection in
                    try await connection.transaction { connection in
                        try await StepHandler.take(id, versions, in: connection)
                        group.addTask {
                            try await plan.pool.transaction { try await StepHandler.take(id, versions, in: $0) }
                        }
                        try await eventually("the other one waits") {
                            try await plan.number(
                                """
                                select count(*) from pg_stat_activity
                                where datname = current_database() and wait_event_type = 'Lock'
                                """) == 1
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await plan.runs() == ["acme ended completed"])
            #expect(try await plan.texts("select step from plan.step_run order by id") == ["call", "tell"])
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
}

extension Plan {
    /// Ends a database session as a crash would.
    func kill(_ pid: Int32) async throws {
        let connection = try await PostgresConnection.connect(try database.superuser(), logger: .init(label: "test"))
        _ = try await connection.first("select pg_terminate_backend(\(pid))")
        await connection.close()
    }
}
