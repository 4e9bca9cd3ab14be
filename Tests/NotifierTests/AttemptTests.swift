import Chassis
import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import Notifier

/// What becomes of deliveries whose other side, process or worker fails.
@Suite struct AttemptTests {
    /// One webhook of a task to one endpoint.
    private func opened(_ bench: Bench, _ url: String) async throws {
        _ = try await bench.book.add(name: "hook", url: url, topics: [])
        let account = try await bench.account("acme")
        try await bench.publish(.taskOpened, TasksTouched(tasks: [try await bench.task(account)]))
    }

    private func attempts(_ bench: Bench) async throws -> [String] {
        try await bench.owner.query(
            "select outcome || coalesce(' ' || status, '') as text from notify.attempt order by delivery_id, attempt"
        ).map { try $0["text"] }
    }

    @Test func failsThenIsTriedAgainWithTheSameID() async throws {
        let receiver = try Receiver { _, number in
            number == 1 ? .status(500, headers: ["retry-after": "1"]) : .status(200)
        }
        try await Bench.with { bench in
            try await opened(bench, receiver.url)
            try await eventually(within: 20, "the first try failed") { try await attempts(bench) == ["retry 500"] }
            let row = try #require(
                try await bench.owner.first(
                    """
                    select d.error, d.next_attempt_at > now() - interval '5 seconds' as later, e.failing_since is not null as failing
                    from notify.delivery d join notify.endpoint e on e.id = d.endpoint_id
                    """))
            #expect(try row["error"] == "The receiver answered 500.")
            #expect(try row["failing"] == true)
            try await bench.settled(1)
            #expect(try await attempts(bench) == ["retry 500", "delivered 200"])
            #expect(Set(receiver.requests.map { $0.headers["webhook-id"] }).count == 1)
            #expect(Set(receiver.requests.map(\.body)).count == 1)
            #expect(try await bench.count("select count(*) from notify.endpoint where failing_since is null") == 1)
        }
    }

    @Test func goneDisablesTheEndpoint() async throws {
        let receiver = try Receiver.answering(410)
        try await Bench.with { bench in
            try await opened(bench, receiver.url)
            try await bench.settled(1)
            #expect(try await attempts(bench) == ["failed 410"])
            let alarms = try await bench.owner.query(
                "select subject from report.alarm where alarm = 'endpoint_disabled'")
            #expect(try alarms.map { try $0["subject"] as String } == ["hook"])
            let account = try await bench.account("other")
            try await bench.publish(.taskOpened, TasksTouched(tasks: [try await bench.task(account)]))
            try await eventually(within: 20, "the second topic is handled") {
                try await bench.count(
                    "select count(*) from report.job where kind = 'task.opened' and state = 'completed'") == 2
            }
            #expect(receiver.requests.count == 1)
        }
    }

    @Test func refusedAddressesAreTriedOnce() async throws {
        let receiver = try Receiver.answering(200)
        try await Bench.with(allow: "10.1.0.0/16") { bench in
            try await opened(bench, receiver.url)
            try await bench.settled(1)
            #expect(try await attempts(bench) == ["failed"])
            #expect(try await bench.states() == ["failed"])
            #expect(receiver.requests.isEmpty)
            #expect(try await bench.count("select count(*) from notify.endpoint where failing_since is null") == 1)
        }
    }

    /// A crash between the try and its outcome: the job comes again and finds the try begun.
    @Test func afterACrashAWebhookIsSentAgainAndKnownByItsID() async throws {
        let receiver = try Receiver.answering(200)
        try await Bench.with(workers: 0) { bench in
            try await opened(bench, receiver.url)
            let (delivery, job) = try await crashed(bench, channel: "webhook")
            try await Bench.work(bench) {
                try await bench.settled(1)
            }
            #expect(try await attempts(bench) == ["unknown", "delivered 200"])
            #expect(receiver.requests.count == 1)
            #expect(delivery > 0 && job > 0)
        }
    }

    @Test func afterACrashMailIsUnknownAndNotRepeated() async throws {
        try await Bench.with(workers: 0) { bench in
            _ = try await crashed(bench, channel: "mail")
            try await Bench.work(bench) { try await bench.settled(1) }
            #expect(try await attempts(bench) == ["unknown"])
            #expect(try await bench.states() == ["unknown"])
        }
    }

    /// A delivery whose job died in the middle of the first try.
    private func crashed(_ bench: Bench, channel: String) async throws -> (delivery: Int64, job: Int64) {
        let endpoint = try await bench.owner.first("select id from notify.endpoint")
        let endpointID: Int64? = try endpoint?["id"]
        let delivery = try await bench.id(
            """
            insert into notify.delivery (delivery_key, endpoint_id, channel, address, body, state, sandbox, attempts)
            values ('crashed', \(endpointID), \(channel), 'ada@example.invalid', '{}', 'pending', false, 1) returning id
            """)
        _ = try await bench.owner.execute("delete from queue.ready")
        let job = try await bench.id(
            """
            select queue.enqueue('notifier', 'delivery.attempt', jsonb_build_object('delivery', \(delivery)::bigint,
                'endpoint', \(endpointID)::bigint))
            """)
        try await bench.owner.execute(
            """
            insert into notify.attempt (delivery_id, attempt, outcome, job_id) values (\(delivery), 1, 'started', \(job))
            """)
        return (delivery, job)
    }

    @Test func whatFailedCanBeReplayed() async throws {
        let receiver = try Receiver.answering(410, 200)
        try await Bench.with { bench in
            try await opened(bench, receiver.url)
            try await bench.settled(1)
            let entry = try #require(try await bench.log.entries(.init(state: "failed")).first)
            _ = try await bench.book.enable(.name("hook"))
            try await bench.log.replay(entry.id)
            try await eventually(within: 20, "it is delivered") { try await bench.states() == ["delivered"] }
            #expect(try await bench.log.attempts(of: entry.id).map(\.outcome) == ["failed", "delivered"])
            await #expect(throws: EndpointProblem.self) { try await bench.log.replay(entry.id) }
            await #expect(throws: EndpointProblem.self) { try await bench.log.replay(999_999) }
        }
    }

    @Test func consentWithdrawnMeanwhileStopsTheDelivery() async throws {
        try await Bench.with(workers: 0) { bench in
            let account = try await bench.account("acme")
            let contact = try await bench.contact("ada", of: account, mail: "ada@example.invalid")
            try await bench.consent(contact)
            let message = try await bench.message(account, contact: contact)
            try await bench.runtime.pool.transaction { connection in
                try await MessageRequested(links: Links(console: nil, notifier: nil)).decide([message], connection)
            }
            try await bench.consent(contact, granted: false)
            try await Bench.work(bench) { try await bench.settled(1) }
            #expect(try await bench.states() == ["failed"])
            #expect(try await attempts(bench) == [])
        }
    }

    @Test func aDeliveryThatLostItsJobIsFound() async throws {
        let receiver = try Receiver.answering(200)
        try await Bench.with(workers: 0) { bench in
            let (endpoint, _) = try await bench.book.add(name: "hook", url: receiver.url, topics: [])
            try await bench.owner.execute(
                """
                insert into notify.delivery (delivery_key, endpoint_id, channel, body, state, sandbox, next_attempt_at)
                values ('lost', \(endpoint.id), 'webhook', '{}', 'pending', false, now() - interval '1 hour'),
                    ('soon', \(endpoint.id), 'webhook', '{}', 'pending', false, now() + interval '1 hour')
                """)
            let found = try await bench.runtime.pool.transaction { connection in
                // Twice: the second time its job is there already.
                _ = try await DeliverySweep.sweep(overdue: DeliverySweep.overdue, connection)
                return try await DeliverySweep.sweep(overdue: DeliverySweep.overdue, connection)
            }
            #expect(found == 1)
            #expect(try await bench.count("select count(*) from queue.ready") == 1)
            try await Bench.work(bench) { try await bench.settled(1) }
            #expect(receiver.requests.count == 1)
        }
    }
}
