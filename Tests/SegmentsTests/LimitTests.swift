import Foundation
import Testing

@testable import Segments

@Suite struct LimitTests {
    private func code(_ text: String) -> SegmentError.Code? {
        do throws(SegmentError) { _ = try Segment.compile(text) } catch { return error.code }
        return nil
    }

    @Test func length() {
        let padding = String(repeating: " ", count: Segment.longestText - 4)
        #expect(code("stub" + padding) == nil)
        #expect(code("stub " + padding) == .tooLong)
        #expect(code(String(repeating: "(", count: 10_000_000)) == .tooLong)
    }

    @Test func depth() {
        func nested(_ levels: Int) -> String {
            String(repeating: "(", count: levels) + "stub" + String(repeating: ")", count: levels)
        }
        #expect(code(nested(Segment.mostDepth)) == nil)
        #expect(code(nested(Segment.mostDepth + 1)) == .tooDeep)
        #expect(code(String(repeating: "not ", count: 65) + "stub") == .tooDeep)
        #expect(code(String(repeating: "(", count: 8_000)) == .tooDeep)
    }

    /// Also the answer to an expression of 10,000 terms, as far as it fits the length.
    @Test func nodes() {
        func terms(_ count: Int) -> String { Array(repeating: "stub", count: count).joined(separator: " or ") }
        #expect(code(terms(Segment.mostNodes - 1)) == nil)
        #expect(code(terms(Segment.mostNodes)) == .tooMany)
        let list = (0..<600).map(String.init).joined(separator: ",")
        #expect(code("orders.count(7 days) in (\(list))") == .tooMany)
    }

    @Test func asOfRefusesFactsWithoutHistory() throws {
        let segment = try Segment.compile("tag(\"vip\") and\n  signal(\"data_export\") > 0")
        let error = #expect(throws: SegmentError.self) { try segment.select(asOf: Date(timeIntervalSince1970: 0)) }
        #expect(
            error?.description == """
                2:3: signal("data_export") has no history, so it can't be asked as of a past time; \
                expected a historised fact
                  signal("data_export") > 0
                  ^^^^^^^^^^^^^^^^^^^^^
                """)
        #expect(!segment.isHistorised)
    }
}
