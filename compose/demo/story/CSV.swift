/// Comma-separated values as RFC 4180 has them, with LF line ends when written and either when read.
enum CSV {
    /// One line with its line end; a cell with a comma, a quote or a line end is quoted.
    static func line(_ cells: [String]) -> String {
        let quoted = cells.map { cell in
            let isPlain = cell.utf8.allSatisfy { ![UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
            return isPlain ? cell : "\"" + cell.replacing("\"", with: "\"\"") + "\""
        }
        return quoted.joined(separator: ",") + "\n"
    }

    /// A file with a heading and lines of the same width.
    static func file(_ heading: [String], _ lines: [[String]]) -> String {
        lines.reduce(into: line(heading)) { $0 += line($1) }
    }

    /// The named columns of each line after the heading, in the order of `columns`; other columns are passed over.
    /// Refuses a heading without one of them, and a line of another width than the heading's.
    static func rows(_ text: String, columns: [String], of file: String) throws(Refusal) -> [[String]] {
        let lines = try cells(text, of: file)
        let heading = lines.first ?? []
        var places: [Int] = []
        for column in columns {
            guard let place = heading.firstIndex(of: column) else {
                throw Refusal("\(file) has no column \(column); needed are \(columns.joined(separator: ", "))")
            }
            places.append(place)
        }
        var rows: [[String]] = []
        for (number, line) in lines.enumerated().dropFirst() {
            guard line.count == heading.count else {
                throw Refusal("\(file), record \(number + 1): \(line.count) cells, the heading has \(heading.count)")
            }
            rows.append(places.map { line[$0] })
        }
        return rows
    }

    private static func cells(_ text: String, of file: String) throws(Refusal) -> [[String]] {
        var lines: [[String]] = []
        var line: [String] = []
        var cell: [UInt8] = []
        var quoted = false
        var previous: UInt8 = 0
        for byte in text.utf8 {
            defer { previous = byte }
            switch byte {
            case UInt8(ascii: "\""):
                // A doubled quote inside quotes stands for one.
                if !quoted, previous == byte { cell.append(byte) }
                quoted.toggle()
            case UInt8(ascii: ",") where !quoted:
                line.append(String(decoding: cell, as: UTF8.self))
                cell = []
            case 10 where !quoted:
                if previous == 13, cell.last == 13 { cell.removeLast() }
                lines.append(line + [String(decoding: cell, as: UTF8.self)])
                (line, cell) = ([], [])
            default: cell.append(byte)
            }
        }
        if quoted { throw Refusal("\(file) ends inside quotes: one of its quotes is never closed") }
        if !line.isEmpty || !cell.isEmpty { lines.append(line + [String(decoding: cell, as: UTF8.self)]) }
        return lines
    }
}
