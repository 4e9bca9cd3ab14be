import Jobs
import Logging
import Model
import Postgres
import ServiceLifecycle
import TestBed

/// A queue of the contacts service and workers on it, for the time of one test.
struct JobBench {
    let database: TestDatabase
    let pool: PostgresPool
    let queue = ServiceName.contacts.queue

    static func with(_ body: (JobBench) async throws -> Void) async throws {
        try await TestDatabase.with { database in
            try await database.owner.execute("delete from queue.subscription")
            try await body(JobBench(database: database, pool: try await database.pool(as: .contacts)))
        }
    }

    func enqueue(_ kind: String, uniqueKey: String? = nil, maxAttempts: Int16 = 20) async throws -> Int64 {
        try await pool.transaction { connection in
            try await Queue.enqueue(
                kind, on: queue, ["n": 1], uniqueKey: uniqueKey, maxAttempts: maxAttempts, in: connection)
        }
    }

    /// Runs a worker beside the body and stops it in order afterwards.
    func working(
        _ handlers: JobHandlers, pool: PostgresPool? = nil, listens: Bool = true, concurrency: Int = 4,
        cron: [CronSchedule] = [], while body: () async throws -> Void
    ) async throws {
        let pool = pool ?? self.pool
        let worker = JobWorker(
            queue: queue, pool: pool, database: pool.configuration, listens: listens, handlers: handlers, cron: cron,
            concurrency: concurrency, stopPatience: .milliseconds(100),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: worker)], logger: Logger(label: "test")))
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

    /// In which of the six places each job is; a job in none or in two is the defect that counts.
    func places(of job: Int64) async throws -> [String] {
        try await database.owner.query(
            """
            select 'ready' as place from queue.ready where job_id = \(job)
            union all select 'blocked' from queue.blocked where job_id = \(job)
            union all select 'scheduled' from queue.scheduled where job_id = \(job)
            union all select 'lease' from queue.lease where job_id = \(job)
            union all select state from queue.done where job_id = \(job)
            union all select 'dead' from queue.dead where job_id = \(job)
            """
        ).map { try $0["place"] }
    }

    func settled(_ job: Int64, as place: String) async throws {
        try await eventually("job \(job) is \(place)") { try await places(of: job) == [place] }
    }
}
