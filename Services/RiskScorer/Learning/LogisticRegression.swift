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
        var hessian = [Double](repeating: 0, count: p * p)
        var gradient = [Double](repeating: 0, count: p)
        var loss = evaluate(design, labels, rows, offset, beta, means, precisions, &hessian, &gradient)
        var converged = false
        for _ in 0..<60 {
            if (gradient.lazy.map(abs).max() ?? 0) <= tolerance * count {
                converged = true
                break
            }
            // Where all labels are alike nothing holds the intercept: a ridge too small to be seen elsewhere does.
            for i in 0..<p { hessian[i * p + i] += 1e-9 * count }
            guard let step = Cholesky.solve(hessian, gradient) else { break }
            var scale = 1.0
            var next = beta
            var nextLoss = Double.infinity
            for _ in 0..<30 {
                for i in 0..<p { next[i] = beta[i] - scale * step[i] }
                nextLoss = evaluate(design, labels, rows, offset, next, means, precisions, &hessian, &gradient)
                if nextLoss <= loss + 1e-12 * abs(loss) { break }
                scale /= 2
            }
            let gain = loss - nextLoss
            (beta, loss) = (next, nextLoss)
            if abs(gain) <= 1e-14 * abs(loss) {
                converged = true
                break
            }
        }
        return LogisticRegression(
            intercept: beta[p - 1], coefficients: Array(beta.dropLast()), hasConverged: converged)
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

    /// The loss, with its gradient and Hessian.
    private static func evaluate(
        _ design: Design, _ labels: [Bool], _ rows: [Int], _ offset: [Double], _ beta: [Double], _ means: [Double],
        _ precisions: [Double], _ hessian: inout [Double], _ gradient: inout [Double]
    ) -> Double {
        let p = design.width + 1
        for i in hessian.indices { hessian[i] = 0 }
        var loss = 0.0
        for i in 0..<p {
            let off = beta[i] - means[i]
            gradient[i] = precisions[i] * off
            hessian[i * p + i] = precisions[i]
            loss += precisions[i] * off * off / 2
        }
        let width = design.onPerRow + design.values + 1
        var index = [Int](repeating: 0, count: width)
        var value = [Double](repeating: 1, count: width)
        // Pointers: the inner loops are most of what a fit costs.
        hessian.withUnsafeMutableBufferPointer { hessian in
            gradient.withUnsafeMutableBufferPointer { gradient in
                index.withUnsafeMutableBufferPointer { index in
                    value.withUnsafeMutableBufferPointer { value in
                        for row in rows {
                            let used = design.read(row, &index, &value)
                            var z = offset.isEmpty ? 0 : offset[row]
                            for i in 0..<used { z += beta[index[i]] * value[i] }
                            let probability = SpecialFunctions.logistic(z)
                            let label = labels[row] ? 1.0 : 0.0
                            loss += SpecialFunctions.softplus(z) - label * z
                            let error = probability - label
                            let weight = probability * (1 - probability)
                            for i in 0..<used {
                                gradient[index[i]] += error * value[i]
                                let (line, scaled) = (index[i] * p, weight * value[i])
                                for j in 0...i { hessian[line + index[j]] += scaled * value[j] }
                            }
                        }
                    }
                }
            }
            // Indices of a row rise, so that only the lower half was written.
            for i in 0..<p { for j in 0..<i { hessian[j * p + i] = hessian[i * p + j] } }
        }
        return loss
    }
}

/// Solves symmetric positive definite systems.
enum Cholesky {
    /// x of A·x = b, A by rows; nil where A is not positive definite.
    static func solve(_ matrix: [Double], _ right: [Double]) -> [Double]? {
        let n = right.count
        var l = matrix
        for j in 0..<n {
            var diagonal = l[j * n + j]
            for k in 0..<j { diagonal -= l[j * n + k] * l[j * n + k] }
            guard diagonal > 0, diagonal.isFinite else { return nil }
            let root = diagonal.squareRoot()
            l[j * n + j] = root
            for i in j + 1..<max(n, j + 1) {
                var sum = l[i * n + j]
                for k in 0..<j { sum -= l[i * n + k] * l[j * n + k] }
                l[i * n + j] = sum / root
            }
        }
        var x = right
        for i in 0..<n {
            for k in 0..<i { x[i] -= l[i * n + k] * x[k] }
            x[i] /= l[i * n + i]
        }
        for i in stride(from: n - 1, through: 0, by: -1) {
            for k in i + 1..<max(n, i + 1) { x[i] -= l[k * n + i] * x[k] }
            x[i] /= l[i * n + i]
        }
        return x
    }
}
