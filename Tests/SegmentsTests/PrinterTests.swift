import Testing

@testable import Segments

@Suite struct PrinterTests {
    @Test(arguments: [
        ("PLAN  = \"pro\"", nil),
        ("plan=\"pro\" AND(stub)", "plan = \"pro\" and stub"),
        ("(stub or stub) or (stub or (stub))", "stub or stub or stub or stub"),
        ("not (stub and not(stub or tag( \"a\\\"b\" )))", "not (stub and not (stub or tag(\"a\\\"b\")))"),
        ("usage.change( 28days )<-40.50%", "usage.change(28 days) < -40.5%"),
        ("mrr >= 500.00 EUR or mrr < 0.50 EUR or mrr = 7 JPY", "mrr >= 500 EUR or mrr < 0.50 EUR or mrr = 7 JPY"),
        ("tenure > 1 days and tenure < 2 week", "tenure > 1 day and tenure < 2 weeks"),
        (
            "plan not in(\"a\",\"b\") and name not contains \"x\"",
            "plan not in (\"a\", \"b\") and name not contains \"x\""
        ),
        ("created between 2026-01-01 and 2026-01-31", "created between 2026-01-01 and 2026-01-31"),
        ("risk.probability is  NOT known", "risk.probability is not known"),
        ("name ends with \"\\u{7}\\u{2028}\\n\"", "name ends with \"\\u{7}\\u{2028}\\n\""),
        ("risk.probability(30 days) >= 0.30", "risk.probability(30 days) >= 0.3"),
    ])
    func canonicalText(_ written: String, _ canonical: String?) throws {
        guard let canonical else {
            #expect(throws: SegmentError.self) { try Segment.compile(written) }
            return
        }
        #expect(try Segment.compile(written).text == canonical)
    }

    @Test(arguments: UInt64(1)...20)
    func parsingWhatWasPrintedGivesTheSameExpression(seed: UInt64) throws {
        var maker = ExpressionMaker(seed: seed)
        for _ in 0..<200 {
            let expression = maker.expression(levels: 4)
            let text = expression.description
            let parsed = try Parser.expression(in: SourceText(text))
            #expect(parsed == expression, "\(text)")
            #expect(parsed.description == text)
        }
    }

    @Test func whatIsReadIsKnown() throws {
        let segment = try Segment.compile(
            "plan = \"pro\" and (event(\"a\").count(7 days) > 1 or event(\"b\").count(30 days) > 1) and not tag(\"x\")")
        #expect(segment.factNames == ["plan", "event.count", "tag"])
        #expect(segment.sources == [.subscription, .usage, .tag])
        #expect(segment.changesWithTime)
        #expect(try !Segment.compile("tag(\"x\") or key = \"a\"").changesWithTime)
    }
}
