import Foundation
import Jobs
import Model
import Postgres

extension DeliveryAttempt {
    enum End: String, Sendable {
        case delivered, failed, unknown
    }

    /// Writes what came of a try, what that means for its endpoint, and the job of the next try.
    func finish(
        _ begun: Begun, _ result: AttemptResult, _ decision: RetryPolicy.Decision, _ parcel: Parcel?,
        _ connection: PostgresConnection
    ) async throws {
        let (outcome, words): (String, String?) =
            switch decision.verdict {
            case .delivered: ("delivered", nil)
            case .retry(_, let words): ("retry", words)
            case .failed(let words): ("failed", words)
            }
        var status: Int32?
        var detail = words
        if begun.delivery.sandbox {
            // What would have gone out is the log of the sandbox: the body is in the delivery, this is the rest.
            detail = parcel.map(\.head) ?? words
        } else if case .answered(let code, _, let text) = result {
            status = Int32(code)
            if !text.isEmpty { detail = text }
        }
        try await connection.execute(
            """
            update notify.attempt set finished_at = clock_timestamp(), outcome = \(outcome), status = \(status),
                detail = \(detail), signature = \(parcel?.signature)
            where delivery_id = \(begun.delivery.id) and attempt = \(begun.number)
            """)
        try await judge(begun.delivery.endpoint, decision, result, connection)
        switch decision.verdict {
        case .delivered: try await settle(begun.delivery, .delivered, nil, connection)
        case .failed(let words): try await settle(begun.delivery, .failed, words, connection)
        case .retry(let wait, let words):
            try await connection.execute(
                """
                update notify.delivery set next_attempt_at = now() + \(wait), error = \(words)
                where id = \(begun.delivery.id)
                """)
            let due = Due(delivery: begun.delivery.id, endpoint: begun.delivery.endpoint?.id)
            try await DeliveryAttempt.enqueue(due, runIn: wait, in: connection)
        }
    }

    /// Keeps since when an endpoint fails, and switches it off where that was decided.
    private func judge(
        _ endpoint: Delivery.Endpoint?, _ decision: RetryPolicy.Decision, _ result: AttemptResult,
        _ connection: PostgresConnection
    ) async throws {
        guard let endpoint else { return }
        if decision.verdict == .delivered {
            try await connection.execute(
                "update notify.endpoint set failing_since = null where id = \(endpoint.id) and failing_since is not null"
            )
            return
        }
        // What we refuse to send is no failure of the other side.
        if case .refused = result { return }
        try await connection.execute(
            """
            update notify.endpoint set failing_since = now() where id = \(endpoint.id) and failing_since is null
            """)
        guard let reason = decision.disable else { return }
        try await connection.execute(
            """
            update notify.endpoint set disabled_at = now(), disabled_reason = \(reason)
            where id = \(endpoint.id) and disabled_at is null
            """)
    }

    /// Ends a delivery and tells it, where it is a message.
    func settle(
        _ delivery: Delivery, _ end: End, _ words: String?, _ connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            update notify.delivery set state = \(end.rawValue), error = \(words), next_attempt_at = null,
                delivered_at = case when \(end == .delivered) then clock_timestamp() end
            where id = \(delivery.id)
            """)
        guard delivery.messageID != nil, end != .unknown else { return }
        try await Queue.publish(
            end == .delivered ? .messageDelivered : .messageFailed, DeliveriesTouched(deliveries: [delivery.id]),
            in: connection)
    }
}
