import ArgumentParser
import Chassis
import Foundation
import Model

struct PurchasesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purchases", abstract: "Models of when customers buy again and for how much.",
        subcommands: [Fit.self])

    struct Fit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fit",
            abstract: "Fit BG/NBD and Gamma-Gamma to the orders of a file. Needs no database.",
            discussion: """
                Purchases of one day are one. Times are weeks, from each customer's first purchase to --until. Where the \
                purchases show no drop-out an NBD is fitted, and a note says so.
                """)

        /// So long without any order is no shop that goes on [days].
        private static let longSilence = 60

        @Argument(help: "A CSV file with one row an order.") var file: String
        @Option(help: "Its column with the customer.") var customer: String
        @Option(help: "Its column with the date.") var date: String
        @Option(help: "Its column with the amount; one below zero is a refund.") var amount: String
        @Option(
            help:
                "The last day to look at; that of the last order that doesn't lie in the future unless said otherwise.")
        var until: String?
        @Option(help: "For how long to foretell purchases, such as 39w.") var predict = "52w"
        @Option(help: "bgnbd, mbgnbd or nbd.") var model = "bgnbd"
        @Flag(help: "Print one JSON object.") var json = false

        func run() async throws {
            try await Program.run("risk-scorer") {
                let content = try content()
                print(json ? try content.json() : content.text)
            }
        }

        private func content() throws -> Content {
            guard let kind = PurchaseModel.Kind(rawValue: model) else {
                throw ProgramFailure(.badInput, "--model \(model): expected bgnbd, mbgnbd or nbd.")
            }
            let orders = try OrderFile(try DataFile(file), customer: customer, date: date, amount: amount)
            let today = Int(Date().timeIntervalSince1970 / 86_400)
            let end =
                try until.map { text in
                    guard let day = OrderFile.day(text) else {
                        throw ProgramFailure(.badInput, "--until \(text): expected a day such as 1997-09-30.")
                    }
                    return day
                } ?? orders.customers.flatMap(\.days).lazy.map(\.day).filter { $0 <= today }.max() ?? today
            let weeks = Double(try OrderFile.span(predict, "--predict")) / 7
            let summaries = orders.customers.compactMap { OrderFile.summary($0.days, at: end) }
            let fit: PurchaseModel.Fit
            do throws(PurchaseModel.FitError) {
                fit = try PurchaseModel.fit(kind, PurchaseCounts(summaries))
            } catch {
                let (customers, repeaters) = PurchaseModel.fewest
                throw ProgramFailure(
                    .badInput,
                    "\(file): a purchase model needs at least \(customers) customers of whom \(repeaters) bought again; there are \(summaries.count) and \(summaries.count { $0.repeats > 0 })."
                )
            }
            let spend = SpendModel.fit(orders.customers.compactMap { OrderFile.spending($0.days, at: end) })
            var notes = [fit.note].compactMap(\.self)
            if spend == nil { notes.append("too few customers paid again for a model of what they spend") }
            if let spend, !spend.hasConverged { notes.append("Gamma-Gamma found no maximum within its bounds") }
            if until == nil, orders.lastDay > today { notes.append("orders that lie in the future were left out") }
            if end - orders.lastDay > Self.longSilence {
                notes.append(
                    "the last order is \(end - orders.lastDay) days before --until: everybody looks silent for so long")
            }
            let refunded = orders.customers.reduce(0) { $0 + $1.days.count { $0.day <= end && $0.refunded > 0 } }
            if refunded > 0 {
                notes.append(
                    "refunds, of \(refunded) days here, are no purchases and take nothing off what was bought: leave out orders that were given back whole"
                )
            }
            if orders.withoutCustomer > 0 {
                notes.append("\(orders.withoutCustomer) lines without a customer were left out")
            }
            let hasDropOut = fit.model.kind != .nbd
            return Content(
                r: fit.model.r, alpha: fit.model.alpha, a: hasDropOut ? fit.model.a : nil,
                b: hasDropOut ? fit.model.b : nil, p: spend?.model.p, q: spend?.model.q, gamma: spend?.model.gamma,
                log_likelihood: fit.logLikelihood, log_likelihood_spend: spend?.logLikelihood,
                sum_expected: summaries.reduce(0) { $0 + fit.model.expected($1, weeks: weeks) },
                model: fit.model.kind.rawValue, customers: summaries.count,
                repeats: summaries.reduce(0) { $0 + $1.repeats },
                until: CalendarDay(daysSince1970: end).description,
                note: notes.isEmpty ? nil : notes.joined(separator: "; "))
        }
    }

    struct Content: Encodable {
        let r: Double
        let alpha: Double
        let a: Double?
        let b: Double?
        let p: Double?
        let q: Double?
        let gamma: Double?
        let log_likelihood: Double
        let log_likelihood_spend: Double?
        let sum_expected: Double
        let model: String
        let customers: Int
        let repeats: Int
        let until: String
        let note: String?

        func json() throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }

        var text: String {
            func number(_ value: Double?) -> String { value.map { String(format: "%.6g", $0) } ?? "–" }
            let lines = [
                "\(customers) customers, \(repeats) repeat purchases until \(until)",
                "\(model): r \(number(r)), alpha \(number(alpha)) weeks, a \(number(a)), b \(number(b)), log-likelihood \(String(format: "%.4f", log_likelihood))",
                "spend: p \(number(p)), q \(number(q)), gamma \(number(gamma)), log-likelihood \(log_likelihood_spend.map { String(format: "%.4f", $0) } ?? "–")",
                "expected purchases \(String(format: "%.2f", sum_expected))",
            ]
            return (lines + [note].compactMap(\.self)).joined(separator: "\n")
        }
    }
}
