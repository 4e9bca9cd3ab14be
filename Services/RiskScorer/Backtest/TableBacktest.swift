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
    let seed: UInt64

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
        labels = file.rows.map { $0.cells[labelPlace] == sides[1] }
        guard !file.rows.isEmpty else { throw ProgramFailure(.badInput, "\(file.path) has no row below its heading.") }
        let lost = labels.count { $0 }
        guard lost > 0 else {
            let found = Set(file.rows.map { $0.cells[labelPlace] }).sorted().prefix(10).joined(separator: ", ")
            throw ProgramFailure(.badInput, "--label \(label): no row has this value; the column has \(found).")
        }
        guard lost < labels.count else {
            throw ProgramFailure(
                .badInput, "--label \(label): every row has this value, so there is nothing to tell apart.")
        }
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
            } else if Set(cells).count == cells.count, cells.count > 2 {
                allDifferent.append(name)
            } else {
                columns.append(Table.Column(name: name, cells: .words(cells.map { $0.isEmpty ? nil : $0 })))
            }
        }
        table = Table(columns: columns, count: labels.count)
        leftOut = allDifferent
        points = try prior.map { try ExpertPoints($0).points(file) }
        self.seed = seed
    }

    /// The numbers of a column in which all that is not blank is one; nil where a word is among them, or all is blank.
    static func numbers(_ cells: [String]) -> [Double?]? {
        var (numbers, isKnown) = ([Double?](), false)
        numbers.reserveCapacity(cells.count)
        for cell in cells {
            if cell.isEmpty {
                numbers.append(nil)
                continue
            }
            guard let number = Double(cell), number.isFinite else { return nil }
            isKnown = true
            numbers.append(number)
        }
        return isKnown ? numbers : nil
    }

    /// What was foretold of each row by a model that has not seen it.
    func probabilities() -> [Double] {
        var found = [Double](repeating: 0, count: labels.count)
        for part in Set(parts).sorted() {
            let training = labels.indices.filter { parts[$0] != part }
            let learner = RiskLearner.learn(table, labels: labels, rows: training, points: points, seed: seed)
            let all = learner.probabilities(table, points: points)
            for row in labels.indices where parts[row] == part { found[row] = all[row] }
        }
        return found
    }
}
