/// Facts by name.
package struct FactRegistry: Sendable {
    /// In the order of the registry.
    package let facts: [Fact]
    private let byName: [String: Fact]

    /// Two facts of one name are a programming error and trap.
    package init(_ facts: [Fact]) {
        self.facts = facts
        byName = Dictionary(uniqueKeysWithValues: facts.map { ($0.name, $0) })
    }

    package subscript(name name: String) -> Fact? { byName[name] }

    package var names: [String] { facts.map(\.name) }
}
