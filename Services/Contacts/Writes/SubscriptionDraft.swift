import Foundation
import Model

/// What a subscription is from a time on: its whole state, so what isn't said is empty.
struct SubscriptionDraft: Draft {
    static let fields = [
        "account_key", "subscription_key", "status", "plan", "mrr", "mrr_minor", "currency", "seats", "started_at",
        "renews_at", "loss_reason", "changed_at",
    ]
    static let statuses = ["trialing", "active", "past_due", "paused", "cancelled", "ended"]

    let key: String
    let accountKey: String
    let status: String
    let plan: String?
    let mrr: Money
    let seats: Int32?
    let startedAt: Date?
    let renewsAt: Date?
    let lossReason: String?
    /// Since when it is so; nil is since its start for a new one, and since now for one that is known.
    let changedAt: Date?

    init(_ fields: Fields) throws {
        key = try fields.key("subscription_key")
        accountKey = try fields.key("account_key")
        status = try fields.choice("status", of: Self.statuses).value ?? "active"
        plan = try fields.text("plan", atMost: 200).value
        let currency = try fields.currency("currency")
        guard let minor = try fields.money("mrr", currency: currency), minor >= 0,
            let money = Money(minor: minor, currency: currency)
        else {
            throw fields.refusal("mrr", "expected mrr (49.00) or mrr_minor (4900), not below 0")
        }
        mrr = money
        seats = try fields.integer("seats", 0...Int64(Int32.max)).value.map { Int32($0) }
        startedAt = try fields.time("started_at").value
        renewsAt = try fields.time("renews_at").value
        lossReason = try fields.text("loss_reason", atMost: 200).value
        changedAt = try fields.time("changed_at").value
    }
}
