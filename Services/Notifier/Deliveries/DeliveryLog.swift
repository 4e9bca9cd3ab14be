import Foundation
import Jobs
import Postgres

/// Deliveries and their attempts as they are shown: without address and body.
struct DeliveryLog: Sendable {
    /// Most rows of one answer.
    static let limit = 200

    let pool: PostgresPool

    struct Entry: Encodable, Sendable {
        let id: Int64
        let accountKey: String?
        let channel: String
        let endpoint: String?
        let topic: String?
        let state: String
        let sandbox: Bool
        let attempts: Int32
        let error: String?
        let createdAt: Date
        let nextAttemptAt: Date?
        let deliveredAt: Date?

        enum CodingKeys: String, CodingKey {
            case id, channel, endpoint, topic, state, sandbox, attempts, error
            case accountKey = "account_key"
            case createdAt = "created_at"
            case nextAttemptAt = "next_attempt_at"
            case deliveredAt = "delivered_at"
        }
    }

    struct Attempt: Encodable, Sendable {
        let attempt: Int32
        let outcome: String
        let status: Int32?
        let detail: String?
        let startedAt: Date
        let finishedAt: Date?

        enum CodingKeys: String, CodingKey {
            case attempt, outcome, status, detail
            case startedAt = "started_at"
            case finishedAt = "finished_at"
        }
    }

    /// What to show; nil is any.
    struct Filter: Sendable {
        var id: Int64?
        var endpoint: String?
        var state: String?
        /// Older than this one, for the next page.
        var before: Int64?
        var limit = 50
    }

    static let states = ["pending", "delivered", "failed", "unknown"]

    /// The newest first.
    func entries(_ filter: Filter) async throws -> [Entry] {
        if let state = filter.state, !DeliveryLog.states.contains(state) {
            throw EndpointProblem(
                code: "unknown_state", "A delivery's state is \(DeliveryLog.states.joined(separator: ", ")).")
        }
        let most = Int64(max(1, min(filter.limit, DeliveryLog.limit)))
        return try await pool.query(
            """
            select d.id, a.key as account_key, d.channel, e.name as endpoint, d.topic, d.state, d.sandbox, d.attempts, d.error,
                d.created_at, d.next_attempt_at, d.delivered_at
            from notify.delivery d
            left join notify.endpoint e on e.id = d.endpoint_id
            left join crm.account a on a.id = d.account_id
            where (\(filter.id)::bigint is null or d.id = \(filter.id))
                and (\(filter.endpoint)::text is null or e.name = \(filter.endpoint))
                and (\(filter.state)::text is null or d.state = \(filter.state))
                and (\(filter.before)::bigint is null or d.id < \(filter.before))
            order by d.id desc limit \(most)
            """
        ).map { row in
            Entry(
                id: try row["id"], accountKey: try row["account_key"], channel: try row["channel"],
                endpoint: try row["endpoint"], topic: try row["topic"], state: try row["state"],
                sandbox: try row["sandbox"], attempts: try row["attempts"], error: try row["error"],
                createdAt: try row["created_at"], nextAttemptAt: try row["next_attempt_at"],
                deliveredAt: try row["delivered_at"])
        }
    }

    func attempts(of delivery: Int64) async throws -> [Attempt] {
        try await pool.query(
            """
            select attempt, outcome, status, detail, started_at, finished_at from notify.attempt
            where delivery_id = \(delivery) order by attempt
            """
        ).map { row in
            Attempt(
                attempt: try row["attempt"], outcome: try row["outcome"], status: try row["status"],
                detail: try row["detail"], startedAt: try row["started_at"], finishedAt: try row["finished_at"])
        }
    }

    /// Tries a delivery again that failed or whose outcome is unknown, with all its tries. Consent and suppression are
    /// looked at again; the receiver sees the same id.
    func replay(_ id: Int64) async throws {
        try await pool.transaction { connection in
            let row = try await connection.first(
                "select state, body, endpoint_id from notify.delivery where id = \(id) for update")
            guard let row else {
                throw EndpointProblem(code: "unknown_delivery", "There is no delivery \(id).")
            }
            let (state, body): (String, String) = (try row["state"], try row["body"])
            guard state == "failed" || state == "unknown" else {
                throw EndpointProblem(
                    code: "not_failed", "Delivery \(id) is \(state): only what failed or is unknown can be replayed.")
            }
            guard !body.isEmpty else {
                throw EndpointProblem(
                    code: "nothing_to_replay", "Delivery \(id) was never rendered: mend the template and ask again.")
            }
            try await connection.execute(
                """
                update notify.delivery set state = 'pending', attempts_before = attempts, error = null, next_attempt_at = now()
                where id = \(id)
                """)
            try await DeliveryAttempt.enqueue(.init(delivery: id, endpoint: try row["endpoint_id"]), in: connection)
        }
    }
}
