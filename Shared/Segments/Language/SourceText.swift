/// Where something stands in an expression: a half-open range of Unicode scalars.
struct Place: Hashable, Sendable {
    var start: Int
    var end: Int

    func joined(with other: Place) -> Place { Place(start: min(start, other.start), end: max(end, other.end)) }
}

/// The text of an expression, from which every error takes its line, column and excerpt.
struct SourceText: Sendable {
    /// Scalars and not characters: a quote followed by a combining mark is still a quote.
    let scalars: [Unicode.Scalar]

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    func error(
        _ code: SegmentError.Code, at place: Place, _ message: String, expected: String? = nil, nearest: String? = nil
    ) -> SegmentError {
        let start = min(max(place.start, 0), scalars.count)
        var lineStart = start
        while lineStart > 0, scalars[lineStart - 1] != "\n" { lineStart -= 1 }
        var lineEnd = start
        while lineEnd < scalars.count, scalars[lineEnd] != "\n" { lineEnd += 1 }
        let line = 1 + scalars[..<lineStart].count { $0 == "\n" }
        return SegmentError(
            code: code, message: message, expected: expected, nearest: nearest, line: line,
            column: start - lineStart + 1,
            excerpt: excerpt(of: lineStart..<lineEnd, marking: start..<min(max(place.end, start), lineEnd)))
    }

    /// The line with carets under the fault, cut to what fits a terminal around it.
    private func excerpt(of line: Range<Int>, marking fault: Range<Int>) -> String {
        let widest = 100
        let from = max(line.lowerBound, min(fault.lowerBound - 40, line.upperBound - widest))
        let to = min(line.upperBound, from + widest)
        var shown = String.UnicodeScalarView()
        shown.append(contentsOf: scalars[from..<to].map { $0.properties.generalCategory == .control ? " " : $0 })
        let carets = max(1, min(fault.upperBound, to) - fault.lowerBound)
        let indent = String(repeating: " ", count: fault.lowerBound - from)
        return "\(String(shown))\n\(indent)\(String(repeating: "^", count: carets))"
    }
}
