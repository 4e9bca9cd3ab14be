import Jobs
import Model
import Postgres

/// Accounts that something happened to. The first time one is scored at once; when it is touched again within a second, as
/// an import does hundreds of times, it is marked, and one later job scores all that are marked.
struct Touched: Sendable {
    static let kind = "scores.touched"
    /// How soon an account may be scored again [seconds].
    static let pause = 1.0
    /// The most that one job scores.
    static let batch = 500

    let scorer: Scorer
    /// Planning the statement that measures costs more than measuring: jobs that come in a crowd are scored together.
    private let crowd: Gathering<String>

    init(scorer: Scorer) {
        self.scorer = scorer
        crowd = Gathering(most: Self.batch) { _, accounts, job in
            try await Self.scoreTogether(accounts.sorted(), scorer, job)
        }
    }

    /// Scores these accounts, or marks them; what they are merged into is scored instead of merged ones.
    func score(_ accounts: [Int64], job: Job) async throws {
        try await crowd.run(Self.kind, Set(accounts), of: job)
    }

    private static func scoreTogether(_ accounts: [Int64], _ scorer: Scorer, _ job: Job) async throws {
        let fleet = try await scorer.fleets.current()
        try await job.withCause { connection in
            let roots = try await roots(of: accounts, in: connection)
            guard !roots.isEmpty else { return }
            try await AccountLock.take(roots + accounts, in: connection)
            try await scorer.forgetMerged(accounts, in: connection)
            let due: [Int64] = try await connection.query(
                """
                select n.id from unnest(\(roots)) n (id) left join risk.touched t on t.account_id = n.id
                where t.scored_at is null or t.scored_at < clock_timestamp() - \(pause) * interval '1 second'
                """
            ).map { try $0["id"] }
            try await score(due, scorer, fleet, in: connection)
            guard due.count < roots.count else { return }
            try await connection.execute(
                """
                update risk.touched set is_waiting = true
                where account_id = any(\(roots)) and account_id <> all(\(due)) and not is_waiting
                """)
            try await later(.seconds(pause), in: connection)
        }
    }

    /// Scores the accounts that are marked.
    func scoreMarked(job: Job) async throws {
        let fleet = try await scorer.fleets.current()
        try await job.transaction { connection in
            // Whoever marks holds a lock until his marks are committed: behind all locks, no mark is overlooked.
            try await AccountLock.takeAll(in: connection)
            let marked: [Int64] = try await connection.query(
                "select account_id from risk.touched where is_waiting order by scored_at limit \(Self.batch)"
            ).map { try $0["account_id"] }
            try await Self.score(marked, scorer, fleet, in: connection)
            if marked.count == Self.batch { try await Self.later(.zero, in: connection) }
        }
    }

    private static func score(
        _ accounts: [Int64], _ scorer: Scorer, _ fleet: Fleet, in connection: PostgresConnection
    ) async throws {
        guard !accounts.isEmpty else { return }
        let first = try await scorer.score(accounts, fleet: fleet, in: connection)
        try await connection.execute(
            """
            insert into risk.touched as t (account_id, scored_at) select id, clock_timestamp() from unnest(\(accounts)) n (id)
            on conflict (account_id) do update set scored_at = excluded.scored_at, is_waiting = false
            """)
        // Signals from outside are asked in every full pass; an account that is new need not wait for it.
        guard !first.isEmpty, await !scorer.outside.catalogue.names.isEmpty else { return }
        try await Queue.enqueue(
            OutsidePass.kind, on: ServiceName.riskScorer.queue, AccountsTouched(accounts: first), priority: 1,
            in: connection)
    }

    private static func later(_ wait: Duration, in connection: PostgresConnection) async throws {
        try await Queue.enqueue(
            kind, on: ServiceName.riskScorer.queue, [String: String](), runIn: wait, priority: 1,
            uniqueKey: kind, scope: .waiting, in: connection)
    }

    private static func roots(of accounts: [Int64], in connection: PostgresConnection) async throws -> [Int64] {
        try await connection.query(
            "select distinct root_id from crm.account_root where account_id = any(\(accounts)) order by 1"
        ).map { try $0["root_id"] }
    }
}
