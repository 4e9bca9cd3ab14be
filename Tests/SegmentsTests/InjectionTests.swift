import Postgres
import TestBed
import Testing
import Foundation
import Model

@testable import Segments

@Suite struct InjectionTests {
    /// Random well-typed expressions full of hostile texts: every one runs, and the text never reaches the statement.
    @Test func hostileTextsAreValues() async throws {
        try await Story.with { story in
            try await story.account("acme", "bolt")
            var maker = ExpressionMaker(seed: 7)
            for round in 0..<300 {
                let text = "zq7" + maker.text()
                let quoted = Literal.quoted(text)
                let expression = maker.pick([
                    "tag(\(quoted))", "name = \(quoted)", "name contains \(quoted)", "owner in (\(quoted), \"a\")",
                    "event(\(quoted)).count(30 days) >= 0", "signal(\(quoted)) > 0", "not plan starts with \(quoted)",
                    "field(\(quoted)) = \(quoted)",
                    "field(\(quoted)) > 3 EUR or interaction.last(\"in\", \(quoted)) is known",
                    "event(\(quoted)).first(9 days) is known or contacts.consent(\(quoted), \(quoted)) > 0",
                    "signal(\(quoted)).status = \"ok\" or event(\(quoted)).days_since_last > 1 or tag(\(quoted))",
                ])
                let ids: [Int64]? = round.isMultiple(of: 2) ? nil : [try await story.id("acme")]
                let sql = try Segment.compile(expression).select(of: ids.map { .among($0) } ?? .all)
                #expect(!sql.description.contains("zq7"), "\(expression)")
                #expect(try await story.select(expression, restrictedTo: ids) == "")
            }
            #expect(try await story.select("true") == "acme bolt", "nothing was harmed")
        }
    }

    /// Each hostile tag and name is found by itself and by nothing else.
    @Test func hostileTextsAreFound() async throws {
        try await Story.with { story in
            try await story.account("acme", "bolt")
            var maker = ExpressionMaker(seed: 11)
            for text in Set((0..<60).map { _ in maker.text() }.map { Array($0.utf8) }) {
                let tag = String(decoding: text, as: UTF8.self)
                guard tag.unicodeScalars.count <= 100 else { continue }
                try await story.tag("acme", tag, ago: 1)
                try await story.run("update crm.account set name = \(tag) where key = 'bolt'")
                #expect(try await story.select("tag(\(Literal.quoted(tag)))") == "acme")
                #expect(try await story.select("name = \(Literal.quoted(tag))") == "bolt")
                #expect(try await story.select("name contains \(Literal.quoted(tag))").hasSuffix("bolt"))
            }
        }
    }

    /// Expressions that a machine wrote at random are refused with a place or compile; none of them traps.
    @Test(arguments: UInt64(100)...109)
    func nonsenseIsRefused(seed: UInt64) {
        var maker = ExpressionMaker(seed: seed)
        for _ in 0..<200 {
            let text = maker.expression(levels: 3).description
            let cut = String(text.unicodeScalars.prefix(Int.random(in: 0...text.unicodeScalars.count, using: &maker)))
            for candidate in [text, cut, maker.text() + text] {
                do throws(SegmentError) {
                    _ = try Segment.compile(candidate).select()
                } catch {
                    #expect(error.line >= 1 && error.column >= 1 && error.excerpt.contains("^"))
                }
            }
        }
    }
}
