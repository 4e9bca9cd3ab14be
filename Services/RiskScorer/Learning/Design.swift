/// Rows for a regression: of each row a few switches that are on, out of many, and some values. One-hot columns are nearly
/// all zero, so only those that are not are kept.
struct Design: Sendable {
    /// How many switches there are.
    let switches: Int
    /// How many values a row has.
    let values: Int
    /// The same number for each row.
    let onPerRow: Int
    private(set) var on: [Int32] = []
    private(set) var value: [Double] = []
    private(set) var count = 0

    /// Coefficients: of the switches, then of the values.
    var width: Int { switches + values }

    init(switches: Int, onPerRow: Int, values: Int) {
        self.switches = switches
        self.onPerRow = onPerRow
        self.values = values
    }

    /// - Parameters:
    ///   - on: the switches that are on; those below zero are none.
    mutating func append(on: [Int32], values: [Double]) {
        self.on += on
        value += values
        count += 1
    }

    /// The same rows with products of two of their columns behind their values.
    func crossed(_ pairs: [(first: Int, second: Int)]) -> Design {
        var design = Design(switches: switches, onPerRow: onPerRow, values: values + pairs.count)
        for row in 0..<count {
            let on = Array(on[row * onPerRow..<(row + 1) * onPerRow])
            let own = Array(value[row * values..<(row + 1) * values])
            func cell(_ column: Int) -> Double {
                column < switches ? (on.contains(Int32(column)) ? 1 : 0) : own[column - switches]
            }
            design.append(on: on, values: own + pairs.map { cell($0.first) * cell($0.second) })
        }
        return design
    }

    /// The columns of a row that are not 0, in rising order, without the intercept.
    func cells(_ row: Int) -> [(column: Int, value: Double)] {
        var cells: [(column: Int, value: Double)] = []
        for place in row * onPerRow..<(row + 1) * onPerRow where on[place] >= 0 { cells.append((Int(on[place]), 1)) }
        for number in 0..<values where value[row * values + number] != 0 {
            cells.append((switches + number, value[row * values + number]))
        }
        return cells
    }

    /// The rows without what is 0.
    func sparse(_ rows: [Int]) -> Sparse {
        var sparse = Sparse()
        sparse.ends.reserveCapacity(rows.count)
        for row in rows {
            for place in row * onPerRow..<(row + 1) * onPerRow where on[place] >= 0 {
                sparse.index.append(on[place])
                sparse.value.append(1)
            }
            for number in 0..<values {
                let cell = value[row * values + number]
                if cell == 0 { continue }
                sparse.index.append(Int32(switches + number))
                sparse.value.append(cell)
            }
            sparse.index.append(Int32(width))
            sparse.value.append(1)
            sparse.ends.append(sparse.index.count)
        }
        return sparse
    }

    /// Of each row which coefficients it has, in rising order and the intercept last, and with which values.
    struct Sparse: Sendable {
        /// Behind the last entry of each row.
        fileprivate(set) var ends: [Int] = []
        fileprivate(set) var index: [Int32] = []
        fileprivate(set) var value: [Double] = []
    }
}
