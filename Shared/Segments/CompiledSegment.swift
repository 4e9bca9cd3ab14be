package import Foundation
package import Postgres

/// A checked expression, ready to be asked of the database.
package struct CompiledSegment: Sendable {
    private let source: SourceText
    private let expression: Expression
    let predicate: Predicate
    private let calls: [BoundFact]

    init(source: SourceText, expression: Expression, predicate: Predicate) {
        self.source = source
        self.expression = expression
        self.predicate = predicate
        calls = predicate.calls
        size = (calls.count, predicate.literals)
    }

    /// Canonical text: it compiles to the same segment.
    package var text: String { expression.description }

    /// The facts that it reads, each once, sorted by name.
    package var facts: [Fact] {
        let byName = Dictionary(calls.map { ($0.fact.name, $0.fact) }) { first, _ in first }
        return byName.values.sorted { $0.name < $1.name }
    }

    /// Names of the facts that it reads, such as `event.count`.
    package var factNames: Set<String> { Set(calls.map(\.fact.name)) }

    /// How many facts and values stand in it and in the segments that it asks for.
    package let size: (calls: Int, literals: Int)

    /// What it must be evaluated again after.
    package var sources: Set<Fact.Source> { Set(calls.map(\.fact.source)) }

    /// Whether accounts can enter or leave without a topic that says so, as days pass.
    package var changesWithTime: Bool { calls.contains { $0.fact.changesWithTime } }

    /// Whether `asOf` can be answered.
    package var isHistorised: Bool { calls.allSatisfy(\.fact.historised) }

    /// Keys of the segments that it asks for, directly or through others, each once and sorted.
    package var segments: [String] { Set(predicate.segments.map(\.key)).sorted() }

    /// Keys of the custom fields that it reads.
    package var fields: Set<String> { Set(calls.filter(\.fact.isField).compactMap(\.texts.first)) }

    /// One statement with one column `id`: the living accounts that the segment selects, in no order. A merged account
    /// counts as its survivor.
    ///
    /// `asOf` reads what was true and known at a past moment; a fact that isn't historised refuses. Merges and links of
    /// subjects to accounts are read as they are now. As a subquery: `(select …) s`.
    package func select(asOf: Date? = nil, of scope: AccountScope = .all) throws(SegmentError) -> SQL {
        if asOf != nil, let call = calls.first(where: { !$0.fact.historised }) {
            throw source.error(
                .notHistorised, at: call.place, "\(call.text) has no history, so it can't be asked as of a past time",
                expected: "a historised fact")
        }
        try refuseUnread()
        return Selection([predicate], moment: Moment(asOf: asOf), of: scope).statement
    }

    /// One statement that asks several segments at once, with two columns: `id`, each living account (of those asked for),
    /// and `held`, the places from 1 of the segments that select it. Facts that several read are read once.
    package static func select(
        _ segments: [CompiledSegment], of scope: AccountScope = .all
    ) throws(SegmentError) -> SQL {
        for segment in segments { try segment.refuseUnread() }
        return Selection(segments.map(\.predicate), moment: Moment(asOf: nil), of: scope).heldStatement
    }

    private func refuseUnread() throws(SegmentError) {
        guard let unread = predicate.segments.first(where: { !$0.isKnown }) else { return }
        throw source.error(
            .unknownSegment, at: unread.place, "nobody looked what segment \(Literal.quoted(unread.key)) asks",
            expected: "an expression compiled with the saved segments")
    }

    /// One statement with one row and one column `holds`: whether the segment selects this account, or its survivor if it
    /// was merged. False for an account that doesn't exist.
    package func predicateHolds(accountID: Int64, asOf: Date? = nil) throws(SegmentError) -> SQL {
        "select exists (\(fragment: try select(asOf: asOf, of: .among([accountID])))) as holds"
    }
}

extension CompiledSegment: CustomStringConvertible {
    package var description: String { text }
}
