import Foundation

/// A judgement as it is printed.
struct BacktestSheet {
    let judgement: Judgement
    /// AUC of the days since the last order alone.
    let rule: Double?
    let notes: [String]
    /// Whether scores are probabilities; if not, nothing is said of how true they were.
    var isProbability = true
    /// Of those who were lost, and of their money, the share that the calls of a week reach.
    var reached: Double?
    var reachedMoney: Double?

    private struct Content: Encodable {
        let auc: Double?
        let auc_low: Double?
        let auc_high: Double?
        let brier: Double?
        let log_loss: Double?
        let lift10: Double?
        let slope: Double?
        let intercept: Double?
        let rows: Int
        let churn_rate: Double
        let recency_auc: Double?
        let reached: Double?
        let reached_money: Double?
        let note: String?
    }

    func json() throws -> String {
        let content = Content(
            auc: judgement.auc, auc_low: interval?.low, auc_high: interval?.high,
            brier: isProbability ? judgement.brier : nil,
            log_loss: isProbability ? judgement.logLoss : nil, lift10: judgement.lift10,
            slope: isProbability ? judgement.slope : nil,
            intercept: isProbability ? judgement.intercept : nil, rows: judgement.rows, churn_rate: judgement.churnRate,
            recency_auc: rule, reached: reached,
            reached_money: reachedMoney,
            note: notes.isEmpty ? nil : notes.joined(separator: "; "))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(content), as: UTF8.self)
    }

    private var interval: (low: Double, high: Double)? {
        guard let auc = judgement.auc, let error = judgement.aucError else { return nil }
        return (max(0, auc - 1.96 * error), min(1, auc + 1.96 * error))
    }

    var text: String {
        func number(_ value: Double?, _ digits: Int = 4) -> String {
            value.map { String(format: "%.\(digits)f", $0) } ?? "–"
        }
        let range = interval.map { " (\(number($0.low, 3)) to \(number($0.high, 3)))" } ?? ""
        var lines = [
            "rows                       \(judgement.rows), \(number(100 * judgement.churnRate, 1)) % of them lost",
            "AUC                        \(number(judgement.auc))\(range)",
            "lift of the highest tenth  \(number(judgement.lift10, 2))",
        ]
        if isProbability {
            lines += [
                "log loss                   \(number(judgement.logLoss))",
                "Brier                      \(number(judgement.brier))",
                "calibration                slope \(number(judgement.slope, 3)), intercept \(number(judgement.intercept, 3))",
            ]
        }
        if let rule { lines.append("AUC of recency alone       \(number(rule))") }
        guard isProbability else { return (lines + notes.map { "\n" + $0 }).joined(separator: "\n") }
        lines += ["", "said    happened  rows"]
        lines += judgement.reliability.map { bin in
            let said = number(100 * bin.said, 1) + " %"
            let happened = number(100 * bin.happened, 1) + " %"
            return said.padding(toLength: 8, withPad: " ", startingAt: 0)
                + happened.padding(toLength: 10, withPad: " ", startingAt: 0) + String(bin.rows)
        }
        return (lines + notes.map { "\n" + $0 }).joined(separator: "\n")
    }
}
