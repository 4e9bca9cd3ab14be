import Foundation

/// Which products of two columns foretell what a model of the columns alone leaves over: Rao's score test of each product,
/// what is left over by its standard error if the product said nothing. That the columns themselves were fitted makes the
/// error smaller than is reckoned here, so that the test errs towards finding none.
struct ScoreTest: Sendable {
    /// With less spread than this the score is not nearly normal [expected losses and their like].
    private static let leastSpread = 5.0

    private let columns: Int
    private var left: [Double]
    private var spread: [Double]

    init(columns: Int) {
        self.columns = columns
        left = [Double](repeating: 0, count: columns * columns)
        spread = left
    }

    /// - Parameters:
    ///   - cells: the columns of a row that are not 0, in rising order.
    ///   - said: the model's probability of a loss.
    mutating func add(_ cells: [(column: Int, value: Double)], said: Double, isLost: Bool) {
        let rest = (isLost ? 1 : 0) - said
        let weight = said * (1 - said)
        for (rank, first) in cells.enumerated() {
            for second in cells.dropFirst(rank + 1) {
                let product = first.value * second.value
                left[first.column * columns + second.column] += rest * product
                spread[first.column * columns + second.column] += weight * product * product
            }
        }
    }

    /// The pairs whose score lies above what the greatest of as many that say nothing comes to by chance, the strongest first.
    /// - Parameters:
    ///   - areBothSigns: whether those count too that speak against a loss.
    ///   - isPair: whether two columns may be one.
    func strongest(
        _ most: Int, areBothSigns: Bool, where isPair: (Int, Int) -> Bool = { _, _ in true }
    ) -> [(first: Int, second: Int)] {
        let tried = left.indices.filter {
            spread[$0] >= Self.leastSpread && isPair($0 / columns, $0 % columns)
        }
        let byChance = (2 * log(Double(max(tried.count, 2)))).squareRoot()
        return tried.map { place -> (place: Int, score: Double) in
            let score = left[place] / spread[place].squareRoot()
            return (place, areBothSigns ? abs(score) : score)
        }.filter { $0.score > byChance }.sorted { ($1.score, $0.place) < ($0.score, $1.place) }.prefix(most)
            .map { ($0.place / columns, $0.place % columns) }
    }
}
