/// What a file can hold, and which columns it has for it.
enum ImportKind: String, CaseIterable, Sendable {
    case accounts, contacts, subscriptions, orders

    /// The fields that a line may have, by the names that its columns have unless mapped.
    var fields: [String] {
        switch self {
        case .accounts: AccountDraft.fields.map(\.name)
        case .contacts: ContactDraft.fields.map(\.name).filter { $0 != "addresses" }
        case .subscriptions: SubscriptionDraft.fields.map(\.name)
        case .orders: OrderDraft.fields.map(\.name)
        }
    }

    /// The fields without which no line can be taken, those that can stand for one another together.
    var needed: [[String]] {
        switch self {
        case .accounts: [["key"]]
        case .contacts: [["account_key"], ["contact_key"]]
        case .subscriptions: [["account_key"], ["subscription_key"], ["mrr", "mrr_minor"], ["currency"]]
        case .orders: [["account_key"], ["order_key"], ["ordered_at"], ["amount", "amount_minor"], ["currency"]]
        }
    }
}
