import Foundation
import Model

/// How well a score finds what was planted: all leaving accounts, and each kind of them, against the steady ones.
struct Judgement: Sendable {
    let area: Double
    let byTruth: [(truth: Truth, accounts: Int, area: Double)]
    let steady: Int

    /// `truth` is `truth.csv`; `scores` has the columns `account_key` and `probability` (0 to 1), other accounts than the
    /// planted ones are passed over. Refuses a planted account without a score, or with two, and a score that is none.
    init(truth: String, scores: String) throws(Refusal) {
        var probabilities: [String: Double] = [:]
        for row in try CSV.rows(scores, columns: ["account_key", "probability"], of: "the scores") {
            guard let number = Double(row[1]), let probability = Probability(number) else {
                throw Refusal("the scores: \(row[1]) of \(row[0]) is no probability from 0 to 1")
            }
            guard probabilities.updateValue(probability.value, forKey: row[0]) == nil else {
                throw Refusal("the scores name \(row[0]) twice: give one horizon only")
            }
        }
        var found: [Truth: [Double]] = [:]
        var missing: [String] = []
        for row in try CSV.rows(truth, columns: ["account_key", "truth"], of: "truth.csv") {
            guard let planted = Truth(rawValue: row[1]) else { throw Refusal("truth.csv: no truth is named \(row[1])") }
            if let probability = probabilities[row[0]] {
                found[planted, default: []].append(probability)
            } else {
                missing.append(row[0])
            }
        }
        guard missing.isEmpty else {
            throw Refusal("\(missing.count) planted accounts have no score, such as \(missing[0]): wait for all")
        }
        let steady = found[.steady] ?? []
        let leaving = Truth.allCases.filter(\.isLeaving).compactMap { truth in found[truth].map { (truth, $0) } }
        guard let area = areaUnderCurve(higher: leaving.flatMap(\.1), lower: steady) else {
            throw Refusal("truth.csv needs steady accounts and leaving ones")
        }
        self.area = area
        self.steady = steady.count
        byTruth = leaving.compactMap { truth, scores in
            areaUnderCurve(higher: scores, lower: steady).map { (truth, scores.count, $0) }
        }
    }

    /// Lines for people: the whole first, then each kind.
    var lines: [String] {
        let kinds = byTruth.map { "  \($0.truth.rawValue) (\($0.accounts)): \(Self.rounded($0.area))" }
        return ["AUC of leaving against \(steady) steady accounts: \(Self.rounded(area))"] + kinds
    }

    private static func rounded(_ area: Double) -> String { String(format: "%.4f", area) }
}
