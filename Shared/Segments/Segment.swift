/// The segment language: a typed expression over facts that says who. Parse, check types, then one parameterised SQL
/// statement.
///
/// No data is neither true nor false. A comparison with a fact that is not known is itself not known, `not`, `and` and
/// `or` follow three-valued logic, and a segment selects an account only where the whole is true. `is known` and
/// `is not known` ask about it and are always true or false.
package enum Segment {
    /// The longest expression, in bytes of UTF-8.
    package static let longestText = 8_192
    /// The most levels of parentheses and `not`.
    package static let mostDepth = 64
    /// The most facts, values and operators together.
    package static let mostNodes = 500
    /// The most facts and values together with those of the segments that it asks for, directly or through others: each
    /// level may ask for the one below several times.
    package static let mostExpanded = 2_000
    /// The most facts of them, counted as often as they stand.
    package static let mostCalls = 1_000

    /// Reads and checks an expression. It needs no database; names of tags, events and signals are not checked.
    /// - Parameter library: the saved segments and custom fields that it may name. Without it their names are not checked,
    ///   a custom field has the type of what it is compared with, and `select` refuses to be in a segment.
    /// - Parameter key: its own key, if it is to be saved: no segment may lead back to it.
    package static func compile(
        _ text: String, facts: FactRegistry = .all, library: SegmentLibrary? = nil, key: String? = nil
    ) throws(SegmentError) -> CompiledSegment {
        let size = text.utf8.count
        let source = SourceText(size <= longestText ? text : "")
        guard size <= longestText else {
            throw source.error(
                .tooLong, at: Place(start: 0, end: 1), "this expression has \(size) bytes",
                expected: "at most \(longestText)")
        }
        let expression = try Parser.expression(in: source)
        let predicate = try Checker(
            source: source, facts: facts, library: library, path: key.map { [$0] } ?? []
        ).predicate(expression)
        try refuseTooMany(predicate, source, at: Place(start: 0, end: 1))
        return CompiledSegment(source: source, expression: expression, predicate: predicate)
    }

    /// Throws where it is too much for one statement of the database, with all that it asks for.
    static func refuseTooMany(_ predicate: Predicate, _ source: SourceText, at place: Place) throws(SegmentError) {
        let calls = predicate.calls.count
        let size = calls + predicate.literals
        guard size > mostExpanded || calls > mostCalls else { return }
        throw source.error(
            .tooMany, at: place,
            "with the segments that it asks for this expression has \(size) facts and values, \(calls) of them facts",
            expected: "at most \(mostExpanded), of them \(mostCalls) facts; ask for each segment once")
    }
}
