import Model

/// What an e-commerce event says of an order, as texts, and what follows from it.
struct OrderWords: Sendable, Equatable {
    var isRefund = false
    var orderID: String?
    /// Tells several refunds of one order apart.
    var refundID: String?
    /// `total`, else `revenue`, else `value`: a decimal in units of the currency.
    var amount: String?
    var currency: String?
    var items: Int32?

    /// An order as it is to be written.
    struct Order: Sendable, Equatable {
        let key: String
        let amount: Money
        let items: Int32?
    }

    /// The order, or the refund: a refund is an order of its own with a negative amount and the key `ORDER:refund`, or
    /// `ORDER:refund:REFUND` where it has an id. One without an amount gives all back.
    /// - Parameter refunded: what the order that is given back came to, where it is known.
    func order(refunded: Money? = nil) throws(Refusal) -> Order {
        guard let orderID else { throw Refusal("order_id", "is missing") }
        let key = isRefund ? orderID + ":refund" + (refundID.map { ":" + $0 } ?? "") : orderID
        guard key.unicodeScalars.count <= 200 else {
            throw Refusal("order_id", "is too long: expected at most 200 characters")
        }
        let known = isRefund ? refunded : nil
        if isRefund, amount == nil, known == nil {
            throw Refusal("total", "is missing, and the order that is given back is not known")
        }
        guard let code = currency?.trimmingBlanks().uppercased() ?? known?.currency else {
            throw Refusal("currency", "is missing")
        }
        guard Money.isCurrency(code) else { throw Refusal("currency", "is no ISO 4217 code such as EUR") }
        guard let text = amount else {
            guard let known else { throw Refusal("total", "is missing, and revenue and value too") }
            return Order(key: key, amount: try negative(known), items: items)
        }
        guard let money = OrderAmount.money(text, currency: code) else {
            throw Refusal("total", "is no amount of \(code), which has \(Money.digits(of: code)) decimals")
        }
        return Order(key: key, amount: isRefund ? try negative(money) : money, items: items)
    }

    private func negative(_ money: Money) throws(Refusal) -> Money {
        guard let negative = Money(minor: -abs(money.minor), currency: money.currency) else {
            throw Refusal("currency", "is no ISO 4217 code such as EUR")
        }
        return negative
    }
}
