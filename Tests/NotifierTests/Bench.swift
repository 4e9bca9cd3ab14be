import Chassis
import Foundation
import Jobs
import Logging
import Model
import Postgres
import ServiceLifecycle
import TestBed

@testable import Notifier

/// A migrated database with notifier working on it, and the rows of other services that a test needs.
struct Bench: Sendable {
    let database: TestDatabase
    let owner: PostgresPool
    let runtime: Runtime
    let parts: NotifierParts
    var book: EndpointBook { EndpointBook(pool: runtime.pool) }
    var log: DeliveryLog { DeliveryLog(pool: runtime.pool) }

    /// - Parameters:
    ///   - workers: how many processes' worth of workers run meanwhile.
    ///   - allow: the networks that webhooks may reach.
    static func with(
        workers: Int = 1, allow: String = "127.0.0.0/8", resolver: Resolver = .system,
        limits: WebhookClient.Limits = .init(), environment: [String: String] = [:],
        _ body: @escaping @Sendable (Bench) async throws -> Void
    ) async throws {
        try await TestDatabase.with { database in
            let benches = try (0..<max(1, workers)).map { _ in
                try Bench(database, allow, resolver, limits, environment)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for bench in benches.prefix(workers) {
                    group.addTask { try? await bench.parts.worker.run() }
                }
                do {
                    try await body(benches[0])
                } catch {
                    group.cancelAll()
                    throw error
                }
                group.cancelAll()
            }
        }
    }

    /// Lets a worker work as long as the body runs.
    static func work(_ bench: Bench, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await bench.parts.worker.run() }
            defer { group.cancelAll() }
            try await body()
        }
    }

    private init(
        _ database: TestDatabase, _ allow: String, _ resolver: Resolver, _ limits: WebhookClient.Limits,
        _ extra: [String: String]
    ) throws {
        var environment = [
            Settings.databaseURL(.notifier).name: database.url(as: ServiceName.notifier.role),
            Settings.port(.notifier).name: "0", Settings.notifierAllowNetworks.name: allow,
        ]
        environment.merge(extra) { $1 }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        runtime = Runtime(
            .notifier, settings: try SettingValues(of: .notifier, environment: environment),
            database: database.configuration(as: ServiceName.notifier.role),
            pool: database.pool(as: ServiceName.notifier.role, size: 6), logger: logger)
        parts = NotifierParts(runtime, resolver: resolver, limits: limits)
        self.database = database
        owner = database.owner
    }

    // MARK: What other services would write

    func account(_ key: String, name: String? = nil) async throws -> Int64 {
        try await id("insert into crm.account (key, name) values (\(key), \(name ?? key)) returning id")
    }

    func contact(_ key: String, of account: Int64, mail: String? = nil) async throws -> Int64 {
        let contact = try await id(
            "insert into crm.contact (account_id, key, name) values (\(account), \(key), \("Ada " + key)) returning id")
        if let mail {
            try await owner.execute(
                "insert into crm.contact_address (contact_id, channel, value) values (\(contact), 'mail', \(mail))")
        }
        return contact
    }

    func consent(_ contact: Int64, topic: String = "marketing", granted: Bool = true) async throws {
        try await owner.execute(
            """
            insert into crm.contact_consent (contact_id, channel, topic, granted, source)
            values (\(contact), 'mail', \(topic), \(granted), 'test')
            """)
    }

    func message(
        _ account: Int64, contact: Int64? = nil, user: Int64? = nil, channel: String = "mail",
        topic: String = "marketing", subject: String? = "Hello", body: String = "Dear {{contact.name}}"
    ) async throws -> Int64 {
        try await id(
            """
            insert into plan.message (account_id, contact_id, user_id, channel, topic, subject, body)
            values (\(account), \(contact), \(user), \(channel), \(topic), \(subject), \(body)) returning id
            """)
    }

    func task(_ account: Int64, title: String = "Call them") async throws -> Int64 {
        try await id(
            "insert into plan.task (account_id, title, reason) values (\(account), \(title), 'usage fell') returning id"
        )
    }

    func publish(_ topic: Topic, _ payload: some Encodable & Sendable) async throws {
        let json = try JSONText(encoding: payload)
        _ = try await owner.first("select queue.publish(\(topic.rawValue), null, \(json))")
    }

    func request(_ messages: Int64...) async throws {
        try await publish(.messageRequested, MessagesTouched(messages: messages))
    }

    // MARK: What came of it

    func id(_ sql: SQL) async throws -> Int64 {
        guard let row = try await owner.first(sql) else { throw TestBedError("no row") }
        return try row[0]
    }

    func count(_ sql: SQL) async throws -> Int64 { try await id(sql) }

    /// States of all deliveries, sorted.
    func states() async throws -> [String] {
        try await owner.query("select state from notify.delivery order by state").map { try $0["state"] }
    }

    func reasons() async throws -> [String] {
        try await owner.query("select reason from notify.decision order by id").map { try $0["reason"] }
    }

    /// Waits until nothing of notifier's is waiting or running.
    func settled(_ deliveries: Int, within seconds: Double = 30) async throws {
        try await eventually(within: seconds, "\(deliveries) deliveries are settled") {
            try await count("select count(*) from notify.delivery where state <> 'pending'") >= Int64(deliveries)
        }
    }

    func decided(_ messages: Int) async throws {
        try await eventually(within: 30, "\(messages) messages are decided") {
            try await count("select count(*) from notify.decision") >= Int64(messages)
        }
    }
}
