import Foundation
import Model
import Postgres

/// Consents as dated rows, the latest of which holds.
enum Consent {
    struct Given: Sendable {
        let contactID: Int64
        let consent: ConsentDraft
    }

    /// Adds a row where it changes what holds. One that withdraws what was given is published as `contact.unsubscribed`.
    /// - Returns: the contacts whose consents changed.
    static func record(
        _ given: [Given], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> Set<Int64> {
        if given.isEmpty { return [] }
        // Two who withdraw at once must not both find it given. Who waited for the lock began before the other's row: what
        // is said now is compared with, and put after, whatever holds by the clock.
        let contacts = Set(given.map(\.contactID)).sorted()
        try await connection.execute(
            "select from crm.contact where id = any(\(contacts)) order by id for no key update")
        let rows = try await connection.query(
            """
            with given as (
                select g.contact_id, g.channel, g.topic, g.granted, least(g.occurred_at, now()) as occurred_at,
                    g.occurred_at is null as is_new
                from unnest(\(given.map(\.contactID)), \(given.map(\.consent.channel)), \(given.map(\.consent.topic)),
                    \(given.map(\.consent.granted)), \(given.map(\.consent.occurredAt)))
                    as g (contact_id, channel, topic, granted, occurred_at)
            ), changes as (
                select g.contact_id, g.channel, g.topic, g.granted, was.granted as was_granted,
                    case when g.is_new then greatest(g.occurred_at, was.occurred_at) else g.occurred_at end as occurred_at
                from given g
                left join lateral (
                    select c.granted, c.occurred_at from crm.contact_consent c
                    where c.contact_id = g.contact_id and c.channel = g.channel and c.topic = g.topic
                        and c.occurred_at <= case when g.is_new then clock_timestamp() else g.occurred_at end
                    order by c.occurred_at desc, c.id desc limit 1
                ) was on true
                where was.granted is distinct from g.granted
                    and not (\(origin.keepsRefusals) and g.granted and was.granted is not distinct from false)
            ), added as (
                insert into crm.contact_consent (contact_id, channel, topic, granted, source, occurred_at, known_at)
                select contact_id, channel, topic, granted, \(origin.source), occurred_at,
                    case when \(origin.isHistory) then occurred_at else now() end
                from changes
            )
            select contact_id, not granted and coalesce(was_granted, false) as withdrawn from changes
            """)
        var changed: Set<Int64> = []
        var withdrawn: [Int64] = []
        for row in rows {
            let (contact, isWithdrawn) = try row.decode(Int64.self, Bool.self)
            changed.insert(contact)
            if isWithdrawn { withdrawn.append(contact) }
        }
        try await Publication.contacts(withdrawn, .contactUnsubscribed, in: connection)
        return changed
    }
}
