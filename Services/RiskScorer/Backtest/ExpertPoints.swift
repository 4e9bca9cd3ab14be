import Chassis
import Foundation

/// What people who know the trade think speaks for a loss: a CSV file with the columns column, value and points, where a
/// value is a text to equal, or a range: `<12`, `<=12`, `>12`, `>=12`, `0..11` (both ends in it).
struct ExpertPoints: Sendable {
    private struct Rule: Sendable {
        let column: String
        /// As it is written.
        let value: String
        let test: Test
        let points: Double
    }

    private enum Test: Sendable {
        case equals(String)
        case range(ClosedRange<Double>)

        func holds(_ cell: String) -> Bool {
            switch self {
            case .equals(let text): cell == text
            case .range(let range): Double(cell).map(range.contains) ?? false
            }
        }
    }

    private static let mostPoints = 1_000.0

    private let path: String
    private let rules: [Rule]

    init(_ file: DataFile) throws {
        path = file.path
        let places = try ["column", "value", "points"].map { try file.column($0, for: "--prior") }
        rules = try file.rows.map { line, cells in
            guard let points = Double(cells[places[2]]), abs(points) <= Self.mostPoints else {
                throw ProgramFailure(
                    .badInput,
                    "\(file.path), line \(line): points \(cells[places[2]]) is no number from -1000 to 1000.")
            }
            let value = cells[places[1]]
            guard let ends = Self.ends(value) else {
                return Rule(column: cells[places[0]], value: value, test: .equals(value), points: points)
            }
            guard ends.low <= ends.high else {
                throw ProgramFailure(
                    .badInput, "\(file.path), line \(line): \(value) ends before it begins: turn it round.")
            }
            return Rule(
                column: cells[places[0]], value: value, test: .range(ends.low...ends.high), points: points)
        }
    }

    /// Of a range, both within it; nil of a text to equal.
    private static func ends(_ text: String) -> (low: Double, high: Double)? {
        func number(_ text: some StringProtocol) -> Double? {
            Double(text.trimmingCharacters(in: .whitespaces)).flatMap { $0.isFinite ? $0 : nil }
        }
        for (sign, ends) in [
            ("<=", { (limit: Double) in (-Double.infinity, limit) }), (">=", { ($0, Double.infinity) }),
            ("<", { (-Double.infinity, $0.nextDown) }), (">", { ($0.nextUp, Double.infinity) }),
        ] as [(String, (Double) -> (Double, Double))] where text.hasPrefix(sign) {
            return number(text.dropFirst(sign.count)).map(ends)
        }
        let sides = text.components(separatedBy: "..").map { number($0) }
        guard sides.count == 2, let low = sides[0], let high = sides[1] else { return nil }
        return (low, high)
    }

    /// Of rules that hold for no row, a sentence each: a value may be mistyped.
    func idle(in file: DataFile) throws -> [String] {
        try rules.compactMap { rule in
            let place = try file.column(rule.column, for: "--prior")
            guard !file.rows.contains(where: { rule.test.holds($0.cells[place]) }) else { return nil }
            return "\(path): no row has \(rule.column) \(rule.value)"
        }
    }

    /// The sum of the points of each row.
    func points(_ file: DataFile) throws -> [Double] {
        let places = try rules.map { rule in
            guard let place = file.heading.firstIndex(of: rule.column) else {
                throw ProgramFailure(
                    .badInput,
                    "\(path) names the column \(rule.column), which \(file.path) has not: correct or remove it.")
            }
            return place
        }
        return file.rows.map { _, cells in
            zip(rules, places).reduce(0) { $0 + ($1.0.test.holds(cells[$1.1]) ? $1.0.points : 0) }
        }
    }
}
