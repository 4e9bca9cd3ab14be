import Foundation
import Jobs
import Postgres
import Synchronization
import TestBed

/// One scenario on its way: workers that are started again when they end, a producer, and the faults.
final class ChaosBed: Sendable {
    let cluster: PrivateCluster
    /// The bed's own sessions; none of the faults is meant for them.
    let pool: PostgresPool
    let crew: Crew
    let recoveries = Mutex<[Double]>([])
    let faults = Atomic(0)
    /// What was committed for certain.
    let committed = Mutex<[Int64]>([])

    private init(_ cluster: PrivateCluster, pool: PostgresPool) {
        self.cluster = cluster
        self.pool = pool
        crew = Crew(url: cluster.url(as: PrivateCluster.owner))
    }

    static func run(_ scenario: Scenario, on cluster: PrivateCluster, for seconds: Double) async throws -> Account {
        var configuration = try PostgresConfiguration(url: cluster.url(as: PrivateCluster.owner))
        configuration.applicationName = "chaos-bed"
        let pool = PostgresPool(configuration, size: 4, reconnectLimit: .seconds(20), logger: Place.logger)
        let bed = ChaosBed(cluster, pool: pool)
        let account = try await bed.run(scenario, for: seconds)
        await pool.close()
        return account
    }

    private func run(_ scenario: Scenario, for seconds: Double) async throws -> Account {
        let first = try await prepare()
        try crew.start(Crew.usual + scenario.workers(self))
        try await eventually("the workers are registered") {
            let row = try await pool.first("select count(*) as n from queue.worker")
            return try row?["n"] ?? Int64(0) >= Int64(crew.programs.count)
        }
        let supervision = Task { await crew.supervise() }
        let production = Task { await produce() }
        let end = ContinuousClock.now + .seconds(seconds)
        do {
            try await scenario.faults(self, end)
        } catch {
            FileHandle.standardError.write(Data("\(scenario.name): \(error)\n".utf8))
        }
        production.cancel()
        await production.value
        let isSettled = await settle()
        supervision.cancel()
        await supervision.value
        await crew.stop()
        return try await account(scenario, after: first, isSettled: isSettled)
    }

    /// Answers the last job of the scenario before.
    private func prepare() async throws -> Int64 {
        for table in ["start", "ledger"] {
            try await pool.execute("drop table if exists chaos.\(identifier: table)")
        }
        for statement: SQL in [
            "create schema if not exists chaos",
            "create table chaos.start (job_id bigint, attempt integer, pid integer, at timestamptz default clock_timestamp())",
            "create table chaos.ledger (job_id bigint primary key, attempt integer, at timestamptz default clock_timestamp())",
            "delete from queue.subscription", "delete from queue.worker",
        ] {
            try await pool.execute(statement)
        }
        let row = try await pool.first("select coalesce(max(id), 0) as id from queue.job")
        return try row?["id"] ?? 0
    }

    /// Some hundred jobs a second, in transactions of one to five, until it is cancelled. It notes what was committed for
    /// certain; where the answer was lost, nobody knows but the database.
    private func produce() async {
        var random = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            let kinds = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                Bool.random() ? "chaos.ledger" : "chaos.plain"
            }
            let milliseconds = Int.random(in: 0...300)
            let ids = try? await pool.transaction { connection in
                var ids: [Int64] = []
                for kind in kinds {
                    ids.append(
                        try await Queue.enqueue(kind, on: Place.queue, ["ms": milliseconds], in: connection))
                }
                return ids
            }
            if let ids { committed.withLock { $0 += ids } }
            try? await Task.sleep(for: .milliseconds(25))
        }
    }

    /// Waits until nothing waits nor runs. False where that did not come about in time.
    private func settle() async -> Bool {
        do {
            try await eventually(within: 90, "all jobs have ended") {
                let row = try? await pool.first(
                    """
                    select (select count(*) from queue.ready) + (select count(*) from queue.lease)
                        + (select count(*) from queue.scheduled) + (select count(*) from queue.blocked) as n
                    """)
                return try row?["n"] == Int64(0)
            }
            return true
        } catch {
            return false
        }
    }

    /// Waits a little until this process holds a job, and then notes how long it takes until none of those is held by it any more.
    func timeRecovery(from process: Int32, within limit: Duration = .seconds(5)) async throws -> Task<Void, Never> {
        var jobs: [(Int64, Int64)] = []
        let patience = ContinuousClock.now + limit
        while jobs.isEmpty, ContinuousClock.now < patience {
            let rows = try await pool.query(
                """
                select l.job_id, l.token from queue.lease l join queue.worker w on w.id = l.worker_id
                where w.process_id = \(process)
                """)
            jobs = try rows.map { try $0.decode(Int64.self, Int64.self) }
        }
        let began = ContinuousClock.now
        return Task { [jobs] in
            guard !jobs.isEmpty else { return }
            let ids = jobs.map(\.0)
            let tokens = jobs.map(\.1)
            while began.duration(to: .now) < .seconds(60) {
                let held = try? await pool.query(
                    """
                    select l.job_id from queue.lease l join unnest(\(ids), \(tokens)) as g (job_id, token)
                        on l.job_id = g.job_id and l.token = g.token limit 1
                    """)
                if let held, held.isEmpty { break }
                try? await Task.sleep(for: .milliseconds(50))
            }
            recoveries.withLock { $0.append(began.duration(to: .now).seconds) }
        }
    }

    /// Whether a timed scenario wants another fault: until its end, and past it where chance took only workers that held
    /// nothing, for then there is no recovery to judge.
    func goesOn(until end: ContinuousClock.Instant) -> Bool {
        let now = ContinuousClock.now
        return now < end || (now < end + .seconds(90) && recoveries.withLock { $0.isEmpty })
    }

    func faulted() { faults.add(1, ordering: .relaxed) }
}
