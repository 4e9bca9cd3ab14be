import Testing

@testable import Segments

/// What reads well but doesn't mean anything: unknown names, wrong arguments, values that don't fit.
@Suite struct TypeErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let code: SegmentError.Code
        let column: Int
        let sentence: String
        var testDescription: String { text }
    }

    static let facts: [Case] = [
        Case(
            text: "usage.days_since_actve > 14", code: .unknownFact, column: 1,
            sentence: "unknown fact \"usage.days_since_actve\"; nearest is usage.days_since_active"),
        Case(
            text: "stub or event(\"x\").cuont(30 days) > 1", code: .unknownFact, column: 9,
            sentence: "unknown fact \"event.cuont\"; nearest is event(\"…\").count(30 days)"),
        Case(
            text: "plan = enterprise", code: .unknownFact, column: 8,
            sentence: "unknown fact \"enterprise\"; expected a fact, or a text in double quotes: \"enterprise\""),
        Case(
            text: "orders > 3", code: .unknownFact, column: 1,
            sentence: "unknown fact \"orders\"; nearest is orders.count(30 days)"),
        Case(
            text: "MRR > 3 EUR", code: .unknownFact, column: 1, sentence: "unknown fact \"MRR\"; nearest is mrr"),
        Case(
            text: "probability > 30%", code: .unknownFact, column: 1,
            sentence: "unknown fact \"probability\"; nearest is risk.probability"),
        Case(
            text: "orders.count > 3", code: .wrongArgument, column: 8,
            sentence: "count has no argument here; expected orders.count(30 days)"),
        Case(
            text: "orders.count(30 days, 2 days) > 3", code: .wrongArgument, column: 8,
            sentence: "count has 2 arguments here; expected orders.count(30 days)"),
        Case(
            text: "orders.count(36 hours) > 3", code: .wrongArgument, column: 14,
            sentence: "36 hours doesn't fit orders.count(30 days); expected whole days, at least 1 day"),
        Case(
            text: "orders.count(30) > 3", code: .wrongArgument, column: 14,
            sentence: "30 doesn't fit orders.count(30 days); expected a duration such as 30 days"),
        Case(
            text: "tag(30 days)", code: .wrongArgument, column: 5,
            sentence: "30 days doesn't fit tag(\"…\"); expected a text in double quotes"),
        Case(
            text: "risk.probability(60 days) > 0.5", code: .wrongArgument, column: 18,
            sentence: "60 days doesn't fit risk.probability; expected 90 days or 30 days"),
    ]

    static let values: [Case] = [
        Case(
            text: "plan = 5", code: .wrongType, column: 8,
            sentence: "plan is a text, 5 is a number; expected a text such as \"pro\""),
        Case(
            text: "usage.days_since_active > 14 days", code: .wrongType, column: 27,
            sentence: "usage.days_since_active is a number, 14 days is a duration; expected a number such as 14"),
        Case(
            text: "subscription.ends_in < 60", code: .wrongType, column: 24,
            sentence: "subscription.ends_in is a duration, 60 is a number; expected a duration such as 60 days"),
        Case(
            text: "mrr > 500", code: .wrongType, column: 7,
            sentence: "mrr is money, 500 is a number; expected an amount such as 500 EUR"),
        Case(
            text: "usage.change(28 days) < -40", code: .wrongType, column: 25,
            sentence: "usage.change(28 days) is a share, -40 would mean -4000%; expected -40%"),
        Case(
            text: "orders.count(7 days) > 40%", code: .wrongType, column: 24,
            sentence: "orders.count(7 days) is a number, 40% is a share; expected a number such as 14"),
        Case(
            text: "risk.band = \"hihg\"", code: .wrongType, column: 13,
            sentence: """
                risk.band is never "hihg"; expected one of "low", "medium", "high"; nearest is "high"
                """),
        Case(
            text: "plan > \"pro\"", code: .wrongType, column: 1,
            sentence: "plan is a text and has no order; expected =, !=, in, contains or starts with"),
        Case(
            text: "plan", code: .wrongType, column: 1,
            sentence: "plan is a text, not a condition; expected a comparison such as plan = \"pro\""),
        Case(
            text: "stub and 5", code: .wrongType, column: 10,
            sentence: "5 is a number, not a condition; expected a comparison with a fact"),
        Case(
            text: "(plan = \"a\") = true", code: .wrongType, column: 1,
            sentence: "\"plan = \"a\"\" is a condition and has no value; expected a fact or a value"),
        Case(
            text: "1 = 1", code: .wrongType, column: 1, sentence: "both sides are values; expected a fact on one side"),
        Case(
            text: "mrr > orders.sum(30 days)", code: .wrongType, column: 7,
            sentence: "two amounts may be in different currencies; expected an amount such as 500 EUR"),
        Case(
            text: "tenure > orders.count(30 days)", code: .wrongType, column: 10,
            sentence: """
                tenure is a duration, orders.count(30 days) is a number; expected a duration such as 60 days
                """),
        Case(
            text: "mrr between 500 EUR and 900 USD", code: .wrongType, column: 25,
            sentence: "the amounts are in EUR and USD; expected one currency, EUR"),
        Case(
            text: "tenure between 3 weeks and 5 days", code: .wrongType, column: 16,
            sentence: "3 weeks is more than 5 days; expected the lower bound first"),
        Case(
            text: "plan in (\"pro\", name)", code: .wrongType, column: 17,
            sentence: "name is a fact; expected a value"),
        Case(
            text: "name contains \"\"", code: .wrongType, column: 15,
            sentence: "every text contains \"\"; expected at least one character"),
        Case(
            text: "mrr contains \"5\"", code: .wrongType, column: 1,
            sentence: "mrr is money; expected a fact that is a text"),
        Case(text: "5 is known", code: .wrongType, column: 1, sentence: "is known asks about a fact; expected a fact"),
    ]

    @Test(arguments: facts + values)
    func isRefused(_ test: Case) throws {
        let error = try #require(throws: SegmentError.self) { try Segment.compile(test.text) }
        #expect(error.sentence == test.sentence)
        #expect(error.code == test.code)
        #expect(error.column == test.column)
    }
}
