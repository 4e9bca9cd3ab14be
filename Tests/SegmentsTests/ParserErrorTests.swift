import Testing

@testable import Segments

/// What is refused before a type is looked at: each with its place, words and excerpt.
@Suite struct ParserErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let error: String
        var testDescription: String { text }
    }

    static let cases: [Case] = [
        Case(text: "", error: "1:1: this expression is empty; expected a condition such as plan = \"pro\"\n\n^"),
        Case(
            text: "plan == \"pro\"",
            error: "1:6: \"==\" has no meaning here; expected = for equality\nplan == \"pro\"\n     ^^"),
        Case(
            text: "stub && stub",
            error: "1:6: \"&&\" has no meaning here; expected the word and\nstub && stub\n     ^^"),
        Case(
            text: "plan = 'pro'",
            error: "1:8: this quote has no meaning here; expected \"double quotes\"\nplan = 'pro'\n       ^"),
        Case(
            text: "plan = \"pro",
            error: "1:8: this text isn't closed on its line; expected a closing \"\nplan = \"pro\n       ^^^^"),
        Case(
            text: "plan = \"a\\q\"",
            error: """
                1:10: unknown escape in a text; expected \\" \\\\ \\n \\t or \\u{hexadecimal}
                plan = "a\\q"
                         ^^
                """),
        Case(
            text: "created > 2026-02-30",
            error: """
                1:11: 2026-02-30 is no day of the calendar; expected a date such as 2026-01-31
                created > 2026-02-30
                          ^^^^^^^^^^
                """),
        Case(
            text: "tenure > 3 months",
            error: """
                1:12: "months" has no fixed length; expected days or weeks, such as 30 days
                tenure > 3 months
                           ^^^^^^
                """),
        Case(
            text: "tenure > 3 dayz",
            error: """
                1:12: unknown unit "dayz"; expected minutes, hours, days, weeks, % or a currency such as EUR; \
                nearest is days
                tenure > 3 dayz
                           ^^^^
                """),
        Case(
            text: "mrr > 5.125 EUR",
            error: "1:7: this is no amount of EUR; expected at most 2 decimals\nmrr > 5.125 EUR\n      ^^^^^^^^^"),
        Case(
            text: "tenure > 99999 weeks",
            error: """
                1:10: this duration is too long; expected at most 3660 days
                tenure > 99999 weeks
                         ^^^^^^^^^^^
                """),
        Case(
            text: "stub and\n  (plan = \"pro\"\nor stub",
            error: "3:8: found the end; expected \")\" to close the parenthesis\nor stub\n       ^"),
        Case(
            text: "stub)",
            error: "1:5: this closes nothing; expected as many opening as closing parentheses\nstub)\n    ^"),
        Case(
            text: "1 < usage.days_since_active < 5",
            error: """
                1:29: comparisons don't chain; expected between … and …, or two comparisons joined by and
                1 < usage.days_since_active < 5
                                            ^
                """),
        Case(
            text: "plan is \"pro\"",
            error: "1:9: found a text; expected known after \"is\", or = to compare\nplan is \"pro\"\n        ^^^^^"),
        Case(
            text: "plan in \"pro\"",
            error: """
                1:9: found a text; expected "(" and the values, as in plan in ("pro", "team")
                plan in "pro"
                        ^^^^^
                """),
        Case(
            text: "name starts \"a\"",
            error: "1:13: found a text; expected with, as in starts with\nname starts \"a\"\n            ^^^"),
        Case(
            text: "tag(on)",
            error: """
                1:5: found "on"; expected a text in double quotes or a duration such as 30 days
                tag(on)
                    ^^
                """),
        Case(
            text: "stub stub",
            error: "1:6: found \"stub\"; expected and, or, a comparison or the end\nstub stub\n     ^^^^"),
        Case(text: "stub and", error: "1:9: found the end; expected a fact or a value\nstub and\n        ^"),
        Case(
            text: "stub; drop table x", error: "1:5: the character \";\" has no meaning here\nstub; drop table x\n    ^"
        ),
    ]

    @Test(arguments: cases)
    func isRefused(_ test: Case) {
        let error = #expect(throws: SegmentError.self) { try Segment.compile(test.text) }
        #expect(error?.description == test.error)
    }

    @Test func longLinesAreCutAroundTheFault() throws {
        let text = String(repeating: "stub or ", count: 40) + "bogus or stub"
        let error = try #require(throws: SegmentError.self) { try Segment.compile(text) }
        let lines = error.excerpt.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(error.column == 321)
        #expect(lines[0].count <= 100)
        #expect(lines[0].contains("bogus"))
        #expect(
            lines[1].firstRange(of: "^^^^^")?.lowerBound
                == lines[1].index(lines[1].startIndex, offsetBy: lines[0].count - 13))
    }

    @Test func columnsCountScalarsAndQuotesWithMarksAreQuotes() throws {
        // A quote with a combining accent is one character to Swift, and still opens a text.
        #expect(try Segment.compile("plan = \"\u{301}\"").text == "plan = \"\u{301}\"")
        let error = try #require(throws: SegmentError.self) { try Segment.compile("name = \"👩‍👩‍👧\" and бонус = 1") }
        #expect(error.column == 20)
        #expect(error.message == "unknown fact \"бонус\"")
    }
}
