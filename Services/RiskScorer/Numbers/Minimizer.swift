import Foundation

/// Minimises a smooth function of a few variables by BFGS with a backtracking line search (Nocedal and Wright, Numerical
/// Optimization, algorithm 6.1).
enum Minimizer {
    struct Result: Sendable {
        let point: [Double]
        let value: Double
        /// Whether the gradient vanished; else it stopped for want of progress.
        let hasConverged: Bool
    }

    /// - Parameters:
    ///   - bounds: of each variable; outside of them a wall rises, smooth and steep.
    ///   - function: the value at a point; it writes the gradient there into its second argument.
    ///   - tolerance: of the largest component of the gradient, relative to the value.
    static func minimize(
        from start: [Double], within bounds: ClosedRange<Double>, tolerance: Double = 1e-9, mostSteps: Int = 200,
        _ function: (_ point: [Double], _ gradient: inout [Double]) -> Double
    ) -> Result {
        func evaluate(_ point: [Double], _ gradient: inout [Double]) -> Double {
            var value = function(point, &gradient)
            for i in gradient.indices {
                let out = point[i] - min(max(point[i], bounds.lowerBound), bounds.upperBound)
                value += 1e3 * out * out
                gradient[i] += 2e3 * out
            }
            return value.isFinite ? value : .infinity
        }
        let n = start.count
        var (point, gradient) = (start, [Double](repeating: 0, count: n))
        var value = evaluate(point, &gradient)
        var inverse = identity(n)
        var isFirst = true
        for _ in 0..<mostSteps {
            if gradient.lazy.map(abs).max() ?? 0 <= tolerance * max(1, abs(value)) {
                return Result(point: point, value: value, hasConverged: true)
            }
            var direction = (0..<n).map { i in -(0..<n).reduce(0) { $0 + inverse[i * n + $1] * gradient[$1] } }
            var slope = zip(direction, gradient).reduce(0) { $0 + $1.0 * $1.1 }
            if !(slope < 0) {
                inverse = identity(n)
                direction = gradient.map { -$0 }
                slope = -gradient.reduce(0) { $0 + $1 * $1 }
            }
            // The variables are logarithms: a step of one is a factor of e, and enough.
            let longest = direction.lazy.map(abs).max() ?? 0
            var step = isFirst ? min(1, 1 / longest) : min(1, 2 / longest)
            var (next, nextGradient, nextValue) = (point, gradient, Double.infinity)
            for _ in 0..<40 {
                for i in 0..<n { next[i] = point[i] + step * direction[i] }
                nextValue = evaluate(next, &nextGradient)
                if nextValue <= value + 1e-4 * step * slope { break }
                step /= 2
            }
            guard nextValue <= value, nextValue.isFinite else { break }
            let moved = (0..<n).map { next[$0] - point[$0] }
            let turned = (0..<n).map { nextGradient[$0] - gradient[$0] }
            update(&inverse, moved, turned, isFirst)
            let gain = value - nextValue
            (point, gradient, value, isFirst) = (next, nextGradient, nextValue, false)
            if gain == 0 { break }
        }
        let isFlat = gradient.lazy.map(abs).max() ?? 0 <= 1e-5 * max(1, abs(value))
        return Result(point: point, value: value, hasConverged: isFlat)
    }

    private static func identity(_ n: Int) -> [Double] { (0..<n * n).map { $0 / n == $0 % n ? 1 : 0 } }

    /// The inverse Hessian after a step `s` that turned the gradient by `y`.
    private static func update(_ inverse: inout [Double], _ s: [Double], _ y: [Double], _ isFirst: Bool) {
        let n = s.count
        let sy = zip(s, y).reduce(0) { $0 + $1.0 * $1.1 }
        guard sy > 1e-14 else { return }
        if isFirst {
            let scale = sy / y.reduce(0) { $0 + $1 * $1 }
            inverse = identity(n).map { $0 * scale }
        }
        let hy = (0..<n).map { i in (0..<n).reduce(0) { $0 + inverse[i * n + $1] * y[$1] } }
        let yhy = zip(y, hy).reduce(0) { $0 + $1.0 * $1.1 }
        for i in 0..<n {
            for j in 0..<n {
                inverse[i * n + j] += (1 + yhy / sy) * s[i] * s[j] / sy - (hy[i] * s[j] + s[i] * hy[j]) / sy
            }
        }
    }
}
