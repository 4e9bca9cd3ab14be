import Model

/// The shop's story: real purchases (CDNOW), moved in time by whole days so that the last one was yesterday, and invented
/// names for the customers.
struct Shop: Sendable {
    struct Order: Sendable {
        let accountKey: String
        let key: String
        let day: CalendarDay
        /// In units of the currency, as in the source.
        let amount: String
        let currency: String
        let items: String
    }

    /// The user who looks after all customers of the shop.
    static let owner = "rita.moran"

    let orders: [Order]
    /// By how many days the orders of the source were moved.
    let movedDays: Int
    /// The customers' keys, each once, in ascending order.
    let accountKeys: [String]
    private let seed: UInt64

    /// Reads the source (`compose/demo/shop-orders.csv`). Refuses what is no order of it, by its record.
    init(source: String, of file: String, seed: UInt64, period: Period) throws(Refusal) {
        let columns = ["account_key", "order_key", "ordered_on", "amount", "currency", "items"]
        var orders: [Order] = []
        for (number, row) in try CSV.rows(source, columns: columns, of: file).enumerated() {
            guard let day = CalendarDay(row[2]), Money(decimal: row[3], currency: row[4]) != nil, Int(row[5]) != nil,
                !row[0].isEmpty, !row[1].isEmpty
            else {
                throw Refusal("\(file), record \(number + 2): no keys, or no day, amount or number of items")
            }
            orders.append(
                Order(accountKey: row[0], key: row[1], day: day, amount: row[3], currency: row[4], items: row[5]))
        }
        guard let last = orders.map(\.day).max() else { throw Refusal("\(file) has no orders") }
        guard Set(orders.map(\.key)).count == orders.count else { throw Refusal("\(file): an order_key stands twice") }
        let moved = period.yesterday.daysSince1970 - last.daysSince1970
        self.seed = seed
        movedDays = moved
        accountKeys = Set(orders.map(\.accountKey)).sorted()
        self.orders = orders.map { order in
            Order(
                accountKey: order.accountKey, key: order.key, day: order.day.advanced(by: moved), amount: order.amount,
                currency: order.currency, items: order.items)
        }
    }

    static let ordersHeading = ["account_key", "order_key", "ordered_at", "amount", "currency", "items"]

    /// One line for each order, as in the source. It knows the day only; noon in UTC stands for it.
    var orderLines: [[String]] {
        orders.map { [$0.accountKey, $0.key, "\($0.day)T12:00:00Z", $0.amount, $0.currency, $0.items] }
    }

    /// One person for each customer.
    var contacts: [Contact] {
        accountKeys.enumerated().map { index, key in
            var random = SplitMix64(seed: seed, stream: Stream.shop, index)
            let given = random.pick(Names.given)
            let family = random.pick(Names.family)
            return Contact(
                key: "person-\(key)", accountKey: key, name: "\(given) \(family)",
                email: "\(given).\(family).\(key)@example.invalid".lowercased(), language: "en", role: "",
                consents: Consent.drawn(by: &random))
        }
    }
}
