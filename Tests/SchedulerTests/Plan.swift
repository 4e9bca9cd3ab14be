import Foundation
import Jobs
import Logging
import Model
import Postgres
import ServiceLifecycle
import TestBed

@testable import Scheduler

/// The arranging of these tests: accounts, segments and playbooks in a database of their own, and scheduler at work on it
/// by its own role. Time passes by moving rows back, never by sleeping.
struct Plan: Sendable {
    let database: TestDatabase
    /// As scheduler's role.
    let pool: PostgresPool
    let engine = Engine()

    static func with(_ body: (Plan) async throws -> Void) async throws {
        try await TestDatabase.with { database in
            try await body(Plan(database: database, pool: try await database.pool(as: .scheduler)))
        }
    }

    /// The folder with the playbooks that are shipped.
    static let shipped = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../compose/playbooks"
    ).standardized.path

    // MARK: The world outside

    @discardableResult
    func run(_ sql: SQL) async throws -> Int { try await database.owner.execute(sql) }

    func number(_ sql: SQL) async throws -> Int64 {
        guard let row = try await database.owner.first(sql) else { throw TestBedError("no row: \(sql)") }
        return try row[0]
    }

    func texts(_ sql: SQL) async throws -> [String] { try await database.owner.query(sql).map { try $0[0] } }

    @discardableResult
    func account(_ key: String) async throws -> Int64 {
        try await number(
            "insert into crm.account (key, name) values (\(key), \("Account " + key)) returning id")
    }

    func id(_ key: String) async throws -> Int64 { try await number("select id from crm.account where key = \(key)") }

    @discardableResult
    func user(_ name: String, role: String = "manager", zone: String = "UTC") async throws -> Int64 {
        try await number(
            "insert into crm.team_user (name, role, time_zone) values (\(name), \(role), \(zone)) returning id")
    }

    func own(_ key: String, _ user: Int64) async throws {
        try await run("insert into crm.account_owner (account_id, user_id) values (\(try await id(key)), \(user))")
    }

    @discardableResult
    func contact(_ account: String, _ key: String, role: String? = nil) async throws -> Int64 {
        try await number(
            """
            insert into crm.contact (account_id, key, name, role)
            values (\(try await id(account)), \(key), \("Contact " + key), \(role)) returning id
            """)
    }

    func segment(_ key: String) async throws {
        try await run(
            """
            insert into crm.segment (key, name, expression, sources, changes_with_time)
            values (\(key), \(key), 'tenure > 1 day', '{}', false) on conflict do nothing
            """)
    }

    /// The account's membership alone, without any news of it; older than news can be late, unless told otherwise.
    func put(_ key: String, in segment: String, ago: Duration = .seconds(120)) async throws {
        try await self.segment(segment)
        try await run(
            """
            insert into crm.segment_member (segment_id, account_id, entered_at)
            select id, \(try await id(key)), now() - \(ago) from crm.segment where key = \(segment)
            """)
    }

    func take(_ key: String, outOf segment: String) async throws {
        try await run(
            """
            delete from crm.segment_member where account_id = \(try await id(key))
                and segment_id = (select id from crm.segment where key = \(segment))
            """)
    }

    // MARK: Scheduler

    /// Loads a playbook and leaves the catch-up that this enqueues to be run by `drain`.
    @discardableResult
    func load(_ source: String) async throws -> PlaybookStore.Loaded {
        let playbook = try PlaybookReader.read(source, file: "test.yaml")
        return try await pool.transaction { try await PlaybookStore.load(playbook, source: source, in: $0) }
    }

    /// Membership and news of it, as contacts does it in one transaction.
    func enter(_ keys: String..., segment: String) async throws {
        for key in keys { try await put(key, in: segment, ago: .zero) }
        try await publish(.segmentEntered, segment, keys)
    }

    func leave(_ keys: String..., segment: String) async throws {
        for key in keys { try await take(key, outOf: segment) }
        try await publish(.segmentLeft, segment, keys)
    }

    private func publish(_ topic: Topic, _ segment: String, _ keys: [String]) async throws {
        var accounts: [Int64] = []
        for key in keys { accounts.append(try await id(key)) }
        let crossed = SegmentCrossed(segment: segment, accounts: accounts)
        try await tell(topic, crossed)
    }

    func tell(_ topic: Topic, _ payload: some Encodable & Sendable) async throws {
        _ = try await database.owner.transaction { try await Queue.publish(topic, payload, in: $0) }
    }

    /// Lets workers run until nothing is left to do at once.
    func drain(workers: Int = 1) async throws {
        try await working(workers) {
            try await eventually(within: 60, "the queue is empty") {
                try await database.owner.first(
                    """
                    select from queue.queue q where q.name = 'scheduler' and (
                        exists (select from queue.ready r where r.queue_id = q.id)
                        or exists (select from queue.lease l where l.queue_id = q.id))
                    """) == nil
            }
        }
    }

    /// Runs the body beside workers, which are stopped in order afterwards.
    func working(_ count: Int = 1, _ body: () async throws -> Void) async throws {
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let workers = (0..<count).map { _ in
            JobWorker(
                queue: ServiceName.scheduler.queue, pool: pool, database: pool.configuration, handlers: engine.handlers,
                concurrency: 4, stopPatience: .seconds(5), logger: silent)
        }
        let group = ServiceGroup(
            configuration: .init(services: workers.map { .init(service: $0) }, logger: silent))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body()
                await group.triggerGracefulShutdown()
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            try await tasks.waitForAll()
        }
    }

    /// Time passes for all runs: what happened, happened so much earlier, and what was to come, comes so much sooner.
    func pass(_ time: Duration) async throws {
        try await run(
            """
            update plan.enrollment set wake_at = wake_at - \(time), step_began_at = step_began_at - \(time),
                entered_at = entered_at - \(time), ended_at = ended_at - \(time)
            """)
        try await run("update crm.segment_member set entered_at = entered_at - \(time)")
        try await sweep()
    }

    func sweep() async throws {
        try await pool.transaction { try await Wakes.sweep(in: $0) }
        try await drain()
    }

    func catchUp() async throws {
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await pool.transaction { [engine] in try await CatchUp.run(engine.versions, logger: silent, in: $0) }
        try await drain()
    }
}
