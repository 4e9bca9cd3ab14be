import Foundation
import Model

/// What a subscription is from a time on. What isn't said stays as it was then.
struct SubscriptionDraft: Draft {
    static let keyField = "subscription_key"
    static let fields: [Field] =
        [
            .needed("account_key", .key, "whose it is"),
            .needed("subscription_key", .key, "the outside world's id for it"),
            .optional("status", .choice(statuses), "active for a new one unless said otherwise"),
            .optional("plan", .text(atMost: 200), "name of the plan"),
        ] + Field.money("mrr", isSigned: false, "monthly recurring revenue; a new one needs it") + [
            .optional("currency", .form(.currency), "of the revenue; without one it says nothing"),
            .optional("seats", .count(atMost: Int64(Int32.max)), "seats paid for"),
            .optional("started_at", .form(.time), "when it began"),
            .optional("renews_at", .form(.time), "when it renews, or ends if cancelled"),
            .optional("changed_at", .form(.time), "since when it is so"),
        ] + Loss.fields
    static let rules = [Rule.money("mrr", isSigned: false, isNeeded: false)]
    static let statuses = ["trialing", "active", "past_due", "paused", "cancelled", "ended"]

    let key: String
    let accountKey: String
    private(set) var status: String
    private(set) var plan: String?
    /// Nil where neither the draft nor what is known says it.
    private(set) var mrr: Money?
    private(set) var seats: Int32?
    let startedAt: Date?
    private(set) var renewsAt: Date?
    /// What isn't said of it.
    private let left: Left

    private struct Left: Sendable {
        let status: Bool
        let plan: Bool
        let seats: Bool
        let renewsAt: Bool
    }

    /// Why the customer gave it up; nothing where it goes on.
    let loss: Loss
    /// Since when it is so; nil is since its start for a new one, and since now for one that is known.
    let changedAt: Date?

    init(_ fields: Fields) throws {
        key = try fields.needed("subscription_key")
        accountKey = try fields.needed("account_key")
        let (status, plan) = (fields.text("status"), fields.text("plan"))
        let (seats, renewsAt) = (fields.integer("seats"), try fields.time("renews_at"))
        self.status = status.value ?? "active"
        self.plan = plan.value
        mrr = try fields.saidMoney("mrr").value
        self.seats = seats.value.map { Int32($0) }
        startedAt = try fields.time("started_at").value
        self.renewsAt = renewsAt.value
        left = Left(
            status: status.value == nil, plan: plan.isNothing, seats: seats.isNothing, renewsAt: renewsAt.isNothing)
        loss = Loss(fields)
        changedAt = try fields.past("changed_at").value
    }

    /// The draft with what the subscription was at its time, where nothing else is said.
    func filled(status: String, plan: String?, mrr: Money?, seats: Int32?, renewsAt: Date?) -> SubscriptionDraft {
        var draft = self
        draft.mrr = self.mrr ?? mrr
        if left.status { draft.status = status }
        if left.plan { draft.plan = plan }
        if left.seats { draft.seats = seats }
        if left.renewsAt { draft.renewsAt = renewsAt }
        return draft
    }
}
