/// What is wrong with an expression: where, what was expected there, and the nearest right word. It holds nothing but
/// the expression itself, so it may be shown to whoever wrote it.
package struct SegmentError: Error, Hashable, Sendable {
    /// Stable names for programs; people read `message`.
    package enum Code: String, Codable, Sendable {
        case tooLong = "too_long"
        case tooDeep = "too_deep"
        case tooMany = "too_many_nodes"
        case unreadable
        case unexpected
        case unknownFact = "unknown_fact"
        case wrongArgument = "wrong_argument"
        case wrongType = "wrong_type"
        case notHistorised = "not_historised"
        case unknownSegment = "unknown_segment"
        case brokenSegment = "broken_segment"
        case cyclicSegment = "cyclic_segment"
        case unknownField = "unknown_field"
    }

    package let code: Code
    package let message: String
    /// What would have been right at this place.
    package let expected: String?
    /// The fact, unit or value whose name comes nearest to what was written.
    package let nearest: String?
    /// From 1.
    package let line: Int
    /// From 1, in Unicode scalars.
    package let column: Int
    /// The line and, under it, carets below the fault.
    package let excerpt: String
}

extension SegmentError: CustomStringConvertible {
    /// `1:12: unknown fact "plann"; nearest is plan`, then the excerpt on two lines.
    package var description: String { "\(line):\(column): \(sentence)\n\(excerpt)" }

    /// The description without place and excerpt.
    package var sentence: String {
        let parts = [message, expected.map { "expected \($0)" }, nearest.map { "nearest is \($0)" }]
        return parts.compactMap(\.self).joined(separator: "; ")
    }
}
