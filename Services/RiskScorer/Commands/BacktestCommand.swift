import ArgumentParser
import Chassis
import Foundation

/// How well losses can be foretold, judged on a file, before anything is set up.
struct BacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Judge how well losses can be foretold from a file. Needs no database.",
        discussion: """
            A table with one row a customer and a column that says who was lost: each part of the rows is foretold from \
            the others.

              risk-scorer backtest --table customers.csv --label Churn=Yes --folds 5 --seed 42

            Orders: who won't order within a horizon is foretold as of a day, learnt from days so long before it that what \
            became of everybody was known by then.

              risk-scorer backtest --orders orders.csv --customer C --date D --amount A --as-of 2011-10-10 --horizon 60d

            Columns are numbers where all their cells are; blank is missing. Files are UTF-8 or Latin-1.
            """)

    @Option(help: ArgumentHelp("A CSV file with one row a customer.", valueName: "file")) var table: String?
    @Option(help: ArgumentHelp("Which rows were lost: COLUMN=VALUE.", valueName: "column=value")) var label: String?
    @Option(help: "Into how many parts the rows are split.") var folds = 5
    @Option(help: "A column whose values are the parts, in place of --folds.") var foldColumn: String?
    @Option(help: "A column to leave out; may stand several times.") var ignore: [String] = []
    @Option(help: ArgumentHelp("A CSV file of what experts think: column,value,points.", valueName: "file")) var prior:
        String?
    @Option(help: ArgumentHelp("A CSV file with one row an order.", valueName: "file")) var orders: String?
    @Option(help: "Its column with the customer.") var customer: String?
    @Option(help: "Its column with the date, such as 2011-10-10, 20111010 or 2011-10-10 08:26:00.") var date: String?
    @Option(help: "Its column with the amount; one below zero is a refund.") var amount: String?
    @Option(help: "The day to judge.") var asOf: String?
    @Option(help: "Lost is who orders nothing for so long after it, such as 60d.") var horizon = "60d"
    @Option(help: "Judged is who paid for an order within so long before it.") var alive = "180d"
    @Option(help: "Of what is left to chance.") var seed: UInt64 = 42
    @Flag(help: "Print one JSON object.") var json = false

    func validate() throws {
        guard (table == nil) != (orders == nil) else { throw ValidationError("give either --table or --orders") }
        if table != nil, label == nil { throw ValidationError("--table needs --label COLUMN=VALUE") }
        if orders != nil, customer == nil || date == nil || amount == nil || asOf == nil {
            throw ValidationError("--orders needs --customer, --date, --amount and --as-of")
        }
    }

    func run() async throws {
        try await Program.run("risk-scorer") {
            let sheet = if let table { try tableSheet(table) } else { try orderSheet(orders ?? "") }
            print(json ? try sheet.json() : sheet.text)
        }
    }

    private func tableSheet(_ path: String) throws -> BacktestSheet {
        let file = try DataFile(path)
        let backtest = try TableBacktest(
            file, label: label ?? "", ignoring: ignore, folds: folds, foldColumn: foldColumn,
            prior: try prior.map { try DataFile($0) }, seed: seed)
        let judgement = Judgement(backtest.probabilities(), backtest.labels)
        var notes: [String] = []
        if !backtest.leftOut.isEmpty {
            notes.append("left out, for each row has another text there: \(backtest.leftOut.joined(separator: ", "))")
        }
        return BacktestSheet(judgement: judgement, rule: nil, notes: notes)
    }

    private func orderSheet(_ path: String) throws -> BacktestSheet {
        let file = try DataFile(path)
        let orders = try OrderFile(file, customer: customer ?? "", date: date ?? "", amount: amount ?? "")
        guard let day = OrderFile.day(asOf ?? "") else {
            throw ProgramFailure(.badInput, "--as-of \(asOf ?? ""): expected a day such as 2011-10-10.")
        }
        let outcome = try OrderBacktest(
            orders, asOf: day, horizon: try OrderFile.span(horizon, "--horizon"),
            alive: try OrderFile.span(alive, "--alive"), seed: seed
        ).run()
        var notes = [outcome.note].compactMap(\.self)
        if orders.withoutCustomer > 0 {
            notes.append("\(orders.withoutCustomer) lines without a customer were left out")
        }
        return BacktestSheet(
            judgement: Judgement(outcome.probabilities, outcome.labels),
            rule: Judgement(outcome.recencies, outcome.labels).auc, notes: notes)
    }
}
