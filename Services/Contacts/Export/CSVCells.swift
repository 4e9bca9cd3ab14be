/// How cells are written as CSV, as RFC 4180 has it.
struct CSVCells: Sendable {
    /// A spreadsheet takes a cell that begins with one of `=`, `+`, `-` and `@` for a formula, and runs it. With an
    /// apostrophe before it, it is a text; but no import takes that back, so only who asks for it gets it.
    var forSpreadsheets = false

    /// A line with its end; nil is an empty cell.
    func line(_ cells: [String?]) -> String {
        cells.map { $0.map(cell) ?? "" }.joined(separator: ",") + "\n"
    }

    private func cell(_ text: String) -> String {
        var text = text
        if forSpreadsheets, let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) {
            text = "'" + text
        }
        let isPlain = !text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" || $0 == ";" }
        let hasEdges = text.first == " " || text.last == " "
        guard !isPlain || hasEdges || text.isEmpty else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
