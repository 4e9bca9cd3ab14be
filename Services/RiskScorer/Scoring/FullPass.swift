import Jobs
import Logging
import Model
import Postgres

/// Scores every account, some at a time, each block in a transaction of its own: broken off, it has done what it did, and
/// accounts that are touched meanwhile wait for one block at most.
struct FullPass: Sendable {
    static let kind = "scores.refresh"
    /// The most accounts that are measured by one statement.
    static let batch = Int(AccountLock.block)
    /// How many blocks are gone through at once: one measures while the other one's answers are weighed.
    static let lanes = 2

    let scorer: Scorer

    /// Asks for a pass; one that waits already is enough.
    static func enqueue(in pool: PostgresPool) async throws {
        try await pool.transaction { connection in
            try await Queue.enqueue(
                kind, on: ServiceName.riskScorer.queue, [String: String](), uniqueKey: kind, scope: .waiting,
                in: connection)
        }
    }

    func run(job: Job) async throws {
        let began = ContinuousClock.now
        try await prepare()
        let fleet = try await scorer.fleets.current()
        let row = try await scorer.pool.first("select coalesce(max(id), 0) as last from crm.account")
        let last: Int64 = try row?["last"] ?? 0
        let scored = try await withThrowingTaskGroup(of: Int.self) { group in
            for lane in 0..<Self.lanes {
                group.addTask {
                    var scored = 0
                    for block in stride(from: Int64(lane), through: last / AccountLock.block, by: Self.lanes) {
                        scored += try await run(block: block, fleet, job)
                    }
                    return scored
                }
            }
            return try await group.reduce(0, +)
        }
        // Not before: an account that still has one is known to need its reasons written anew.
        try await scorer.pool.transaction { connection in
            try await AccountLock.takeAll(in: connection)
            try await scorer.forgetUnknownSignals(in: connection)
        }
        // Of all who came into the high band, wherever they stood among the others.
        try await scorer.pool.transaction { connection in
            try await scorer.alerts.send(at: try await Moment.now(by: connection), in: connection)
        }
        try await scorer.pool.transaction(timeout: .seconds(600)) { connection in
            let now = try await Moment.now(by: connection)
            _ = try await Rfm.refresh(now, in: connection)
            let shifted = try await Drift.watch(now, in: connection)
            if !shifted.isEmpty {
                job.logger.warning(
                    "what signals say has shifted: the model is learned anew", metadata: ["signals": "\(shifted)"])
            }
            func isDone(_ pass: String) async throws -> Bool {
                try await connection.first(
                    "select from risk.daily_pass where pass = \(pass) and day = \(now.today)") != nil
            }
            func enqueue(_ kind: String) async throws {
                try await Queue.enqueue(
                    kind, on: ServiceName.riskScorer.queue, [String: String](), uniqueKey: kind, scope: .waiting,
                    in: connection)
            }
            if try await !isDone(Purchases.pass) { try await enqueue(Purchases.kind) }
            // The base rate at least is one's own from the first losses on, not from the first Sunday on.
            guard scorer.learns, try await !isDone(Learning.pass), try await Learning.isDue(in: connection) else {
                return
            }
            try await enqueue(Learning.kind)
        }
        job.logger.info(
            "every account is scored",
            metadata: ["accounts": "\(scored)", "took": "\(began.duration(to: .now))"])
    }

    private func run(block: Int64, _ fleet: Fleet, _ job: Job) async throws -> Int {
        let accounts = try await accounts(of: block)
        if accounts.isEmpty { return 0 }
        let fresh = try await outside(accounts)
        _ = try await job.withCause { connection in
            try await scorer.score(
                accounts.keys.sorted(), fleet: fleet, fresh: fresh, sendsAlerts: false, in: connection)
        }
        return accounts.count
    }

    private func prepare() async throws {
        let pool = scorer.pool
        _ = try await pool.first("select holdfast.maintain_partitions() as changed")
        try await scorer.outside.refresh(pool)
        await scorer.fleets.forget()
        try await Catalogue.write(scorer)
        try await pool.transaction { connection in
            try await AccountLock.takeAll(in: connection)
            try await scorer.forgetMerged(nil, in: connection)
            try await connection.execute(
                "delete from risk.touched where not is_waiting and scored_at < clock_timestamp() - interval '1 minute'")
        }
    }

    private func outside(_ accounts: [Int64: String]) async throws -> Measurements {
        try await scorer.outside.measure(
            accounts, asOf: try await scorer.pool.withConnection { try await Moment.now(by: $0) })
    }

    private func accounts(of block: Int64) async throws -> [Int64: String] {
        let rows = try await scorer.pool.query(
            """
            select id, key from crm.account where merged_into is null and id >= \(block * AccountLock.block)
                and id < \((block + 1) * AccountLock.block)
            """)
        return Dictionary(uniqueKeysWithValues: try rows.map { try $0.decode(Int64.self, String.self) })
    }
}
