import Foundation
import Model
import Postgres

extension TicketDraft {
    /// A draft with what it refers to.
    private struct Known: Sendable {
        let draft: TicketDraft
        let account: Int64
        let contact: Int64?
    }

    static func write(
        _ drafts: [TicketDraft], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> [Verdict] {
        let accounts = try await AccountIDs.standing(
            of: drafts.map { ($0.key, $0.accountKey) }, in: "crm.ticket", telling: .ticketChanged, in: connection)
        let contacts = try await ContactDraft.ids(of: drafts.compactMap(\.contactKey.value), in: connection)
        var known: [Known] = []
        var refusals = try await answeredTooEarly(drafts, in: connection)
        for draft in drafts {
            if let key = draft.contactKey.value, contacts[key] == nil {
                refusals[draft.key] = ContactDraft.unknown(key)
            }
            guard let account = accounts[draft.key] else {
                refusals[draft.key] = AccountIDs.unknown(draft.accountKey)
                continue
            }
            guard refusals[draft.key] == nil else { continue }
            known.append(
                Known(draft: draft, account: account, contact: draft.contactKey.value.flatMap { contacts[$0] }))
        }
        let made = try await insert(known, origin, in: connection)
        let changed = try await update(known.filter { !made.contains($0.draft.key) }, in: connection)
        try await open(made, origin, in: connection)
        let stated = try await state(known, origin, in: connection)
        let touched = known.filter {
            made.contains($0.draft.key) || changed.contains($0.draft.key) || stated.contains($0.draft.key)
        }
        try await Publication.accounts(Array(Set(touched.map(\.account))).sorted(), .ticketChanged, in: connection)
        return drafts.map { draft in
            if let refusal = refusals[draft.key] { return .refused(refusal) }
            if made.contains(draft.key) { return .made }
            return changed.contains(draft.key) || stated.contains(draft.key) ? .changed : .unchanged
        }
    }

    /// An answer that lies before its ticket's opening, of which one is known already. What one draft says of both is judged
    /// where it is read.
    private static func answeredTooEarly(
        _ drafts: [TicketDraft], in connection: PostgresConnection
    ) async throws -> [String: Refusal] {
        let said = drafts.filter { $0.openedAt != nil || $0.firstAnsweredAt.value != nil }
        if said.isEmpty { return [:] }
        let rows = try await connection.query(
            """
            select t.key, g.answered_at is not null as says_answer
            from unnest(\(said.map(\.key)), \(said.map(\.openedAt)), \(said.map(\.firstAnsweredAt.value)),
                \(said.map { $0.firstAnsweredAt != .nothing })) as g (key, opened_at, answered_at, says_answer)
            join crm.ticket t on t.key = g.key
            where case when g.says_answer then g.answered_at else t.first_answered_at end
                < coalesce(g.opened_at, t.occurred_at)
            """)
        return Dictionary(
            uniqueKeysWithValues: try rows.map { row in
                let (key, saysAnswer) = try row.decode(String.self, Bool.self)
                let refusal =
                    saysAnswer
                    ? Refusal(
                        "first_answered_at", "lies before opened_at: expected a time from then on", code: "too_early")
                    : Refusal("opened_at", "lies after the first answer: expected a time before it", code: "too_early")
                return (key, refusal)
            })
    }

    private static func insert(
        _ known: [Known], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> Set<String> {
        if known.isEmpty { return [] }
        let rows = try await connection.query(
            """
            insert into crm.ticket (key, account_id, contact_id, subject, priority, channel, first_answered_at, feedback,
                feedback_words, feedback_at, occurred_at, known_at, historical, source)
            select g.key, g.account_id, g.contact_id, coalesce(g.subject, g.key), coalesce(g.priority, 'normal'),
                nullif(g.channel, ''), g.first_answered_at, nullif(g.feedback, ''), nullif(g.feedback_words, ''),
                case when nullif(g.feedback, '') is not null then coalesce(g.feedback_at, now()) end, opened.at,
                case when \(origin.isHistory) then opened.at else now() end, \(origin.isHistory), \(origin.source)
            from \(fragment: given(known))
            cross join lateral (select coalesce(g.opened_at, least(g.first_answered_at, g.changed_at), now()) as at) opened
            order by g.key
            on conflict (key) do nothing
            returning key
            """)
        return Set(try rows.map { try $0["key"] })
    }

    private static func update(_ known: [Known], in connection: PostgresConnection) async throws -> Set<String> {
        if known.isEmpty { return [] }
        let rows = try await connection.query(
            """
            with wanted as (
                select t.id, g.account_id, case when g.says_contact then g.contact_id else t.contact_id end as contact_id,
                    coalesce(g.subject, t.subject) as subject, coalesce(g.priority, t.priority) as priority,
                    case when g.channel is null then t.channel else nullif(g.channel, '') end as channel,
                    case when g.says_answer then g.first_answered_at else t.first_answered_at end as first_answered_at,
                    case when g.feedback is null then t.feedback else nullif(g.feedback, '') end as feedback,
                    case when g.feedback_words is null then t.feedback_words
                        else nullif(g.feedback_words, '') end as feedback_words,
                    case when g.feedback = '' then null else coalesce(g.feedback_at, case
                        when g.feedback is distinct from t.feedback and g.feedback is not null then now()
                        else t.feedback_at end) end as feedback_at,
                    coalesce(g.opened_at, t.occurred_at) as occurred_at
                from \(fragment: given(known)) join crm.ticket t on t.key = g.key
                order by t.id for update of t
            )
            update crm.ticket t set account_id = w.account_id, contact_id = w.contact_id, subject = w.subject,
                priority = w.priority, channel = w.channel, first_answered_at = w.first_answered_at, feedback = w.feedback,
                feedback_words = w.feedback_words, feedback_at = w.feedback_at, occurred_at = w.occurred_at
            from wanted w
            where t.id = w.id and (t.account_id, t.contact_id, t.subject, t.priority, t.channel, t.first_answered_at,
                    t.feedback, t.feedback_words, t.feedback_at, t.occurred_at)
                is distinct from (w.account_id, w.contact_id, w.subject, w.priority, w.channel, w.first_answered_at,
                    w.feedback, w.feedback_words, w.feedback_at, w.occurred_at)
            returning t.key
            """)
        return Set(try rows.map { try $0["key"] })
    }

    private static func given(_ known: [Known]) -> SQL {
        let drafts = known.map(\.draft)
        return """
            unnest(\(drafts.map(\.key)), \(known.map(\.account)), \(known.map(\.contact)),
                \(drafts.map { $0.contactKey != .nothing }), \(drafts.map(\.subject)), \(drafts.map(\.priority)),
                \(drafts.map(\.channel.sent)), \(drafts.map(\.firstAnsweredAt.value)),
                \(drafts.map { $0.firstAnsweredAt != .nothing }), \(drafts.map(\.feedback.sent)),
                \(drafts.map(\.feedbackWords.sent)), \(drafts.map(\.feedbackAt)), \(drafts.map(\.openedAt)),
                \(drafts.map(\.changedAt)))
                as g (key, account_id, contact_id, says_contact, subject, priority, channel, first_answered_at, says_answer,
                    feedback, feedback_words, feedback_at, opened_at, changed_at)
            """
    }

    /// A ticket is open from its beginning, whatever it is by now.
    private static func open(
        _ made: Set<String>, _ origin: Origin, in connection: PostgresConnection
    ) async throws {
        if made.isEmpty { return }
        try await connection.execute(
            """
            insert into crm.ticket_state (ticket_id, status, occurred_at, known_at)
            select t.id, 'open', t.occurred_at, t.known_at from crm.ticket t where t.key = any(\(made.sorted())) order by t.id
            """)
    }

    /// Adds a state where the one that held at its time was another.
    private static func state(
        _ known: [Known], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> Set<String> {
        let said = known.map(\.draft).filter { $0.status != nil || $0.escalated != nil }
        if said.isEmpty { return [] }
        let rows = try await connection.query(
            """
            with given as (
                select t.id, t.key, g.status, g.escalated,
                    greatest(coalesce(g.changed_at, clock_timestamp()), t.occurred_at) as occurred_at
                from unnest(\(said.map(\.key)), \(said.map(\.status)), \(said.map(\.escalated)), \(said.map(\.changedAt)))
                    as g (key, status, escalated, changed_at)
                join crm.ticket t on t.key = g.key
                order by t.id for update of t
            ), wanted as (
                select g.id, g.occurred_at, coalesce(g.status, was.status, 'open') as status,
                    coalesce(g.escalated, was.escalated, false) as escalated, was.status as was_status,
                    was.escalated as was_escalated
                from given g left join lateral (
                    select * from crm.ticket_state s where s.ticket_id = g.id and s.occurred_at <= g.occurred_at
                    order by s.occurred_at desc, s.id desc limit 1
                ) was on true
            ), added as (
                insert into crm.ticket_state (ticket_id, status, escalated, occurred_at, known_at)
                select id, status, escalated, occurred_at, case when \(origin.isHistory) then occurred_at else now() end
                from wanted where (was_status, was_escalated) is distinct from (status, escalated)
                returning ticket_id
            )
            select g.key from added a join given g on g.id = a.ticket_id
            """)
        return Set(try rows.map { try $0["key"] })
    }
}
