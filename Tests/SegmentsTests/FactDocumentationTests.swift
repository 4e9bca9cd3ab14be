import Testing

@testable import Segments

/// A fact without its words doesn't ship.
@Suite struct FactDocumentationTests {
    @Test(arguments: FactRegistry.all.names)
    func isDocumented(_ name: String) throws {
        let fact = try #require(FactRegistry.all[name: name])
        #expect(fact.doc.count >= 20 && fact.doc.hasSuffix("."), "say what it is")
        #expect(
            ["Always known.", "No data ", "no data"].contains { fact.doc.contains($0) }, "say when there is no data")
        #expect(!fact.unit.isEmpty)
        let example = try Segment.compile(fact.example)
        #expect(example.factNames.contains(fact.name), "the example shows this fact")
        #expect(example.text == fact.example, "the example is canonical")
        #expect(fact.path.allSatisfy { Keyword(rawValue: $0.name) == nil }, "a keyword can't be written as a name")
    }

    @Test func nearestNamesCountSwapsAsOneSlip() {
        #expect(editDistance("cuont", "count") == 1)
        #expect(editDistance("", "abc") == 3)
        #expect(editDistance("kitten", "sitting") == 3)
        #expect(nearestName(to: "zzzzzz", among: ["plan", "mrr"]) == nil)
    }
}
