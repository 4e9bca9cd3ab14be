/// What the purchase models know of a customer. Times in weeks.
struct PurchaseSummary: Sendable, Hashable {
    /// Purchases after the first, at most one a day.
    let repeats: Int
    /// From the first purchase to the last.
    let recency: Double
    /// From the first purchase to the end of what was watched.
    let age: Double
}

/// Customers with the same summary, counted: of 2,357 there are 1,016 different ones.
struct PurchaseCounts: Sendable {
    let rows: [(summary: PurchaseSummary, count: Double)]
    let mostRepeats: Int

    init(_ customers: some Sequence<PurchaseSummary>) {
        var counts: [PurchaseSummary: Int] = [:]
        for customer in customers { counts[customer, default: 0] += 1 }
        // In an order of their own, so that sums come out the same each time.
        rows = counts.map { ($0.key, Double($0.value)) }.sorted {
            ($0.0.repeats, $0.0.recency, $0.0.age) < ($1.0.repeats, $1.0.recency, $1.0.age)
        }
        mostRepeats = rows.last?.summary.repeats ?? 0
    }
}
