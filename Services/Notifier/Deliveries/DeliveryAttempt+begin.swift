import Foundation
import Jobs
import Model
import Postgres

extension DeliveryAttempt {
    enum Beginning: Sendable {
        /// There is nothing to try (any more).
        case nothing
        /// Another job is at it.
        case busy
        case begun(Begun)
    }

    /// A try without an outcome is a crash's once its own job comes again, or after this: no try takes so long.
    static let crashedAfter: Duration = .seconds(60)

    /// Looks at the delivery under its lock, settles what needs no try, and writes the try that is to be made.
    func begin(_ id: Int64, _ job: Int64, _ connection: PostgresConnection) async throws -> Beginning {
        guard let row = try await locked(id, connection) else { return .nothing }
        guard try row["state"] as String == "pending" else { return .nothing }
        var delivery = try Delivery(row)
        if let last = try await unfinished(id, connection) {
            guard last.job == job || last.isOld else { return .busy }
            try await connection.execute(
                """
                update notify.attempt set outcome = 'unknown', finished_at = now(), detail = 'a crash hid the outcome'
                where delivery_id = \(id) and attempt = \(last.number)
                """)
            guard channels[delivery.channel]?.recognisesRepeats == true || delivery.sandbox else {
                try await settle(
                    delivery, .unknown, "A crash hid whether it left; it is not sent again by itself.", connection)
                return .nothing
            }
        }
        if let obstacle = try await obstacle(delivery, connection) {
            try await settle(delivery, .failed, obstacle, connection)
            return .nothing
        }
        let settings = try await ChannelSettings.all(connection)[delivery.channel]
        delivery.secrets = try await EndpointSecret.signing(delivery, connection)
        if let contact = delivery.contactID, let topic = delivery.consentTopic {
            delivery.unsubscribe = try await links.unsubscribe(contact, delivery.channel, topic, connection)
        }
        let begun = try await connection.first(
            """
            with counted as (
                update notify.delivery set attempts = attempts + 1 where id = \(id) returning id, attempts, attempts_before
            )
            insert into notify.attempt (delivery_id, attempt, outcome, job_id)
            select id, attempts, 'started', \(job) from counted
            returning attempt, attempt - (select attempts_before from counted) as round, extract(epoch from clock_timestamp())::bigint as second
            """)
        guard let begun else { return .nothing }
        let (number, round): (Int32, Int32) = (try begun["attempt"], try begun["round"])
        return .begun(
            Begun(
                delivery: delivery, number: number, round: Int(round),
                settings: settings ?? ChannelSettings(name: delivery.channel), second: try begun["second"]))
    }

    private func locked(_ id: Int64, _ connection: PostgresConnection) async throws -> Row? {
        try await connection.first(
            """
            select d.id, d.delivery_key, d.created_at, d.message_id, d.contact_id, d.topic, d.channel, d.address, d.subject,
                d.body, d.sandbox, d.state, e.id as endpoint_id, e.url, e.failing_since,
                case when e.disabled_at is not null then coalesce(e.disabled_reason, 'switched off') end as disabled_reason,
                case when d.contact_id is not null then m.topic end as consent_topic
            from notify.delivery d
            left join notify.endpoint e on e.id = d.endpoint_id
            left join plan.message m on m.id = d.message_id
            where d.id = \(id) for update of d
            """)
    }

    private func unfinished(
        _ id: Int64, _ connection: PostgresConnection
    ) async throws -> (number: Int32, job: Int64, isOld: Bool)? {
        let row = try await connection.first(
            """
            select attempt, job_id, started_at < clock_timestamp() - \(DeliveryAttempt.crashedAfter) as is_old
            from notify.attempt where delivery_id = \(id) and outcome = 'started' order by attempt desc limit 1
            """)
        return try row.map { (try $0["attempt"], try $0["job_id"], try $0["is_old"]) }
    }

    /// Why it must not go out any more: time has passed since it was decided.
    private func obstacle(_ delivery: Delivery, _ connection: PostgresConnection) async throws -> String? {
        if let reason = delivery.endpoint?.disabledReason { return "The endpoint gets nothing: \(reason)." }
        if delivery.endpoint == nil, delivery.channel == WebhookChannel.name, !delivery.sandbox {
            return "The endpoint was removed."
        }
        if let contact = delivery.contactID, let topic = delivery.consentTopic {
            let facts = try await ConsentFacts.read([contact], connection)[contact]
            guard let facts else { return "The contact is gone." }
            if let stop = facts.stop(channel: delivery.channel, topic: topic) {
                return "Not sent: \(stop.rawValue) since it was decided."
            }
        }
        if let address = delivery.address {
            let suppressed = try await connection.first(
                """
                select where crm.is_erased(\(delivery.channel), \(address)) or exists (
                    select from notify.suppression where channel = \(delivery.channel) and address = lower(\(address)))
                """)
            if suppressed != nil { return "The address is suppressed since it was decided." }
        }
        return nil
    }
}
