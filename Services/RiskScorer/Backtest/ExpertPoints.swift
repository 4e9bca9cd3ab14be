import Chassis
import Foundation

/// What people who know the trade think speaks for a loss: a CSV file with the columns column, value and points, where a
/// value is a text to equal, or a range: `<12`, `<=12`, `>12`, `>=12`, `0..11` (both ends in it).
struct ExpertPoints: Sendable {
    private struct Rule: Sendable {
        let column: String
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

    private let path: String
    private let rules: [Rule]

    init(_ file: DataFile) throws {
        path = file.path
        let places = try ["column", "value", "points"].map { try file.column($0, for: "--prior") }
        rules = try file.rows.map { line, cells in
            guard let points = Double(cells[places[2]]), points.isFinite else {
                throw ProgramFailure(.badInput, "\(file.path), line \(line): points \(cells[places[2]]) is no number.")
            }
            let value = cells[places[1]]
            return Rule(
                column: cells[places[0]], test: Self.range(value).map(Test.range) ?? .equals(value), points: points)
        }
    }

    private static func range(_ text: String) -> ClosedRange<Double>? {
        for (sign, range) in [
            ("<=", { (limit: Double) in -Double.infinity...limit }), (">=", { $0...Double.infinity }),
            ("<", { -Double.infinity...$0.nextDown }), (">", { $0.nextUp...Double.infinity }),
        ] as [(String, (Double) -> ClosedRange<Double>)] where text.hasPrefix(sign) {
            return Double(text.dropFirst(sign.count).trimmingCharacters(in: .whitespaces)).map(range)
        }
        let ends = text.components(separatedBy: "..").map { Double($0.trimmingCharacters(in: .whitespaces)) }
        guard ends.count == 2, let low = ends[0], let high = ends[1], low <= high else { return nil }
        return low...high
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
