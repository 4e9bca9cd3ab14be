import Chassis
import Foundation
import Jobs
import Logging
import Model
import Postgres
import ServiceLifecycle
import TestBed

@testable import RiskScorer

/// A database with what a test needs: accounts, their usage, orders and subscriptions, as the other services write them.
struct Tenant: Sendable {
    let database: TestDatabase
    var owner: PostgresPool { database.owner }

    static func with<Result>(_ body: nonisolated(nonsending) (Tenant) async throws -> Result) async throws -> Result {
        try await TestDatabase.with { try await body(Tenant(database: $0)) }
    }

    /// The service's runtime, signed in as its role.
    func runtime(plugins folder: String? = nil, logger: Logger = Tenant.quiet) async throws -> Runtime {
        var environment = [Settings.databaseURL(.riskScorer).name: database.url(as: ServiceName.riskScorer.role)]
        environment[Settings.pluginFolder.name] = folder
        return Runtime(
            .riskScorer, settings: try SettingValues(of: .riskScorer, environment: environment),
            database: database.configuration(as: ServiceName.riskScorer.role),
            pool: database.pool(as: ServiceName.riskScorer.role, size: 6), logger: logger)
    }

    /// Runs the body while the service works as `serve` builds it.
    func serving<Result: Sendable>(
        plugins folder: String? = nil, logger: Logger = Tenant.quiet,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let parts = try await Serve.build(try await runtime(plugins: folder, logger: logger))
        let group = ServiceGroup(services: parts, logger: Tenant.quiet)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let result: Swift.Result<Result, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return try result.get()
        }
    }

    static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    /// An account with this key; with a subject of its own where its usage is sent.
    @discardableResult
    func account(_ key: String, sendsUsage: Bool = true) async throws -> Int64 {
        let account = try await number("insert into crm.account (key, name) values (\(key), \(key)) returning id")
        guard sendsUsage else { return account }
        let subject = try await number("insert into usage.subject (kind, key) values ('group', \(key)) returning id")
        try await owner.execute(
            "insert into crm.account_subject (subject_id, account_id) values (\(subject), \(account))")
        return account
    }

    /// So many events at noon of each day from `days.upperBound` to `days.lowerBound` days ago, known when they happened.
    func use(_ key: String, _ days: ClosedRange<Int>, events: Int = 5, name: String = "Report Viewed") async throws {
        try await insert(
            """
            select s.id, n.day, n.day::timestamp at time zone 'UTC' + interval '12 hours',
                n.day::timestamp at time zone 'UTC' + interval '12 hours'
            from usage.subject s,
                (select \(fragment: Tenant.today) - d as day from generate_series(\(days.lowerBound)::int, \(days.upperBound)::int) d) n,
                generate_series(1, \(events)::int)
            where s.key = \(key)
            """, name)
    }

    /// One event that happened and became known at these times.
    func event(_ key: String, _ name: String, at: Date, known: Date? = nil) async throws {
        try await insert(
            """
            select s.id, (\(at) at time zone 'UTC')::date, \(at), \(known ?? at) from usage.subject s where s.key = \(key)
            """, name)
    }

    private func insert(_ rows: SQL, _ name: String) async throws {
        try await owner.transaction { connection in
            _ = try await connection.query(
                """
                with new as (
                    insert into usage.event (subject_id, message_id, sent_on, event, occurred_at, known_at)
                    select subject_id, gen_random_uuid()::text, day, \(name), at, known
                    from (\(fragment: rows)) n (subject_id, day, at, known)
                    returning subject_id, sent_on, event, (known_at at time zone 'UTC')::date as known_on
                )
                insert into usage.daily_folded as d (subject_id, day, event, known_on, count)
                select subject_id, sent_on, event, known_on, count(*) from new group by 1, 2, 3, 4
                on conflict (subject_id, day, event, known_on) do update set count = d.count + excluded.count
                """)
        }
    }

    /// Orders so many days ago each, at noon, known when they happened.
    func orders(_ key: String, _ daysAgo: [Int], minor: Int64 = 2_500) async throws {
        try await owner.execute(
            """
            insert into crm.account_order (account_id, key, amount_minor, currency, occurred_at, known_at, historical)
            select a.id, gen_random_uuid()::text, \(minor), 'USD', at, at, true
            from crm.account a, (select (\(fragment: Tenant.today) - d)::timestamp at time zone 'UTC' + interval '12 hours' as at
                from unnest(\(daysAgo.map(Int32.init))) d) o
            where a.key = \(key)
            """)
    }

    /// A subscription that began so many days ago.
    func subscribe(_ key: String, daysAgo: Int, mrr: Int64 = 4_900, status: String = "active") async throws {
        let subscription = try await number(
            """
            insert into crm.subscription (account_id, key, started_at, known_at, historical)
            select id, key, now() - \(daysAgo) * interval '1 day', now() - \(daysAgo) * interval '1 day', true
            from crm.account where key = \(key) returning id
            """)
        try await owner.execute(
            """
            insert into crm.subscription_state (subscription_id, status, mrr_minor, currency, seats, renews_at, occurred_at, known_at)
            values (\(subscription), \(status), \(mrr), 'EUR', 10, now() + interval '90 days',
                now() - \(daysAgo) * interval '1 day', now() - \(daysAgo) * interval '1 day')
            """)
    }

    /// A fleet that uses the product every day, so that there is something usual.
    func fleet(_ accounts: Int = 25, days: ClosedRange<Int> = 1...100) async throws {
        for number in 1...accounts {
            try await account("fleet-\(number)")
            try await use("fleet-\(number)", days, events: 4 + number % 5)
        }
    }

    func publish(_ topic: Topic, _ payload: some Encodable & Sendable) async throws {
        _ = try await owner.first("select queue.publish(\(topic.rawValue), null, \(try JSONText(encoding: payload)))")
    }

    func number(_ sql: SQL) async throws -> Int64 {
        guard let row = try await owner.first(sql) else { throw TestBedError("no row") }
        return try row[0]
    }

    /// The UTC day, as the server has it.
    static let today = SQL(verbatim: "(now() at time zone 'UTC')::date")
}
