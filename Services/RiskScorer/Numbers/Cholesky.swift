/// The factor L of a symmetric positive definite matrix L·Lᵀ.
struct Cholesky {
    private let n: Int
    /// By rows; what lies above the diagonal is not looked at.
    private var l: [Double]

    /// - Parameter matrix: by rows, n of them.
    /// - Returns: nil where it is not positive definite.
    init?(_ matrix: [Double], _ n: Int) {
        self.n = n
        l = matrix
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
    }

    /// x of L·Lᵀ·x = b.
    func solve(_ right: [Double]) -> [Double] {
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
