import Chassis
import Foundation
import Jobs
import Logging
import Model
import Postgres
import ServiceLifecycle
import TestBed

@testable import Contacts

/// The arranging and asking of these tests: a database of its own, worked on as contacts.
struct Desk: Sendable {
    let database: TestDatabase
    let pool: PostgresPool

    static func with<Result>(_ body: (Desk) async throws -> Result) async throws -> Result {
        try await TestDatabase.with { database in
            try await body(Desk(database: database, pool: database.pool(as: ServiceName.contacts.role, size: 6)))
        }
    }

    static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    // MARK: Import

    /// Imports a text as if it stood in a file.
    @discardableResult
    func importing(
        _ kind: ImportKind, _ text: String, history: Bool = false, source: String = "import",
        map: [String: String] = [:]
    ) async throws -> Importer.Outcome {
        try await importing(kind, Array(text.utf8), history: history, source: source, map: map)
    }

    func importing(
        _ kind: ImportKind, _ bytes: [UInt8], history: Bool = false, source: String = "import",
        map: [String: String] = [:]
    ) async throws -> Importer.Outcome {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
            throw TestBedError("\(path) can't be written")
        }
        return try await Importer(
            kind: kind, file: ImportFile(path: path), map: map, source: source, isHistory: history, pool: pool,
            progress: ImportProgress { _ in }
        ).run()
    }

    // MARK: Usage

    /// Makes subjects as usage-ingest does, `group:acme`, `user:anna`, `anonymous:x`, and answers their ids.
    @discardableResult
    func subjects(_ names: String..., events: Bool = true) async throws -> [Int64] {
        var ids: [Int64] = []
        for name in names {
            let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
            let row = try await database.owner.first(
                """
                insert into usage.subject (kind, key) values (\(parts[0]), \(parts[1]))
                on conflict (kind, key) do update set key = excluded.key returning id
                """)
            guard let id: Int64 = try row?["id"] else { throw TestBedError("no subject \(name)") }
            ids.append(id)
            if events { try await used(id) }
        }
        return ids
    }

    /// An event of today.
    func used(_ subject: Int64, _ event: String = "Opened", count: Int64 = 1) async throws {
        try await database.owner.execute(
            """
            insert into usage.daily_folded (subject_id, day, event, known_on, count)
            values (\(subject), (now() at time zone 'UTC')::date, \(event), (now() at time zone 'UTC')::date, \(count))
            on conflict do nothing
            """)
    }

    func identification(
        _ kind: String, _ subject: Int64, _ other: Int64? = nil, _ traits: String = "{}", ago seconds: Double = 0
    ) async throws -> Int64 {
        let row = try await database.owner.first(
            """
            insert into usage.identification (kind, subject_id, other_subject_id, traits, occurred_at)
            values (\(kind), \(subject), \(other), \(JSONText(traits)), now() - make_interval(secs => \(seconds))) returning id
            """)
        guard let id: Int64 = try row?["id"] else { throw TestBedError("no identification") }
        return id
    }

    // MARK: Jobs

    /// Publishes as another service would.
    func publish(_ topic: Topic, _ payload: some Encodable & Sendable) async throws {
        try await database.owner.transaction { connection in
            _ = try await Queue.publish(topic, payload, in: connection)
        }
    }

    func enqueue(_ kind: String, _ payload: some Encodable & Sendable) async throws {
        try await database.owner.transaction { connection in
            _ = try await Queue.enqueue(kind, on: ServiceName.contacts.queue, payload, in: connection)
        }
    }

    /// Runs workers of contacts until nothing waits on its queue; several compete where asked for.
    func work(workers: Int = 1, concurrency: Int = 4) async throws {
        let services = (0..<workers).map { _ in
            JobWorker(
                queue: ServiceName.contacts.queue, pool: pool, database: pool.configuration, handlers: Handlers.all(),
                concurrency: concurrency, stopPatience: .seconds(5), logger: Desk.quiet)
        }
        let group = ServiceGroup(
            configuration: .init(services: services.map { .init(service: $0) }, logger: Desk.quiet))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await eventually("the queue is empty") { try await isIdle() }
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func isIdle() async throws -> Bool {
        try await database.owner.first(
            """
            select from report.job where queue = 'contacts' and state in ('ready', 'scheduled', 'running') limit 1
            """) == nil
    }

    // MARK: Asking

    /// The rows of a statement whose columns are texts: columns with a blank, rows with a line end between them.
    func text(_ sql: SQL) async throws -> String {
        let rows = try await database.owner.query(sql)
        return try rows.map { row in
            try row.columns.map { column in
                let value: String? = try row[column]
                return value ?? "-"
            }.joined(separator: " ")
        }.joined(separator: "\n")
    }

    func count(_ sql: SQL) async throws -> Int64 {
        let row = try await database.owner.first("select count(*) as count from (\(fragment: sql)) as counted")
        return try row?["count"] ?? 0
    }

    func id(_ key: String) async throws -> Int64 {
        guard let row = try await database.owner.first("select id from crm.account where key = \(key)") else {
            throw TestBedError("no account \(key)")
        }
        return try row["id"]
    }

    /// Which subject belongs to which account, as `user:anna=acme`.
    func links() async throws -> String {
        try await text(
            """
            select s.kind || ':' || s.key || '=' || a.key as link from crm.account_subject l
            join usage.subject s on s.id = l.subject_id join crm.account a on a.id = l.account_id order by 1
            """)
    }
}
