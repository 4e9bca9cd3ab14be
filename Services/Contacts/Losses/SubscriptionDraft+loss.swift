import Foundation
import Postgres

extension SubscriptionDraft {
    /// Whether the customer gave it up.
    var isLost: Bool { status == "cancelled" || status == "ended" }

    /// What is kept of why these were given up, by their keys, and those that don't say.
    static func losses(
        of drafts: [SubscriptionDraft], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> (kept: [String: Loss], refusals: [String: Refusal]) {
        let lost = drafts.filter(\.isLost)
        var kept: [String: Loss] = [:]
        var refusals: [String: Refusal] = [:]
        for draft in drafts where !draft.isLost {
            do throws(Refusal) {
                try draft.loss.refuseAny("the subscription is \(draft.status)")
            } catch {
                refusals[draft.key] = error
            }
        }
        if lost.isEmpty { return (kept, refusals) }
        let reasons = try await LossReason.keys(isHeld: true, in: connection)
        let before = try await before(lost, in: connection)
        for draft in lost {
            do throws(Refusal) {
                kept[draft.key] = try draft.loss.kept(
                    "a subscription that is \(draft.status)", before: before[draft.key], reasons: reasons,
                    isHistory: origin.isHistory)
            } catch {
                refusals[draft.key] = error
            }
        }
        return (kept, refusals)
    }

    /// What was said when they were given up before, for those that were given up at the time of the draft.
    private static func before(
        _ drafts: [SubscriptionDraft], in connection: PostgresConnection
    ) async throws -> [String: Loss] {
        let rows = try await connection.query(
            """
            select s.key, was.loss_reason, was.loss_words, was.competitor, was.competitor_offer
            from unnest(\(drafts.map(\.key)), \(drafts.map(\.changedAt))) as g (key, changed_at)
            join crm.subscription s on s.key = g.key
            join lateral (
                select * from crm.subscription_state t
                where t.subscription_id = s.id and t.occurred_at <= coalesce(g.changed_at, clock_timestamp())
                order by t.occurred_at desc, t.id desc limit 1
            ) was on was.status in ('cancelled', 'ended')
            """)
        var losses: [String: Loss] = [:]
        for row in rows {
            let (key, reason, words, competitor, offer) = try row.decode(
                String.self, String?.self, String?.self, String?.self, String?.self)
            losses[key] = Loss(reason: reason, words: words, competitor: competitor, offer: offer)
        }
        return losses
    }
}
