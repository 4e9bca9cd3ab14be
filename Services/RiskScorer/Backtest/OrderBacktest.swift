import Chassis
import Foundation
import Model

/// Judges how well it can be foretold, from orders alone, who won't order within a horizon: learnt from days so long before
/// the day that is judged that what became of everybody was known by then.
struct OrderBacktest: Sendable {
    let orders: OrderFile
    let asOf: Int
    /// [days]
    let horizon: Int
    /// Who ordered within so many days counts as a customer.
    let alive: Int
    let seed: UInt64

    /// Days between those that are learnt from, and how many of them there are at most.
    private static let (spacing, mostDays) = (30, 12)
    /// With less history before it a day says little.
    private static let leastHistory = 60

    struct Outcome: Sendable {
        let probabilities: [Double]
        let labels: [Bool]
        let names: [String]
        /// Days since the last order: the rule to beat.
        let recencies: [Double]
        let learntFrom: [Int]
        let table: Table
        let note: String?
    }

    init(_ orders: OrderFile, asOf: Int, horizon: Int, alive: Int, seed: UInt64) throws {
        guard asOf + horizon <= orders.lastDay else {
            let last = CalendarDay(daysSince1970: orders.lastDay - horizon)
            throw ProgramFailure(
                .badInput,
                "--as-of and --horizon: the orders end before the horizon does; \(last) is the latest day to judge.")
        }
        self.orders = orders
        self.asOf = asOf
        self.horizon = horizon
        self.alive = alive
        self.seed = seed
    }

    func run() throws -> Outcome {
        let days = (0..<Self.mostDays).map { asOf - horizon - $0 * Self.spacing }
            .filter { $0 - orders.firstDay >= Self.leastHistory }
        guard !days.isEmpty else {
            throw ProgramFailure(
                .badInput,
                "--as-of: the orders begin less than \(horizon + Self.leastHistory) days before it: there is nothing to learn from."
            )
        }
        let judged = snapshot(asOf)
        let learnt = days.map(snapshot)
        guard !judged.labels.isEmpty else {
            throw ProgramFailure(
                .badInput, "--as-of: nobody paid for an order within --alive before that day: there is nobody to judge."
            )
        }
        guard judged.labels.contains(true), judged.labels.contains(false) else {
            throw ProgramFailure(
                .badInput,
                "--as-of: of \(judged.labels.count) customers all stayed or all were lost: there is nothing to tell apart."
            )
        }
        let rows = learnt.flatMap(\.rows)
        let labels = learnt.flatMap(\.labels)
        guard labels.contains(true), labels.contains(false) else {
            throw ProgramFailure(
                .badInput, "--as-of: before it all customers stayed or all were lost: there is nothing to learn.")
        }
        let all = Self.table(rows + judged.rows)
        let learner = RiskLearner.learn(all, labels: labels + judged.labels, rows: Array(rows.indices), seed: seed)
        let probabilities = learner.probabilities(all).suffix(judged.rows.count)
        return Outcome(
            probabilities: Array(probabilities), labels: judged.labels, names: judged.names,
            recencies: judged.recencies,
            learntFrom: days, table: Self.table(judged.rows), note: judged.note)
    }

    private struct Snapshot {
        var rows: [[Double?]] = []
        var labels: [Bool] = []
        var names: [String] = []
        var recencies: [Double] = []
        var note: String?
    }

    private static let columns = [
        "recency", "orders", "orders_180", "orders_60", "age", "gap", "overdue", "spent_180", "mean_order", "refunds",
        "expected",
    ]

    private static func table(_ rows: [[Double?]]) -> Table {
        Table(
            columns: columns.enumerated().map { place, name in
                Table.Column(name: name, cells: .numbers(rows.map { $0[place] }))
            }, count: rows.count)
    }

    /// What was known of each customer at the end of a day, and what became of it. Nothing later is read but the label.
    private func snapshot(_ day: Int) -> Snapshot {
        var snapshot = Snapshot()
        let summaries = orders.customers.map { OrderFile.summary($0.days, at: day) }
        let fit = try? PurchaseModel.fit(.bgnbd, PurchaseCounts(summaries.compactMap(\.self)))
        snapshot.note = fit.map(\.note) ?? "too few customers ordered again for a purchase model: it was left out"
        for (customer, summary) in zip(orders.customers, summaries) {
            let known = customer.days.prefix { $0.day <= day }
            let ordered = known.filter(\.isOrder)
            // Who pays nothing is no customer, who is given all back has been one.
            guard let last = known.last(where: { $0.paid > 0 }), day - last.day <= alive, let first = ordered.first,
                let summary
            else { continue }
            let within = { (days: Int) in ordered.count { day - $0.day < days } }
            let recent = known.filter { day - $0.day < 180 }
            let recency = Double(day - last.day)
            let count = Double(ordered.count)
            let gap = ordered.count > 1 ? Double((ordered.last?.day ?? 0) - first.day) / (count - 1) : nil
            let spent = recent.reduce(0) { $0 + $1.paid - $1.refunded }
            let paid = ordered.reduce(0) { $0 + $1.paid }
            let expected = fit.map { $0.model.expected(summary, weeks: Double(horizon) / 7) }
            snapshot.rows.append([
                log1p(recency), log1p(count), log1p(Double(within(180))), log1p(Double(within(60))),
                log1p(Double(day - first.day)),
                gap.map { log1p($0) }, gap.map { log1p(recency / max($0, 1)) }, log1p(max(0, spent)),
                log1p(paid / count),
                log1p(Double(recent.count { $0.refunded > 0 })), expected.map { log(max($0, 1e-6)) },
            ])
            snapshot.labels.append(
                !customer.days.contains { $0.day > day && $0.day <= day + horizon && $0.paid > 0 })
            snapshot.names.append(customer.name)
            snapshot.recencies.append(recency)
        }
        return snapshot
    }
}
