import Foundation
import Model
import Postgres

extension SubscriptionDraft {
    /// Makes the subscriptions that are not there, and adds a dated state to those that are something else by now.
    static func write(
        _ said: [SubscriptionDraft], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> [Verdict] {
        let ids = try await AccountIDs.standing(
            of: said.map { ($0.key, $0.accountKey) }, in: "crm.subscription", telling: .subscriptionChanged,
            in: connection)
        let drafts = try await filled(said, in: connection)
        let losses = try await Self.losses(of: drafts, origin, in: connection)
        let refusals = losses.refusals.merging(Self.worthless(drafts)) { $1 }
        let known = drafts.compactMap { draft -> Known? in
            guard let account = ids[draft.key], let mrr = draft.mrr, refusals[draft.key] == nil else { return nil }
            return Known(draft: draft, account: account, mrr: mrr, loss: losses.kept[draft.key] ?? .none)
        }
        let made = try await insert(known, origin, in: connection)
        let moved = try await move(known.filter { !made.contains($0.draft.key) }, in: connection)
        let stated = try await state(known, origin, in: connection)
        let touched = known.filter {
            made.contains($0.draft.key) || moved.contains($0.draft.key) || stated.contains($0.draft.key)
        }
        try await Publication.accounts(touched.map(\.account), .subscriptionChanged, in: connection)
        return drafts.map { draft in
            guard ids[draft.key] != nil else { return .refused(AccountIDs.unknown(draft.accountKey)) }
            if let refusal = refusals[draft.key] { return .refused(refusal) }
            if made.contains(draft.key) { return .made }
            return moved.contains(draft.key) || stated.contains(draft.key) ? .changed : .unchanged
        }
    }

    /// Those of which nobody says what they bring in.
    private static func worthless(_ drafts: [SubscriptionDraft]) -> [String: Refusal] {
        drafts.reduce(into: [:]) { refusals, draft in
            guard draft.mrr == nil else { return }
            refusals[draft.key] = Refusal.conflict(
                "mrr",
                "is missing, and of this subscription none is known"
                    + (draft.changedAt == nil ? "" : " from before its changed_at")
                    + ": expected mrr (49.00) or mrr_minor (4900), and currency", code: "mrr_needed")
        }
    }

    /// The drafts with what they don't say, as it was at their time. The subscriptions are locked.
    private static func filled(
        _ drafts: [SubscriptionDraft], in connection: PostgresConnection
    ) async throws -> [SubscriptionDraft] {
        let rows = try await connection.query(
            """
            select g.place, was.status, was.plan, was.mrr_minor, was.currency, was.seats, was.renews_at
            from unnest(\(drafts.map(\.key)), \(drafts.map(\.changedAt))) with ordinality as g (key, changed_at, place)
            join crm.subscription s on s.key = g.key
            join lateral (
                select * from crm.subscription_state t
                where t.subscription_id = s.id and t.occurred_at <= coalesce(g.changed_at, clock_timestamp())
                order by t.occurred_at desc, t.id desc limit 1
            ) was on true
            """)
        var filled = drafts
        for row in rows {
            let (place, status, plan, minor, currency, seats, renewsAt) = try row.decode(
                Int64.self, String.self, String?.self, Int64.self, String.self, Int32?.self, Date?.self)
            filled[Int(place) - 1] = drafts[Int(place) - 1].filled(
                status: status, plan: plan, mrr: Money(minor: minor, currency: currency), seats: seats,
                renewsAt: renewsAt)
        }
        return filled
    }

    /// A draft with the account that it belongs to.
    private struct Known: Sendable {
        let draft: SubscriptionDraft
        let account: Int64
        let mrr: Money
        let loss: Loss
    }

    private static func insert(
        _ known: [Known], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> Set<String> {
        let rows = try await connection.query(
            """
            insert into crm.subscription (account_id, key, started_at, known_at, historical)
            select g.account_id, g.key, coalesce(g.started_at, g.changed_at, now()),
                case when \(origin.isHistory) then coalesce(g.started_at, g.changed_at, now()) else now() end,
                \(origin.isHistory)
            from unnest(\(known.map(\.account)), \(known.map(\.draft.key)), \(known.map(\.draft.startedAt)),
                \(known.map(\.draft.changedAt))) as g (account_id, key, started_at, changed_at)
            order by g.key
            on conflict (key) do nothing
            returning key
            """)
        return Set(try rows.map { try $0["key"] })
    }

    private static func move(_ known: [Known], in connection: PostgresConnection) async throws -> Set<String> {
        let rows = try await connection.query(
            """
            update crm.subscription s set account_id = g.account_id, started_at = coalesce(g.started_at, s.started_at)
            from unnest(\(known.map(\.account)), \(known.map(\.draft.key)), \(known.map(\.draft.startedAt)))
                as g (account_id, key, started_at)
            where s.key = g.key and (s.account_id, s.started_at) is distinct from
                (g.account_id, coalesce(g.started_at, s.started_at))
            returning s.key
            """)
        return Set(try rows.map { try $0["key"] })
    }

    /// Adds a state where the one that held at its time was another. A new subscription has it since its start.
    private static func state(
        _ known: [Known], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> Set<String> {
        let drafts = known.map(\.draft)
        let rows = try await connection.query(
            """
            with given as (
                select s.id, s.key, g.status, g.plan, g.mrr_minor, g.currency, g.seats, g.renews_at, g.loss_reason,
                    g.loss_words, g.competitor, g.competitor_offer,
                    case
                        when g.changed_at is not null then g.changed_at
                        when exists (select from crm.subscription_state t where t.subscription_id = s.id) then now()
                        else least(s.started_at, now())
                    end as occurred_at
                from unnest(\(drafts.map(\.key)), \(drafts.map(\.status)), \(drafts.map(\.plan)),
                    \(known.map(\.mrr.minor)), \(known.map(\.mrr.currency)), \(drafts.map(\.seats)),
                    \(drafts.map(\.renewsAt)), \(known.map(\.loss.reason)), \(known.map(\.loss.words)),
                    \(known.map(\.loss.competitor)), \(known.map(\.loss.offer)), \(drafts.map(\.changedAt)))
                    as g (key, status, plan, mrr_minor, currency, seats, renews_at, loss_reason, loss_words, competitor,
                        competitor_offer, changed_at)
                join crm.subscription s on s.key = g.key
                order by s.id for update of s
            ), added as (
                insert into crm.subscription_state (subscription_id, status, plan, mrr_minor, currency, seats, renews_at,
                    loss_reason, loss_words, competitor, competitor_offer, occurred_at, known_at)
                select g.id, g.status, g.plan, g.mrr_minor, g.currency, g.seats, g.renews_at, g.loss_reason, g.loss_words,
                    g.competitor, g.competitor_offer, g.occurred_at,
                    case when \(origin.isHistory) then g.occurred_at else now() end
                from given g
                left join lateral (
                    select * from crm.subscription_state t where t.subscription_id = g.id and t.occurred_at <= g.occurred_at
                    order by t.occurred_at desc, t.id desc limit 1
                ) was on true
                where (was.status, was.plan, was.mrr_minor, was.currency, was.seats, was.renews_at, was.loss_reason,
                        was.loss_words, was.competitor, was.competitor_offer)
                    is distinct from (g.status, g.plan, g.mrr_minor, g.currency, g.seats, g.renews_at, g.loss_reason,
                        g.loss_words, g.competitor, g.competitor_offer)
                returning subscription_id
            )
            select g.key from added a join given g on g.id = a.subscription_id
            """)
        return Set(try rows.map { try $0["key"] })
    }
}
