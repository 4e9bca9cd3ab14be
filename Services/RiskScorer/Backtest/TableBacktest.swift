import Chassis
import Foundation

/// Judges how well losses in a table without times can be foretold: each part is foretold from the others.
struct TableBacktest: Sendable {
    let table: Table
    let labels: [Bool]
    /// The part of each row, from 0.
    let parts: [Int]
    let points: [Double]?
    /// Columns left out since each row has another text there.
    let leftOut: [String]
    /// What to know before trusting the figures: what was left out or read otherwise than it may be meant.
    private(set) var notes: [String] = []
    let seed: UInt64

    /// How statistics programs write that a number is not known.
    static let missing: Set<String> = ["NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "None", "?"]
    /// From fewer losses hardly anything is learned.
    static let fewLosses = 20

    /// - Parameters:
    ///   - label: `COLUMN=VALUE`, the value that says that a row was lost.
    ///   - foldColumn: whose values are the parts; nil is as many as `folds`.
    init(
        _ file: DataFile, label: String, ignoring: [String], folds: Int, foldColumn: String?, prior: DataFile?,
        seed: UInt64
    ) throws {
        let sides = label.split(separator: "=", maxSplits: 1).map(String.init)
        guard sides.count == 2 else {
            throw ProgramFailure(.badInput, "--label \(label): expected COLUMN=VALUE, such as Churn=Yes.")
        }
        let labelPlace = try file.column(sides[0], for: "--label")
        var (file, notes) = (file, [String]())
        let before = file.rows.count
        file.rows.removeAll { $0.cells[labelPlace].isEmpty }
        if file.rows.count < before { notes.append("\(before - file.rows.count) rows without a label were left out") }
        labels = file.rows.map { $0.cells[labelPlace] == sides[1] }
        guard !file.rows.isEmpty else {
            throw ProgramFailure(
                .badInput, "\(file.path) has no row below its heading\(before > 0 ? " with a label" : "").")
        }
        let lost = labels.count { $0 }
        guard lost > 0 else {
            let found = Set(file.rows.map { $0.cells[labelPlace] }).sorted().prefix(10).joined(separator: ", ")
            throw ProgramFailure(.badInput, "--label \(label): no row has this value; the column has \(found).")
        }
        guard lost < labels.count else {
            throw ProgramFailure(
                .badInput, "--label \(label): every row has this value, so there is nothing to tell apart.")
        }
        let others = Set(file.rows.map { $0.cells[labelPlace] }).subtracting([sides[1]]).sorted()
        if others.count > 1 {
            notes.append(
                "\(sides[0]) has several other values (\(others.prefix(5).joined(separator: ", "))): all count as not lost"
            )
        }
        if lost < Self.fewLosses { notes.append("only \(lost) rows were lost: the figures say next to nothing") }
        var left = Set([labelPlace])
        for name in ignoring { left.insert(try file.column(name, for: "--ignore")) }
        if let foldColumn {
            let place = try file.column(foldColumn, for: "--fold-column")
            left.insert(place)
            let names = Set(file.rows.map { $0.cells[place] }).sorted()
            guard names.count > 1 else {
                throw ProgramFailure(.badInput, "--fold-column \(foldColumn): expected at least two values.")
            }
            let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
            parts = file.rows.map { numbers[$0.cells[place]] ?? 0 }
        } else {
            guard (2...1_000).contains(folds), folds <= labels.count else {
                throw ProgramFailure(.badInput, "--folds \(folds): expected 2 to 1000, and no more than rows.")
            }
            parts = Folds.stratified(labels, folds, seed: seed)
        }
        var (columns, allDifferent) = ([Table.Column](), [String]())
        for (place, name) in file.heading.enumerated() where !left.contains(place) {
            let cells = file.rows.map { $0.cells[place] }
            if let numbers = Self.numbers(cells) {
                columns.append(Table.Column(name: name, cells: .numbers(numbers)))
                continue
            }
            if let (numbers, meaning) = Self.numbersWithCommas(cells) {
                columns.append(Table.Column(name: name, cells: .numbers(numbers)))
                notes.append("the commas of \(name) are read as \(meaning)")
                continue
            }
            if let strangers = Self.strangers(cells) {
                let line = file.rows[strangers.first].line
                notes.append(
                    "\(name) is read as words: \(strangers.count) cells, such as “\(cells[strangers.first].prefix(20))” in line \(line), are no numbers"
                )
            }
            if Set(cells).count == cells.count, cells.count > 2 {
                allDifferent.append(name)
            } else {
                columns.append(Table.Column(name: name, cells: .words(cells.map { $0.isEmpty ? nil : $0 })))
            }
        }
        table = Table(columns: columns, count: labels.count)
        leftOut = allDifferent
        guard !columns.isEmpty else {
            throw ProgramFailure(
                .badInput, "\(file.path) has no column to learn from beside the label and what is left out.")
        }
        if columns.allSatisfy(\.isConstant) {
            notes.append("no column tells rows apart: nothing can be learned")
        }
        notes += Self.tellTales(table, labels)
        if !allDifferent.isEmpty {
            notes.insert(
                "left out, for each row has another text there: \(allDifferent.joined(separator: ", "))", at: 0)
        }
        let experts = try prior.map { try ExpertPoints($0) }
        points = try experts?.points(file)
        notes += try experts?.idle(in: file) ?? []
        self.seed = seed
        for (part, rows) in Dictionary(grouping: labels.indices, by: { parts[$0] }).sorted(by: { $0.key < $1.key }) {
            let inside = rows.count { labels[$0] }
            if inside == lost || inside - rows.count == lost - labels.count {
                notes.append(
                    "part \(part + 1) has all that \(inside == lost ? "were lost" : "stayed"): what foretells it has seen none"
                )
            }
        }
        self.notes = notes
    }

    /// What was foretold of each row by a model that has not seen it, and what is to be said of how.
    func foretell() -> (probabilities: [Double], notes: [String]) {
        var found = [Double](repeating: 0, count: labels.count)
        var paired: [String: Int] = [:]
        let numbers = Set(parts).sorted()
        for part in numbers {
            let training = labels.indices.filter { parts[$0] != part }
            let learner = RiskLearner.learn(table, labels: labels, rows: training, points: points, seed: seed)
            let all = learner.probabilities(table, points: points)
            for row in labels.indices where parts[row] == part { found[row] = all[row] }
            for pair in Set(learner.pairedColumns.map { "\(table.columns[$0].name) and \(table.columns[$1].name)" }) {
                paired[pair, default: 0] += 1
            }
        }
        let pairs = paired.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            "\($0.key) say more together than each alone (in \($0.value) of \(numbers.count) parts)"
        }
        return (found, pairs)
    }
}
