import Foundation
import Model
import Postgres

extension DealDraft {
    /// A draft with what it refers to, and where the deal will stand.
    struct Known: Sendable {
        let draft: DealDraft
        let account: Int64
        let contact: Int64?
        let owner: Int64?
        let stage: DealStage
        let loss: Loss
    }

    static func write(
        _ drafts: [DealDraft], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> [Verdict] {
        let custom = try await CustomValues.judge(drafts.map { ($0.key, $0.custom) }, .deal, in: connection)
        let (known, refusals) = try await judge(drafts, custom, origin, in: connection)
        let made = try await insert(known, custom, origin, in: connection)
        let changed = try await update(known.filter { !made.contains($0.draft.key) }, custom, in: connection)
        let stated = try await state(known, origin, in: connection)
        let touched = known.filter {
            made.contains($0.draft.key) || changed.contains($0.draft.key) || stated.contains($0.draft.key)
        }
        try await Publication.accounts(Array(Set(touched.map(\.account))).sorted(), .dealChanged, in: connection)
        try await Lead.win(
            touched.filter { $0.stage.kind == .won }.map(\.draft.key), by: origin.actor, in: connection)
        return drafts.map { draft in
            if let refusal = refusals[draft.key] { return .refused(refusal) }
            if made.contains(draft.key) { return .made }
            return changed.contains(draft.key) || stated.contains(draft.key) ? .changed : .unchanged
        }
    }

    private static func judge(
        _ drafts: [DealDraft], _ custom: CustomValues, _ origin: Origin, in connection: PostgresConnection
    ) async throws -> (known: [Known], refusals: [String: Refusal]) {
        var refusals = custom.refusals
        var known: [Known] = []
        let accounts = try await AccountIDs.standing(
            of: drafts.map { ($0.key, $0.accountKey) }, in: "crm.deal", telling: .dealChanged, in: connection)
        let contacts = try await ContactDraft.ids(of: drafts.compactMap(\.contactKey.value), in: connection)
        let users = try await Owner.users(Set(drafts.compactMap(\.owner.value)), origin, in: connection)
        let standings = try await Self.standings(drafts, in: connection)
        let stages = try await DealStage.all(in: connection)
        let reasons = try await LossReason.keys(isHeld: true, in: connection)
        for draft in drafts where refusals[draft.key] == nil {
            do throws(Refusal) {
                guard let account = accounts[draft.key] else { throw AccountIDs.unknown(draft.accountKey) }
                if let key = draft.contactKey.value, contacts[key] == nil { throw ContactDraft.unknown(key) }
                if let name = draft.owner.value, users[name] == nil { throw Owner.unknown(name) }
                let next = try draft.next(
                    standings[draft.key], stages, custom, reasons: reasons, isHistory: origin.isHistory)
                known.append(
                    Known(
                        draft: draft, account: account, contact: draft.contactKey.value.flatMap { contacts[$0] },
                        owner: draft.owner.value.flatMap { users[$0] }, stage: next.stage, loss: next.loss))
            } catch {
                refusals[draft.key] = error
            }
        }
        return (known, refusals)
    }

    private static func insert(
        _ known: [Known], _ custom: CustomValues, _ origin: Origin, in connection: PostgresConnection
    ) async throws -> Set<String> {
        if known.isEmpty { return [] }
        let rows = try await connection.query(
            """
            insert into crm.deal (key, account_id, contact_id, name, pipeline, owner_id, expected_on, fields, source,
                created_at, known_at)
            select g.key, g.account_id, g.contact_id, coalesce(g.name, g.key), g.pipeline, g.owner_id,
                nullif(g.expected_on, '')::date, jsonb_strip_nulls(g.fields::jsonb), \(origin.source),
                coalesce(g.created_at, g.changed_at, now()),
                case when \(origin.isHistory) then coalesce(g.created_at, g.changed_at, now()) else now() end
            from \(fragment: try given(known, custom))
            order by g.key
            on conflict (key) do nothing
            returning key
            """)
        return Set(try rows.map { try $0["key"] })
    }

    private static func update(
        _ known: [Known], _ custom: CustomValues, in connection: PostgresConnection
    ) async throws -> Set<String> {
        if known.isEmpty { return [] }
        let rows = try await connection.query(
            """
            with wanted as (
                select d.id, g.account_id, case when g.says_contact then g.contact_id else d.contact_id end as contact_id,
                    coalesce(g.name, d.name) as name, g.pipeline,
                    case when g.says_owner then g.owner_id else d.owner_id end as owner_id,
                    case when g.expected_on is null then d.expected_on else nullif(g.expected_on, '')::date end as expected_on,
                    jsonb_strip_nulls(d.fields || g.fields::jsonb) as fields,
                    coalesce(g.created_at, d.created_at) as created_at
                from \(fragment: try given(known, custom)) join crm.deal d on d.key = g.key
                order by d.id for update of d
            )
            update crm.deal d set account_id = w.account_id, contact_id = w.contact_id, name = w.name,
                pipeline = w.pipeline, owner_id = w.owner_id, expected_on = w.expected_on, fields = w.fields,
                created_at = w.created_at
            from wanted w
            where d.id = w.id and (d.account_id, d.contact_id, d.name, d.pipeline, d.owner_id, d.expected_on, d.fields,
                    d.created_at)
                is distinct from (w.account_id, w.contact_id, w.name, w.pipeline, w.owner_id, w.expected_on, w.fields,
                    w.created_at)
            returning d.key
            """)
        return Set(try rows.map { try $0["key"] })
    }

    private static func given(_ known: [Known], _ custom: CustomValues) throws -> SQL {
        let drafts = known.map(\.draft)
        return """
            unnest(\(drafts.map(\.key)), \(known.map(\.account)), \(known.map(\.contact)),
                \(drafts.map { $0.contactKey != .nothing }), \(drafts.map(\.name)), \(known.map(\.stage.pipeline)),
                \(known.map(\.owner)), \(drafts.map { $0.owner != .nothing }),
                \(drafts.map { $0.expectedOn.map(\.description).sent }),
                \(try drafts.map { try custom.patch($0.key) }), \(drafts.map(\.createdAt)), \(drafts.map(\.changedAt)))
                as g (key, account_id, contact_id, says_contact, name, pipeline, owner_id, says_owner, expected_on, fields,
                    created_at, changed_at)
            """
    }

    /// Adds a state where the one that held at its time was another.
    private static func state(
        _ known: [Known], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> Set<String> {
        if known.isEmpty { return [] }
        let amounts = known.map(\.draft.amount)
        let rows = try await connection.query(
            """
            with given as (
                select d.id, d.key, g.*, case
                    when g.changed_at is not null then g.changed_at
                    when exists (select from crm.deal_state t where t.deal_id = d.id) then clock_timestamp()
                    else least(d.created_at, now())
                end as occurred_at
                from unnest(\(known.map(\.draft.key)), \(known.map(\.stage.key)), \(amounts.map { $0 != .nothing }),
                    \(amounts.map(\.value?.minor)), \(amounts.map(\.value?.currency)), \(known.map(\.loss.reason)),
                    \(known.map(\.loss.words)), \(known.map(\.loss.competitor)), \(known.map(\.loss.offer)),
                    \(known.map(\.draft.changedAt)))
                    as g (deal_key, stage, says_amount, minor, code, loss_reason, loss_words, competitor, competitor_offer,
                        changed_at)
                join crm.deal d on d.key = g.deal_key
            ), wanted as (
                select g.*, was.id as was_id, case when g.says_amount then g.minor else was.amount_minor end as amount_minor,
                    case when g.says_amount then g.code else was.currency end as currency,
                    (was.stage, was.amount_minor, was.currency, was.loss_reason, was.loss_words, was.competitor,
                        was.competitor_offer) as was
                from given g left join lateral (
                    select * from crm.deal_state t where t.deal_id = g.id and t.occurred_at <= g.occurred_at
                    order by t.occurred_at desc, t.id desc limit 1
                ) was on true
            ), added as (
                insert into crm.deal_state (deal_id, stage, amount_minor, currency, loss_reason, loss_words, competitor,
                    competitor_offer, occurred_at, known_at)
                select id, stage, amount_minor, currency, loss_reason, loss_words, competitor, competitor_offer, occurred_at,
                    case when \(origin.isHistory) then occurred_at else now() end
                from wanted w
                where w.was_id is null or w.was is distinct from (w.stage, w.amount_minor, w.currency, w.loss_reason,
                    w.loss_words, w.competitor, w.competitor_offer)
                order by id
                returning deal_id
            )
            select g.key from added a join given g on g.id = a.deal_id
            """)
        return Set(try rows.map { try $0["key"] })
    }
}
