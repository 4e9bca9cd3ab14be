import Foundation

/// Logistic regression with a Gaussian prior on each coefficient, by Newton's method: the minimum of
/// Σ ln(1 + eᶻ) - y·z + Σ λⱼ (βⱼ - mⱼ)² / 2, where z = intercept + x·β + offset. The intercept is free.
struct LogisticRegression: Sendable {
    let intercept: Double
    let coefficients: [Double]
    /// Whether the gradient vanished.
    let hasConverged: Bool

    /// What is believed of the coefficients before the data; nil is 0 with the same precision for all.
    struct Prior: Sendable {
        let means: [Double]
        /// 0 is no belief at all.
        let precisions: [Double]
    }

    /// - Parameters:
    ///   - rows: which rows to learn from, of all in the design.
    ///   - offset: added to each row's logit; empty is none.
    ///   - start: a model near by, to begin at.
    ///   - tolerance: of the gradient [a row].
    static func fit(
        _ design: Design, labels: [Bool], rows: [Int], prior: Prior, offset: [Double] = [],
        from start: LogisticRegression? = nil, tolerance: Double = 1e-10
    ) -> LogisticRegression {
        let p = design.width + 1
        let count = Double(max(rows.count, 1))
        let positive = Double(rows.count { labels[$0] })
        // The intercept of no coefficients, kept off infinity where all are alike.
        let rate = (positive + 0.5) / (count + 1)
        var beta = start.map { $0.coefficients + [$0.intercept] } ?? prior.means + [log(rate / (1 - rate))]
        let precisions = prior.precisions + [0]
        let means = prior.means + [0]
        var problem = Problem(
            design.sparse(rows), labels: rows.map { labels[$0] ? 1 : 0 },
            offset: offset.isEmpty ? [] : rows.map { offset[$0] },
            means: means, precisions: precisions)
        var loss = problem.evaluate(beta)
        var slope = problem.steepest
        var converged = false
        // A Hessian costs as much as some ten gradients, and changes little near the minimum: one is used as long as each of its
        // steps leaves but a small part of the gradient.
        var curvature: Cholesky?
        for _ in 0..<100 {
            if slope <= tolerance * count {
                converged = true
                break
            }
            if curvature == nil {
                var hessian = problem.hessian()
                // Where all labels are alike nothing holds the intercept: a ridge too small to be seen elsewhere does.
                for i in 0..<p { hessian[i * p + i] += 1e-9 * count }
                curvature = Cholesky(hessian, p)
            }
            guard let step = curvature?.solve(problem.gradient) else { break }
            var scale = 1.0
            var next = beta
            var nextLoss = Double.infinity
            for _ in 0..<30 {
                for i in 0..<p { next[i] = beta[i] - scale * step[i] }
                nextLoss = problem.evaluate(next)
                if nextLoss <= loss + 1e-12 * abs(loss) { break }
                scale /= 2
            }
            let gain = loss - nextLoss
            (beta, loss) = (next, nextLoss)
            if abs(gain) <= 1e-14 * abs(loss), scale * (step.lazy.map(abs).max() ?? 0) < leastStep {
                converged = true
                break
            }
            if problem.steepest > slope * smallPart || scale < 1 { curvature = nil }
            slope = problem.steepest
        }
        return LogisticRegression(
            intercept: beta[p - 1], coefficients: Array(beta.dropLast()), hasConverged: converged)
    }

    /// The part of the gradient that a step may leave for its Hessian to be used again.
    private static let smallPart = 0.2
    /// A step that moves no coefficient by more is none, where it does not lower the loss either.
    private static let leastStep = 1e-8

    /// The same with more coefficients behind, which say nothing yet.
    func widened(_ count: Int) -> LogisticRegression {
        LogisticRegression(
            intercept: intercept, coefficients: coefficients + [Double](repeating: 0, count: count),
            hasConverged: hasConverged)
    }

    /// The logit of a row.
    func logit(_ design: Design, _ row: Int, offset: Double = 0) -> Double {
        var z = intercept + offset
        for place in row * design.onPerRow..<(row + 1) * design.onPerRow {
            let on = Int(design.on[place])
            if on >= 0 { z += coefficients[on] }
        }
        for number in 0..<design.values {
            z += coefficients[design.switches + number] * design.value[row * design.values + number]
        }
        return z
    }

    /// The loss of coefficients, with its gradient; and its Hessian where it is asked for, which is most of what a fit costs.
    private struct Problem {
        private let rows: Design.Sparse
        private let labels: [Double]
        private let offset: [Double]
        private let means: [Double]
        private let precisions: [Double]
        /// Of the coefficients that were looked at last: p (1 - p) of each row.
        private var weights: [Double]
        private(set) var gradient: [Double]

        init(_ rows: Design.Sparse, labels: [Double], offset: [Double], means: [Double], precisions: [Double]) {
            self.rows = rows
            self.labels = labels
            self.offset = offset
            self.means = means
            self.precisions = precisions
            weights = [Double](repeating: 0, count: labels.count)
            gradient = [Double](repeating: 0, count: means.count)
        }

        /// The largest part of the gradient.
        var steepest: Double { gradient.lazy.map(abs).max() ?? 0 }

        mutating func evaluate(_ beta: [Double]) -> Double {
            var loss = 0.0
            for i in gradient.indices {
                let off = beta[i] - means[i]
                gradient[i] = precisions[i] * off
                loss += precisions[i] * off * off / 2
            }
            // Pointers: bounds are known.
            gradient.withUnsafeMutableBufferPointer { gradient in
                weights.withUnsafeMutableBufferPointer { weights in
                    rows.index.withUnsafeBufferPointer { index in
                        rows.value.withUnsafeBufferPointer { value in
                            beta.withUnsafeBufferPointer { beta in
                                var place = 0
                                for (row, end) in rows.ends.enumerated() {
                                    var z = offset.isEmpty ? 0 : offset[row]
                                    for i in place..<end { z += beta[Int(index[i])] * value[i] }
                                    // The logistic and ln(1 + eᶻ) of one exponential.
                                    let small = exp(-abs(z))
                                    let probability = (z >= 0 ? 1 : small) / (1 + small)
                                    loss += max(z, 0) + log1p(small) - labels[row] * z
                                    weights[row] = probability * (1 - probability)
                                    let error = probability - labels[row]
                                    for i in place..<end { gradient[Int(index[i])] += error * value[i] }
                                    place = end
                                }
                            }
                        }
                    }
                }
            }
            return loss
        }

        /// By rows.
        func hessian() -> [Double] {
            let p = means.count
            var hessian = [Double](repeating: 0, count: p * p)
            hessian.withUnsafeMutableBufferPointer { hessian in
                rows.index.withUnsafeBufferPointer { index in
                    rows.value.withUnsafeBufferPointer { value in
                        var place = 0
                        for (row, end) in rows.ends.enumerated() {
                            let weight = weights[row]
                            for i in place..<end {
                                let (line, scaled) = (Int(index[i]) * p, weight * value[i])
                                for j in place...i { hessian[line + Int(index[j])] += scaled * value[j] }
                            }
                            place = end
                        }
                    }
                }
                // Indices of a row rise, so that only the lower half was written.
                for i in 0..<p {
                    hessian[i * p + i] += precisions[i]
                    for j in 0..<i { hessian[j * p + i] = hessian[i * p + j] }
                }
            }
            return hessian
        }
    }
}
