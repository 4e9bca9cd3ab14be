import Postgres

/// What can be exported, with the columns of its lines. Those of what can be imported too have the import's names, so that
/// the import takes the file back.
enum ExportKind: String, CaseIterable, Sendable {
    case accounts, contacts, subscriptions, orders, invoices, deals, tickets, interactions

    struct Column: Sendable {
        let name: String
        /// About a row `t`.
        let value: SQL
        /// Its cells are minor units and a currency, to be written in units of it.
        var isMoney = false

        init(_ name: String, _ value: SQL) {
            self.name = name
            self.value = value
        }

        /// A column of `t` as it is.
        static func same(_ names: String...) -> [Column] {
            names.map { Column($0, "t.\(identifier: $0)") }
        }

        /// RFC 3339 in UTC, to the microsecond.
        static func time(_ name: String, _ column: String) -> Column {
            Column(name, #"to_char(t.\#(identifier: column) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"#)
        }
    }

    var table: SQL {
        switch self {
        case .accounts: "crm.account"
        case .contacts: "crm.contact"
        case .subscriptions: "crm.subscription"
        case .orders: "crm.account_order"
        case .invoices: "crm.invoice"
        case .deals: "crm.deal"
        case .tickets: "crm.ticket"
        case .interactions: "crm.interaction"
        }
    }

    /// Which rows `t` are there to be exported: of accounts those that stand for themselves.
    var condition: SQL {
        self == .accounts ? "t.merged_into is null and t.erased_at is null" : "true"
    }

    /// The account of a row `t`; its survivor is read with it.
    var account: SQL { self == .accounts ? "t.id" : "t.account_id" }

    var columns: [Column] {
        switch self {
        case .accounts: Self.accountColumns
        case .contacts: Self.contactColumns
        case .subscriptions: Self.subscriptionColumns
        case .orders: Self.orderColumns
        case .invoices: Self.invoiceColumns
        case .deals: Self.dealColumns
        case .tickets: Self.ticketColumns
        case .interactions: Self.interactionColumns
        }
    }

    static let accountKey = Column("account_key", "root.key")
    static let contactKey = Column("contact_key", "(select c.key from crm.contact c where c.id = t.contact_id)")
}
