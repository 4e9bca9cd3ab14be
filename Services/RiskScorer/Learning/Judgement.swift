import Foundation

/// How good probabilities were, where it is known what became of each.
struct Judgement: Sendable {
    let rows: Int
    /// Share of those that were lost.
    let churnRate: Double
    /// The chance that one who was lost had a higher probability than one who stayed, ties counted half; nil where all came
    /// out alike.
    let auc: Double?
    /// Standard error of it (Hanley and McNeil 1982); where several rows are of one account, that of Obuchowski (1997), for
    /// they are alike.
    let aucError: Double?
    /// Mean squared error.
    let brier: Double
    let logLoss: Double
    /// Churn rate of the tenth with the highest probabilities, over that of all.
    let lift10: Double?
    /// Of the regression of what happened on the logit: 1 is right, less is too sure.
    let slope: Double?
    /// What is to be added to each logit for as many losses as there were: 0 is right, less than 0 said too many.
    let intercept: Double?
    /// Tenths by probability, the lowest first: mean of what was said, share of what happened, rows.
    let reliability: [(said: Double, happened: Double, rows: Int)]

    /// - Parameter accounts: whose each row is, where one may have several.
    init(_ probabilities: [Double], _ labels: [Bool], accounts: [Int64]? = nil) {
        let count = labels.count
        let lost = labels.count { $0 }
        rows = count
        let n = Double(max(count, 1))
        let rate = Double(lost) / n
        churnRate = rate
        let clipped = probabilities.map { min(max($0, 1e-12), 1 - 1e-12) }
        brier = zip(probabilities, labels).reduce(0) { $0 + ($1.0 - ($1.1 ? 1 : 0)) * ($1.0 - ($1.1 ? 1 : 0)) } / n
        logLoss = -zip(clipped, labels).reduce(0) { $0 + log($1.1 ? $1.0 : 1 - $1.0) } / n
        let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
        let placements = Self.placements(probabilities, labels, order)
        let area: Double? =
            lost == 0 || lost == count
            ? nil : labels.indices.reduce(0) { $0 + (labels[$1] ? placements[$1] : 0) } / Double(lost)
        auc = area
        aucError = area.map { area in
            accounts.map { Self.error(area, placements, labels, $0) }
                ?? Self.error(area, Double(lost), Double(count - lost))
        }
        let top = order.suffix(max(1, count / 10))
        lift10 = lost == 0 || count == 0 ? nil : Double(top.count { labels[$0] }) / Double(top.count) / rate
        let logits = clipped.map { log($0 / (1 - $0)) }
        (slope, intercept) = lost == 0 || lost == count ? (nil, nil) : Self.calibration(logits, labels)
        reliability = (0..<10).compactMap { bin in
            let part = order[count * bin / 10..<count * (bin + 1) / 10]
            if part.isEmpty { return nil }
            return (
                part.reduce(0) { $0 + probabilities[$1] } / Double(part.count),
                Double(part.count { labels[$0] }) / Double(part.count), part.count
            )
        }
    }

    /// Whether gains that don't depend on each other are more than chance: their sum by more than two standard errors.
    static func isBeyondChance(_ gains: some Collection<Double>) -> Bool {
        let total = gains.reduce(0, +)
        let mean = total / Double(max(gains.count, 1))
        return total > 2 * gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
    }

    /// Of each row that was lost the share of those that stayed with a lower probability, of each that stayed the share of
    /// those that were lost with a higher one; ties count half.
    private static func placements(_ probabilities: [Double], _ labels: [Bool], _ order: [Int]) -> [Double] {
        let lost = Double(labels.count { $0 })
        let stayed = Double(labels.count) - lost
        var placements = [Double](repeating: 0, count: labels.count)
        var (lostBelow, stayedBelow, start) = (0.0, 0.0, 0)
        while start < order.count {
            var end = start
            var (tiedLost, tiedStayed) = (0.0, 0.0)
            while end < order.count, probabilities[order[end]] == probabilities[order[start]] {
                if labels[order[end]] { tiedLost += 1 } else { tiedStayed += 1 }
                end += 1
            }
            for row in order[start..<end] {
                placements[row] =
                    labels[row]
                    ? (stayedBelow + tiedStayed / 2) / max(stayed, 1)
                    : (lost - lostBelow - tiedLost / 2) / max(lost, 1)
            }
            lostBelow += tiedLost
            stayedBelow += tiedStayed
            start = end
        }
        return placements
    }

    /// Obuchowski 1997: the variance of the accounts' sums of placements.
    private static func error(
        _ auc: Double, _ placements: [Double], _ labels: [Bool], _ accounts: [Int64]
    ) -> Double {
        struct Sums { var (lost, stayed) = (0.0, 0.0), (lostRows, stayedRows) = (0.0, 0.0) }
        var sums: [Int64: Sums] = [:]
        for row in labels.indices {
            if labels[row] {
                sums[accounts[row], default: Sums()].lost += placements[row] - auc
                sums[accounts[row], default: Sums()].lostRows += 1
            } else {
                sums[accounts[row], default: Sums()].stayed += placements[row] - auc
                sums[accounts[row], default: Sums()].stayedRows += 1
            }
        }
        let all = sums.values
        func factor(_ count: Int) -> Double { count > 1 ? Double(count) / Double(count - 1) : 1 }
        let (lostRows, stayedRows) = all.reduce((0.0, 0.0)) { ($0.0 + $1.lostRows, $0.1 + $1.stayedRows) }
        let lost = factor(all.count { $0.lostRows > 0 }) * all.reduce(0) { $0 + $1.lost * $1.lost }
        let stayed = factor(all.count { $0.stayedRows > 0 }) * all.reduce(0) { $0 + $1.stayed * $1.stayed }
        let both = factor(all.count) * all.reduce(0) { $0 + $1.lost * $1.stayed }
        let variance =
            lost / lostRows / lostRows + stayed / stayedRows / stayedRows + 2 * both / lostRows / stayedRows
        return max(0, variance).squareRoot()
    }

    private static func error(_ auc: Double, _ lost: Double, _ stayed: Double) -> Double {
        let (q1, q2) = (auc / (2 - auc), 2 * auc * auc / (1 + auc))
        let variance = auc * (1 - auc) + (lost - 1) * (q1 - auc * auc) + (stayed - 1) * (q2 - auc * auc)
        return max(0, variance / lost / stayed).squareRoot()
    }

    private static func calibration(_ logits: [Double], _ labels: [Bool]) -> (Double?, Double?) {
        let rows = Array(labels.indices)
        var sloped = Design(switches: 0, onPerRow: 0, values: 1)
        var moved = Design(switches: 0, onPerRow: 0, values: 0)
        for logit in logits {
            sloped.append(on: [], values: [logit])
            moved.append(on: [], values: [])
        }
        let free = LogisticRegression.fit(
            sloped, labels: labels, rows: rows, prior: .init(means: [0], precisions: [1e-9]))
        let shifted = LogisticRegression.fit(
            moved, labels: labels, rows: rows, prior: .init(means: [], precisions: []), offset: logits)
        return (free.coefficients.first, shifted.intercept)
    }
}
