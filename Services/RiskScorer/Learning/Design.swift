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

    /// Writes down which coefficients a row has, in rising order and the intercept last, and with which values; those of 0
    /// are passed over.
    /// - Returns: how many.
    func read(
        _ row: Int, _ index: inout UnsafeMutableBufferPointer<Int>, _ value: inout UnsafeMutableBufferPointer<Double>
    ) -> Int {
        var used = 0
        for place in row * onPerRow..<(row + 1) * onPerRow where on[place] >= 0 {
            index[used] = Int(on[place])
            value[used] = 1
            used += 1
        }
        for number in 0..<values where self.value[row * values + number] != 0 {
            index[used] = switches + number
            value[used] = self.value[row * values + number]
            used += 1
        }
        index[used] = width
        value[used] = 1
        return used + 1
    }

    /// - Parameters:
    ///   - on: the switches that are on; those below zero are none.
    mutating func append(on: [Int32], values: [Double]) {
        self.on += on
        value += values
        count += 1
    }
}
