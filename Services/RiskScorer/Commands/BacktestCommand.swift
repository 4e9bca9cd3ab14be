import ArgumentParser
import Chassis
import Foundation
import Model
import Postgres
import Segments
import Synchronization

/// How well losses can be foretold, judged on a file, before anything is set up, or on the database's own past.
struct BacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Judge how well losses can be foretold, from a file or from the database's own past.",
        discussion: """
            A table with one row a customer and a column that says who was lost: each part of the rows is foretold from \
            the others, and from 300 losses on also by pairs of columns that say more together, where they stand the test.

              risk-scorer backtest --table customers.csv --label Churn=Yes --folds 5 --seed 42

            Orders: who won't order within a horizon is foretold as of a day, learnt from days so long before it that what \
            became of everybody was known by then.

              risk-scorer backtest --orders orders.csv --customer C --date D --amount A --as-of 2011-10-10 --horizon 60d

            The database's own past, by what was known then: the model as it would have been learned, one signal, or a segment \
            before it is published.

              risk-scorer backtest --history --horizon 90d
              risk-scorer backtest --history --signal usage_drop
              risk-scorer backtest --history --segment 'usage.change(28 days) < -40%'

            Files need no database. Columns are numbers where all their cells are; blank is missing. Files are UTF-8 or Latin-1.
            """)

    @Option(help: ArgumentHelp("A CSV file with one row a customer.", valueName: "file")) var table: String?
    @Option(help: ArgumentHelp("Which rows were lost: COLUMN=VALUE.", valueName: "column=value")) var label: String?
    @Option(parsing: .unconditional, help: "Into how many parts the rows are split; 5 unless said otherwise.")
    var folds: Int?
    @Option(help: "A column whose values are the parts, in place of --folds.") var foldColumn: String?
    @Option(help: "A column to leave out; may stand several times.") var ignore: [String] = []
    @Option(help: ArgumentHelp("A CSV file of what experts think: column,value,points.", valueName: "file")) var prior:
        String?
    @Option(help: ArgumentHelp("A CSV file with one row an order.", valueName: "file")) var orders: String?
    @Option(help: "Its column with the customer.") var customer: String?
    @Option(help: "Its column with the date, such as 2011-10-10, 20111010 or 2011-10-10 08:26:00.") var date: String?
    @Option(help: "Its column with the amount; one below zero is a refund.") var amount: String?
    @Option(help: "The day to judge.") var asOf: String?
    @Option(
        help: "Lost is who orders nothing for so long after it; 60d unless said otherwise. With --history 30d or 90d.")
    var horizon: String?
    @Option(help: "Judged is who paid for an order within so long before it; 180d unless said otherwise.")
    var alive: String?
    @Option(help: "Of what is left to chance; 42 unless said otherwise.") var seed: UInt64?
    @Flag(help: "Judge on the database's own past.") var history = false
    @Option(help: "With --history: one signal in place of the model.") var signal: String?
    @Option(help: "With --history: an expression in place of the model.") var segment: String?
    @Option(
        parsing: .unconditional,
        help: "With --history: how many accounts there is time to call in a week; 20 unless said otherwise.")
    var calls: Int?
    @Option(help: ArgumentHelp("Write a page with the curves there too.", valueName: "file")) var html: String?
    @Flag(help: "Print one JSON object.") var json = false

    func validate() throws {
        let sources = [table != nil, orders != nil, history]
        guard sources.count(where: \.self) == 1 else {
            throw ValidationError("give one of --table, --orders and --history")
        }
        try refuseStrangers()
        guard signal == nil || segment == nil else { throw ValidationError("give --signal or --segment, not both") }
        guard (1...100_000).contains(calls ?? 1) else { throw ValidationError("--calls: expected 1 to 100000") }
        if table != nil, label == nil { throw ValidationError("--table needs --label COLUMN=VALUE") }
        if orders != nil, customer == nil || date == nil || amount == nil || asOf == nil {
            throw ValidationError("--orders needs --customer, --date, --amount and --as-of")
        }
    }

    func run() async throws {
        try await Program.run("risk-scorer") {
            if history { return try await runOnHistory() }
            let page = if let table { try tablePage(table) } else { try orderPage(orders ?? "") }
            try show(page)
        }
    }

    private func show(_ page: BacktestPage) throws {
        if let html {
            // Written to what is there, be it a pipe or a device; a file would be put in its place otherwise.
            guard let target = fopen(html, "w") else {
                throw ProgramFailure(.badInput, "--html \(html) can't be written: \(String(cString: strerror(errno))).")
            }
            let bytes = Array(page.html().utf8)
            let written = fwrite(bytes, 1, bytes.count, target)
            guard fclose(target) == 0, written == bytes.count else {
                throw ProgramFailure(.badInput, "--html \(html) can't be written: \(String(cString: strerror(errno))).")
            }
        }
        print(json ? try page.sheet.json() : page.sheet.text)
    }

    private func runOnHistory() async throws {
        let (signal, segment, calls) = (signal, segment, calls ?? 20)
        let days = try OrderFile.span(horizon ?? "90d", "--horizon")
        guard let horizon = Horizon(rawValue: Int16(clamping: days)) else {
            throw ProgramFailure(.badInput, "--horizon: with --history expected 30d or 90d.")
        }
        // Before the past is read, which takes its time.
        if let signal { _ = try HistoryBacktest.place(of: signal, among: Signal.all.map(\.name)) }
        let outcome = Mutex<HistoryBacktest.Outcome?>(nil)
        try await Runtime.oneShot(.riskScorer) { runtime in
            let subject: HistoryBacktest.Subject
            if let segment {
                let library = try await runtime.pool.withConnection { try await SegmentLibrary.load($0) }
                do {
                    let compiled = try Segment.compile(segment, library: library)
                    _ = try compiled.select(asOf: Date())
                    subject = .segment(compiled)
                } catch let error as SegmentError {
                    throw ProgramFailure(.badInput, error.description)
                }
            } else {
                subject = signal.map(HistoryBacktest.Subject.signal) ?? .model
            }
            let reader = SnapshotReader(measuring: .configured(runtime.settings), pool: runtime.pool)
            let now = try await runtime.pool.withConnection { try await Moment.now(by: $0) }
            let found = try await HistoryBacktest(subject: subject, horizon: horizon, callsAWeek: calls)
                .run(try await reader.read(asOf: now.at), in: runtime.pool)
            outcome.withLock { $0 = found }
        }
        guard let outcome = outcome.withLock({ $0 }) else { return }
        func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }
        var notes = outcome.notes
        notes.append(
            "\(calls) calls a week reach \(percent(outcome.reached)) of those who were lost"
                + (outcome.reachedMoney.map { ", and \(percent($0)) of their money" } ?? "")
                + ", over \(outcome.windows) past days")
        let title = segment ?? signal ?? "The model"
        try show(
            BacktestPage(
                title: "\(title): lost within \(horizon.rawValue) days",
                sheet: BacktestSheet(
                    judgement: outcome.judgement, rule: outcome.recency, notes: notes,
                    isProbability: outcome.isProbability,
                    reached: outcome.reached, reachedMoney: outcome.reachedMoney),
                scores: outcome.scores, labels: outcome.labels, isProbability: outcome.isProbability))
    }

    private func tablePage(_ path: String) throws -> BacktestPage {
        let file = try DataFile(path)
        let backtest = try TableBacktest(
            file, label: label ?? "", ignoring: ignore, folds: folds ?? 5, foldColumn: foldColumn,
            prior: try prior.map { try DataFile($0) }, seed: seed ?? 42)
        let (probabilities, pairs) = backtest.foretell()
        let judgement = Judgement(probabilities, backtest.labels)
        return BacktestPage(
            title: "\(path): \(label ?? "")",
            sheet: BacktestSheet(judgement: judgement, rule: nil, notes: backtest.notes + pairs),
            scores: probabilities, labels: backtest.labels)
    }

    private func orderPage(_ path: String) throws -> BacktestPage {
        let file = try DataFile(path)
        let orders = try OrderFile(file, customer: customer ?? "", date: date ?? "", amount: amount ?? "")
        guard let day = OrderFile.day(asOf ?? "") else {
            throw ProgramFailure(.badInput, "--as-of \(asOf ?? ""): expected a day such as 2011-10-10.")
        }
        let outcome = try OrderBacktest(
            orders, asOf: day, horizon: try OrderFile.span(horizon ?? "60d", "--horizon"),
            alive: try OrderFile.span(alive ?? "180d", "--alive"), seed: seed ?? 42
        ).run()
        var notes = [outcome.note].compactMap(\.self)
        if orders.withoutCustomer > 0 {
            notes.append("\(orders.withoutCustomer) lines without a customer were left out")
        }
        return BacktestPage(
            title: "\(path): no order within \(horizon ?? "60d") of \(asOf ?? "")",
            sheet: BacktestSheet(
                judgement: Judgement(outcome.probabilities, outcome.labels),
                rule: Judgement(outcome.recencies, outcome.labels).auc, notes: notes),
            scores: outcome.probabilities, labels: outcome.labels)
    }
}
