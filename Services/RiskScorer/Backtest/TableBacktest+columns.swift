/// What the cells of a column are, and what is odd about it.
extension TableBacktest {
    /// From here on a column alone tells who was lost [AUC].
    private static let tellTale = 0.99

    /// Of columns that alone tell nearly everybody who was lost from who stayed, a sentence each: mostly they were filled
    /// because of the loss, and will not be known beforehand.
    static func tellTales(_ table: Table, _ labels: [Bool]) -> [String] {
        let all = labels.count { $0 }
        guard min(all, labels.count - all) >= fewLosses else { return [] }
        let rows = Array(labels.indices)
        return table.columns.compactMap { column in
            let design = Encoded(Table(columns: [column], count: table.count), rows: rows).design
            var (lost, count) = (
                [Double](repeating: 0, count: design.width), [Double](repeating: 0, count: design.width)
            )
            let switches = rows.map { design.cells($0)[0].column }
            for row in rows {
                count[switches[row]] += 1
                if labels[row] { lost[switches[row]] += 1 }
            }
            // Each by the others with its value: a name of which there is but one tells nothing.
            let said = rows.map { row in
                (lost[switches[row]] - (labels[row] ? 1 : 0)) / max(count[switches[row]] - 1, 1)
            }
            guard (Judgement(said, labels).auc ?? 0) >= tellTale else { return nil }
            return
                "\(column.name) alone tells who was lost: if it was filled because of that, leave it out by --ignore \(column.name)"
        }
    }

    /// Of a column in which most cells are numbers: how many are not, and the first of them; nil for one of words.
    static func strangers(_ cells: [String]) -> (count: Int, first: Int)? {
        let filled = cells.indices.filter { !cells[$0].isEmpty && !missing.contains(cells[$0]) }
        let strange = filled.filter { !(Double(cells[$0])?.isFinite ?? false) }
        guard let first = strange.first, strange.count * 2 < filled.count else { return nil }
        return (strange.count, first)
    }

    /// The numbers of a column in which all that is not missing is one; nil where a word is among them, or all is blank.
    static func numbers(_ cells: [String]) -> [Double?]? {
        var (numbers, isKnown) = ([Double?](), false)
        numbers.reserveCapacity(cells.count)
        for cell in cells {
            if cell.isEmpty || missing.contains(cell) {
                numbers.append(nil)
                continue
            }
            guard let number = Double(cell), number.isFinite else { return nil }
            isKnown = true
            numbers.append(number)
        }
        return isKnown ? numbers : nil
    }

    /// The same of numbers with commas: between thousands where each stands before three digits, else a decimal one; nil too
    /// where a point may be either.
    static func numbersWithCommas(_ cells: [String]) -> ([Double?], meaning: String)? {
        let withComma = cells.filter { $0.contains(",") }
        if withComma.isEmpty { return nil }
        if withComma.allSatisfy({ $0.wholeMatch(of: #/-?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?/#) != nil }) {
            return numbers(cells.map { $0.replacing(",", with: "") }).map { ($0, "separators of thousands") }
        }
        let isDecimal = withComma.allSatisfy {
            $0.wholeMatch(of: #/-?([0-9]+|[1-9][0-9]{0,2}(\.[0-9]{3})+),[0-9]+/#) != nil
        }
        let others = cells.contains { $0.contains(".") && !$0.contains(",") }
        guard isDecimal, !others else { return nil }
        let plain = cells.map { $0.replacing(".", with: "").replacing(",", with: ".") }
        return numbers(plain).map { ($0, "decimal ones") }
    }
}
