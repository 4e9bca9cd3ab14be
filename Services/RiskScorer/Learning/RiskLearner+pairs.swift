/// What two columns of a table say together, beyond what each says alone. A table has no time to judge that by: pairs are used
/// where they foretell the rows learnt from better, in parts, than the columns alone (nested cross-validation).
extension RiskLearner {
    /// Fewer losses than this don't tell.
    static let fewestForPairs = 300
    private static let mostPairs = 10
    /// Columns of a design that are tried with each other, the commonest: their pairs grow with the square.
    private static let mostTried = 300

    /// Pairs of columns of the rows' design; none where they don't stand the test.
    static func pairs(
        _ examples: TableExamples, _ rows: [Int], _ encoded: Encoded, alone: LogisticRegression, precision: Double,
        seed: UInt64
    ) -> [(first: Int, second: Int)] {
        let found = strongest(examples, rows, encoded, alone)
        if found.isEmpty { return [] }
        var gains: [Double] = []
        for part in examples.parts(of: rows, seed: seed) {
            let encoded = Encoded(examples.table, rows: part.training)
            let alone = examples.fit(encoded.design, part.training, precision: precision, tolerance: 1e-5)
            let pairs = strongest(examples, part.training, encoded, alone)
            let crossed = encoded.design.crossed(pairs)
            let together =
                pairs.isEmpty
                ? alone
                : examples.fit(
                    crossed, part.training, precision: precision, from: alone.widened(pairs.count), tolerance: 1e-5)
            gains += part.judged.map { row in
                examples.loss(alone, encoded.design, row) - examples.loss(together, crossed, row)
            }
        }
        return Judgement.isBeyondChance(gains) ? found : []
    }

    private static func strongest(
        _ examples: TableExamples, _ rows: [Int], _ encoded: Encoded, _ alone: LogisticRegression
    ) -> [(first: Int, second: Int)] {
        let design = encoded.design
        var common = [Int](repeating: 0, count: design.width)
        for row in rows { for cell in design.cells(row) { common[cell.column] += 1 } }
        let tried = common.indices.sorted { (common[$1], $0) < (common[$0], $1) }.prefix(mostTried).sorted()
        var rank = [Int](repeating: -1, count: design.width)
        for (number, column) in tried.enumerated() { rank[column] = number }
        let sources = encoded.encoder.sources
        var test = ScoreTest(columns: tried.count)
        for row in rows {
            let cells = design.cells(row).filter { rank[$0.column] >= 0 }.map { (rank[$0.column], $0.value) }
            test.add(
                cells, said: SpecialFunctions.logistic(examples.logit(alone, design, row)),
                isLost: examples.labels[row])
        }
        // A number and its own tenth bend a line, which its tenths do already.
        return test.strongest(mostPairs, areBothSigns: true) { sources[tried[$0]] != sources[tried[$1]] }
            .map { (tried[$0.first], tried[$0.second]) }
    }
}
