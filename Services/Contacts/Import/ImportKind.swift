/// What a file can hold, and which columns it has for it.
enum ImportKind: String, CaseIterable, Sendable {
    case accounts, contacts, subscriptions, orders, deals, tickets, invoices, interactions

    /// The fields that a line may have, by the names that its columns have unless mapped.
    var fields: [String] {
        switch self {
        case .accounts: AccountDraft.fields.map(\.name).filter { $0 != "fields" }
        case .contacts: ContactDraft.fields.map(\.name).filter { $0 != "fields" }
        case .subscriptions: SubscriptionDraft.fields.map(\.name)
        case .orders: OrderDraft.fields.map(\.name)
        case .deals: DealDraft.fields.map(\.name).filter { $0 != "fields" }
        case .tickets: TicketDraft.fields.map(\.name)
        case .invoices: InvoiceDraft.fields.map(\.name)
        case .interactions: InteractionDraft.fields.map(\.name)
        }
    }

    /// What has the custom fields that a line may have; nil where there are none.
    var object: CustomField.Object? {
        switch self {
        case .accounts: .account
        case .contacts: .contact
        case .deals: .deal
        case .subscriptions, .orders, .tickets, .invoices, .interactions: nil
        }
    }

    /// The fields without which no line can be taken, those that can stand for one another together.
    var needed: [[String]] {
        switch self {
        case .accounts: [["key"]]
        case .contacts: [["account_key"], ["contact_key"]]
        case .subscriptions: [["account_key"], ["subscription_key"]]
        case .orders: [["account_key"], ["order_key"], ["ordered_at"], ["amount", "amount_minor"], ["currency"]]
        case .deals: [["account_key"], ["deal_key"]]
        case .tickets: [["account_key"], ["ticket_key"]]
        case .invoices:
            [["account_key"], ["invoice_key"], ["amount", "amount_minor"], ["currency"], ["issued_on"]]
        case .interactions: [["account_key"], ["occurred_at"]]
        }
    }
}
