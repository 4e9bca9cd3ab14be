import Foundation
import Model
import Postgres
import TestBed
import Testing

/// The whole loop with the real programs: one event in, one signed webhook out, every hop on record.
@Suite(.serialized) struct ChainTests {
    @Test func `one Data Exported event becomes a task and a signed webhook, each hop caused by the one before`()
        async throws
    {
        try await TestDatabase.with { database in
            try await Receiver.with { receiver, address in
                try await Holdfast.with(
                    database, settings: ["HOLDFAST_NOTIFIER_ALLOW_NETWORKS": "127.0.0.0/8"],
                    order: ServiceName.allCases.reversed()
                ) { holdfast in
                    try await Self.chain(holdfast, database, receiver, address)
                }
            }
        }
    }

    private static func chain(
        _ holdfast: Holdfast, _ database: TestDatabase, _ receiver: Receiver, _ address: String
    ) async throws {
        let playbook = Repository.root.appending(path: "compose/playbooks/data-exported.yaml").path()
        try await holdfast.run(.scheduler, "playbook", "load", playbook)
        let added = try await holdfast.run(.notifier, "endpoint", "add", "test", address)
        let secret = try #require(added.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("whsec_") })
        receiver.expect(secret: String(secret))
        let story = try await Story.begin(holdfast, accounts: 3)
        try await eventually(within: 60, "the accounts are scored and their segments evaluated") {
            let row = try await database.owner.first(
                """
                select (select count(*) from risk.score) as scores,
                    (select count(*) from crm.segment where evaluated_at is not null) as segments,
                    (select coalesce(sum(ready + running + scheduled), 0)::bigint from report.queue) as jobs
                """)
            let scores: Int64 = try row?["scores"] ?? 0
            let segments: Int64 = try row?["segments"] ?? 0
            let jobs: Int64 = try row?["jobs"] ?? 1
            return scores >= 6 && segments >= 1 && jobs == 0
        }

        try await story.sender.sendUntilTaken([.init(name: "Data Exported", user: "u-acme-1", account: "acme-1")])

        try await eventually(within: 30, "a signed webhook about the task arrives") {
            receiver.all.contains { $0.isSigned && $0.body.contains("task.opened") && $0.body.contains("acme-1") }
        }
        #expect(receiver.all.filter { !$0.isSigned }.isEmpty)
        let task = try await database.owner.first(
            """
            select account_key, owner, playbook, state from report.task
            """)
        #expect(try task?["account_key"] == "acme-1")
        #expect(try task?["owner"] == Story.owner)
        #expect(try task?["playbook"] == "data-exported")
        do {
            try await eventually(within: 40, "each hop is on record, caused by the one before") {
                try await isWhole(database)
            }
        } catch {
            let paths = try await database.owner.query(paths).map { try $0["path"] as String }
            Issue.record("\(error); there are \(paths.joined(separator: "; "))")
        }
    }

    /// From the webhook back to the event, by the cause of each job. A touch soon after another is scored by a job more.
    /// Where a full pass scores the account between the event and the job about it, the pass is what found the change.
    private static let paths: SQL = """
        with recursive chain as (
            select job_id, kind as path from report.job where cause_job_id is null and state = 'completed'
            union all
            select j.job_id, c.path || ' ' || j.kind from report.job j join chain c on j.cause_job_id = c.job_id
            where j.state = 'completed'
        )
        select distinct path from chain where path ~ 'risk.changed|task.opened' order by path
        """

    /// Where another job about the account, or the scheduler's own look, saw the change a moment before the one that it
    /// caused, the chain is in two pieces, each of them whole.
    private static func isWhole(_ database: TestDatabase) async throws -> Bool {
        let found = try await database.owner.query(paths).map { try $0["path"] as String }
        func has(_ pattern: String) throws -> Bool {
            let path = try Regex("^" + pattern + "$")
            return found.contains { $0.firstMatch(of: path) != nil }
        }
        let (scored, done) = (
            "(usage.recorded (scores.touched )?|scores.refresh )risk.changed",
            "(enrollment.step )+task.opened delivery.attempt"
        )
        if try has("\(scored) segment.entered \(done)") { return true }
        return try has(scored) && has("([a-z]+[.][a-z]+ )*(segment.entered|playbook.catchup) \(done)")
    }
}
