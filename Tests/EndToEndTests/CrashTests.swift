import Foundation
import Logging
import Model
import Postgres
import TestBed
import Testing

/// Services are killed, and the database goes away, while events pour in. Nothing is lost and nothing counts twice.
@Suite(.serialized) struct CrashTests {
    @Test func `each service is killed in turn and all is accounted for`() async throws {
        try await TestDatabase.with { database in
            try await Holdfast.with(database) { holdfast in
                for name in ["data-exported", "usage-drop", "win-back"] {
                    let file = Repository.root.appending(path: "compose/playbooks/\(name).yaml").path()
                    try await holdfast.run(.scheduler, "playbook", "load", file)
                }
                let story = try await Story.begin(holdfast, accounts: 8)
                let before = try await count("select count(*) as n from usage.event", database.owner)
                var posted = 0
                for (round, service) in (ServiceName.allCases + ServiceName.allCases).enumerated() {
                    let accounts = (1...8).map { "acme-\($0)" }
                    let events = accounts.map {
                        Sender.Event(
                            name: round.isMultiple(of: 3) ? "Data Exported" : "Report Viewed", user: "u-\($0)",
                            account: $0)
                    }
                    async let sent: Void = story.sender.sendUntilTaken(events)
                    await holdfast.kill(service)
                    try holdfast.start(service)
                    try await sent
                    // As a client does whose answer was lost.
                    try await story.sender.sendUntilTaken(events)
                    posted += events.count
                }
                for service in ServiceName.allCases { try await holdfast.ready(service) }
                try await Accounting.settled(database.owner)
                #expect(
                    try await count("select count(*) as n from usage.event", database.owner) == before + Int64(posted))
                try await Accounting.isSound(database.owner)
                #expect(try await count("select count(*) as n from plan.task", database.owner) > 0)
            }
        }
    }

    @Test func `PostgreSQL is restarted under all five, which recover alone`() async throws {
        try await PrivateCluster.with { cluster in
            let owner = PostgresPool(
                try PostgresConfiguration(url: cluster.url(as: PrivateCluster.owner)), size: 2,
                logger: Logger(label: "test"))
            try await Holdfast.with(url: { cluster.url(as: $0) }) { holdfast in
                let story = try await Story.begin(holdfast, accounts: 2)
                let before = try await count("select count(*) as n from usage.event", owner)
                for (round, mode) in ["fast", "immediate"].enumerated() {
                    let event = Sender.Event(name: "Report Viewed", user: "u-acme-1", account: "acme-1")
                    try await story.sender.sendUntilTaken([event])
                    try cluster.restart(mode)
                    try await story.sender.sendUntilTaken([event])
                    for service in ServiceName.allCases { try await holdfast.ready(service) }
                    try await Accounting.settled(owner)
                    #expect(
                        try await count("select count(*) as n from usage.event", owner) == before + Int64(round) + 1)
                }
                try await Accounting.isSound(owner)
            }
            await owner.close()
        }
    }

    private func count(_ sql: SQL, _ owner: PostgresPool) async throws -> Int64 {
        try await owner.first(sql)?["n"] ?? 0
    }
}

/// What must hold however services died.
enum Accounting {
    /// Waits until no job is left that could still change anything.
    static func settled(_ owner: PostgresPool) async throws {
        try await eventually(within: 90, "all jobs have ended") {
            // The server may have been restarted a moment ago: then a connection of ours is gone too.
            do {
                let row = try await owner.first(
                    """
                    select (select count(*) from queue.ready) + (select count(*) from queue.lease)
                        + (select count(*) from queue.scheduled where run_at < now() + interval '60 seconds')
                        + (select count(*) from usage.mark) as n
                    """)
                return try row?["n"] == Int64(0)
            } catch let error as PostgresError where error.isConnectionLost {
                return false
            }
        }
    }

    static func isSound(_ owner: PostgresPool) async throws {
        for (rule, sql) in rules {
            let broken = try await owner.query(sql)
            guard !broken.isEmpty else { continue }
            let jobs = try await owner.query(
                "select to_jsonb(j)::text as job from report.job j order by job_id desc limit 40")
            let words = try jobs.map { try $0["job"] as String }.joined(separator: "\n")
            Issue.record("\(rule): broken \(broken.count) times; the last jobs:\n\(words)")
        }
    }

    private static let rules: [(String, SQL)] = [
        (
            "each job is in exactly one place",
            """
            select j.id from queue.job j
            left join (
                select job_id from queue.ready union all select job_id from queue.scheduled
                union all select job_id from queue.lease union all select job_id from queue.done
                union all select job_id from queue.dead
            ) p on p.job_id = j.id
            group by j.id having count(p.job_id) <> 1
            """
        ),
        ("no job was given up", "select job_id from queue.dead"),
        (
            "the daily counts equal a recount of the events",
            """
            (select subject_id, (occurred_at at time zone 'UTC')::date as day, event, (known_at at time zone 'UTC')::date as known_on,
                count(*) from usage.event group by 1, 2, 3, 4
             except select subject_id, day, event, known_on, count from usage.daily)
            union all
            (select subject_id, day, event, known_on, count from usage.daily
             except select subject_id, (occurred_at at time zone 'UTC')::date, event, (known_at at time zone 'UTC')::date,
                count(*) from usage.event group by 1, 2, 3, 4)
            """
        ),
        (
            "an enrollment has one task a step",
            "select enrollment_id from plan.task group by enrollment_id, step having count(*) > 1"
        ),
        (
            "a message has one delivery an address",
            """
            select message_id from notify.delivery where message_id is not null
            group by message_id, channel, endpoint_id, address having count(*) > 1
            """
        ),
        (
            "each message was decided",
            "select m.id from plan.message m where not exists (select from notify.decision d where d.message_id = m.id)"
        ),
    ]
}
