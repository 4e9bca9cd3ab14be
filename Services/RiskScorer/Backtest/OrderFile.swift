import Chassis
import Foundation
import Model

/// The orders of a CSV file, summed up by customer and day. An amount below zero is a refund; one of nothing is an order
/// that nothing was paid for.
struct OrderFile: Sendable {
    struct Day: Sendable {
        let day: Int
        /// What was paid and what was given back on it.
        var paid: Double
        var refunded: Double
        /// Whether anything was ordered.
        var isOrder: Bool
    }

    /// The days of each customer in order; customers in the order of their names.
    let customers: [(name: String, days: [Day])]
    /// Lines without a customer, which are left out.
    let withoutCustomer: Int
    let firstDay: Int
    let lastDay: Int

    init(_ file: DataFile, customer: String, date: String, amount: String) throws {
        let places = (
            try file.column(customer, for: "--customer"), try file.column(date, for: "--date"),
            try file.column(amount, for: "--amount")
        )
        var found: [String: [Int: Day]] = [:]
        var blank = 0
        for (line, cells) in file.rows {
            guard let day = Self.day(cells[places.1]) else {
                throw ProgramFailure(
                    .badInput,
                    "\(file.path), line \(line): \(cells[places.1]) is no date such as 2011-10-10, 20111010 or 2011-10-10 08:26:00."
                )
            }
            guard let money = Double(cells[places.2]), money.isFinite else {
                throw ProgramFailure(
                    .badInput,
                    "\(file.path), line \(line): \(cells[places.2]) is no amount such as 29.33: use a decimal point.")
            }
            guard !cells[places.0].isEmpty else {
                blank += 1
                continue
            }
            var there = found[cells[places.0], default: [:]][day] ?? Day(day: day, paid: 0, refunded: 0, isOrder: false)
            if money < 0 { there.refunded -= money } else { there.paid += money }
            there.isOrder = there.isOrder || money >= 0
            found[cells[places.0], default: [:]][day] = there
        }
        customers = found.map { ($0.key, $0.value.values.sorted { $0.day < $1.day }) }.sorted { $0.0 < $1.0 }
        withoutCustomer = blank
        let days = customers.flatMap { [$0.days.first?.day, $0.days.last?.day].compactMap(\.self) }
        guard let first = days.min(), let last = days.max() else {
            throw ProgramFailure(.badInput, "\(file.path) has no order with a customer.")
        }
        (firstDay, lastDay) = (first, last)
    }

    /// Days since 1970, of `2011-10-10`, `20111010`, or either with a time behind it.
    static func day(_ text: String) -> Int? {
        let head = text.prefix { $0 != " " && $0 != "T" }
        if let day = CalendarDay(head) { return day.daysSince1970 }
        guard head.count == 8, head.allSatisfy(\.isASCII), let number = Int(head) else { return nil }
        return CalendarDay(year: number / 10_000, month: number / 100 % 100, day: number % 100)?.daysSince1970
    }

    /// Days: `60d`, `8w`.
    static func span(_ text: String, _ option: String) throws -> Int {
        guard let unit = text.last, "dw".contains(unit), let number = Int(text.dropLast()),
            (1...36_500).contains(number)
        else {
            throw ProgramFailure(
                .badInput, "\(option) \(text): expected a number of days or weeks, such as 60d or 39w.")
        }
        return unit == "w" ? number * 7 : number
    }

    /// What the purchase models know of a customer at the end of a day; nil of one that had not ordered yet.
    static func summary(_ days: [Day], at end: Int) -> PurchaseSummary? {
        let ordered = days.prefix { $0.day <= end }.filter(\.isOrder)
        guard let first = ordered.first, let last = ordered.last else { return nil }
        return PurchaseSummary(
            repeats: ordered.count - 1, recency: Double(last.day - first.day) / 7, age: Double(end - first.day) / 7)
    }

    /// What its orders after the first were worth on average.
    static func spending(_ days: [Day], at end: Int) -> SpendModel.Spending? {
        let later = days.prefix { $0.day <= end }.filter(\.isOrder).dropFirst()
        guard !later.isEmpty else { return nil }
        return SpendModel.Spending(repeats: later.count, mean: later.reduce(0) { $0 + $1.paid } / Double(later.count))
    }
}
