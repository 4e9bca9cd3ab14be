import Jobs
import Logging
import Model
import Postgres

/// Scores every account, some at a time, each part in a transaction of its own: broken off, it has done what it did, and
/// accounts that are touched meanwhile wait for one part at most.
struct FullPass: Sendable {
    static let kind = "scores.refresh"
    /// The most accounts a part has. Parts follow the sets of `AccountLock`, so that others go on in the other sets.
    static let batch = 1_000

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
        var scored = 0
        for set in 0..<AccountLock.sets {
            var last: Int64 = 0
            while true {
                let accounts = try await accounts(of: set, after: last)
                guard let end = accounts.keys.max() else { break }
                last = end
                let fresh = try await outside(accounts)
                _ = try await job.withCause { connection in
                    try await scorer.score(Array(accounts.keys), fleet: fleet, fresh: fresh, in: connection)
                }
                scored += accounts.count
            }
        }
        try await scorer.pool.transaction(timeout: .seconds(600)) { connection in
            _ = try await Rfm.refresh(try await Moment.now(by: connection), in: connection)
        }
        job.logger.info(
            "every account is scored",
            metadata: ["accounts": "\(scored)", "took": "\(began.duration(to: .now))"])
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
            try await scorer.forgetUnknownSignals(in: connection)
            try await connection.execute(
                "delete from risk.touched where not is_waiting and scored_at < clock_timestamp() - interval '1 minute'")
        }
    }

    private func outside(_ accounts: [Int64: String]) async throws -> Measurements {
        try await scorer.outside.measure(
            accounts, asOf: try await scorer.pool.withConnection { try await Moment.now(by: $0) })
    }

    private func accounts(of set: Int64, after last: Int64) async throws -> [Int64: String] {
        let rows = try await scorer.pool.query(
            """
            select id, key from crm.account
            where merged_into is null and id > \(last) and id % \(AccountLock.sets) = \(set) order by id limit \(Self.batch)
            """)
        return Dictionary(uniqueKeysWithValues: try rows.map { try $0.decode(Int64.self, String.self) })
    }
}
