import Jobs
import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

/// Changes that come in a crowd are looked at together.
@Suite struct CoalescedEvaluationTests {
    private func define(_ desk: Desk) async throws {
        _ = try await desk.pool.transaction { connection in
            try await SegmentDefinition.define(
                SegmentDefinition(key: "home", name: "Home", expression: #"country = "UA""#), by: "test", in: connection
            )
        }
        try await desk.work()
    }

    /// Jobs that say each of one account that it changed, beside one whose payload is broken.
    private func change(_ desk: Desk, to country: String) async throws {
        try await desk.pool.transaction { connection in
            let rows = try await connection.query(
                "update crm.account set country = \(country) where key like 'a%' returning id")
            for row in rows {
                try await Queue.enqueue(
                    Topic.accountChanged.rawValue, on: ServiceName.contacts.queue,
                    AccountsTouched(accounts: [try row["id"]]), in: connection)
            }
            _ = try await connection.first(
                "select queue.enqueue('contacts', \(Topic.accountChanged.rawValue), jsonb_build_object('accounts', 'all'))"
            )
        }
    }

    /// How many accounts were told to have entered or left, by how many different jobs.
    private func told(_ desk: Desk, _ topic: Topic) async throws -> (accounts: Int, distinct: Int, causes: Int) {
        let row = try await desk.database.owner.first(
            """
            select count(*)::int as accounts, count(distinct a)::int as distinct_accounts,
                count(distinct j.cause_job_id)::int as causes
            from queue.job j join queue.queue q on q.id = j.queue_id and q.name = 'scheduler'
            cross join jsonb_array_elements_text(j.payload->'accounts') as a where j.kind = \(topic.rawValue)
            """)
        let counts: (Int32, Int32, Int32) = (
            try row?["accounts"] ?? 0, try row?["distinct_accounts"] ?? 0, try row?["causes"] ?? 0
        )
        return (Int(counts.0), Int(counts.1), Int(counts.2))
    }

    @Test func aHundredJobsTakeFewLooksAndTellEachAccountOnce() async throws {
        try await Desk.with { desk in
            let rows = (1...100).map { "a\($0),PL\n" }.joined()
            try await desk.importing(.accounts, "key,country\n" + rows)
            try await define(desk)
            try await change(desk, to: "UA")
            try await desk.work(workers: 2, concurrency: 16)
            #expect(try await desk.count("select from crm.segment_member") == 100)
            let entered = try await told(desk, .segmentEntered)
            #expect(entered.accounts == 100 && entered.distinct == 100)
            #expect(entered.causes < 60)
            try await change(desk, to: "DE")
            try await desk.work(workers: 2, concurrency: 16)
            #expect(try await desk.count("select from crm.segment_member") == 0)
            let left = try await told(desk, .segmentLeft)
            #expect(left.accounts == 100 && left.distinct == 100)
            // What is broken is no obstacle to the others.
            #expect(try await desk.count("select from queue.dead where kind = 'account.changed'") == 2)
        }
    }
}
