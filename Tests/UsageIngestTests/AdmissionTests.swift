import Testing

@testable import UsageIngest

@Suite struct AdmissionTests {
    @Test func bodiesAreCountedAndPlacesComeBack() throws {
        let admission = Admission(mostBodies: 2, mostBytes: 100)
        var first = admission.enter(bytes: 10)
        let second = admission.enter(bytes: 10)
        #expect(first != nil && second != nil && admission.enter(bytes: 1) == nil)
        first = nil
        #expect(admission.bodies == 1)
        #expect(admission.enter(bytes: 1) != nil)
    }

    @Test func bytesAreCountedToo() throws {
        let admission = Admission(mostBodies: 10, mostBytes: 100)
        let first = try #require(admission.enter(bytes: 60))
        #expect(admission.enter(bytes: 41) == nil)
        let second = try #require(admission.enter(bytes: 30))
        #expect(first.holds(60) && first.holds(70) && !first.holds(71))
        withExtendedLifetime(second) {}
    }

    /// However much one key sends, there is room for another; bodies whose key comes late are one key until then.
    @Test func noKeyTakesAllPlaces() throws {
        let admission = Admission(mostBodies: 8, mostBytes: 1_000)
        var places = try (0..<6).map { _ in try #require(admission.enter(bytes: 1)) }
        #expect(places.map { $0.belongs(to: 1) } == Array(repeating: true, count: 6))
        let seventh = try #require(admission.enter(bytes: 1))
        #expect(
            !seventh.belongs(to: 1) && seventh.belongs(to: nil) && !seventh.belongs(to: 1) && seventh.belongs(to: 2))
        #expect(places[0].belongs(to: 1))
        places.removeLast()
        #expect(seventh.belongs(to: 1))
        places = []
        #expect(admission.bodies == 1)
        let more = try (0..<5).map { _ in try #require(admission.enter(bytes: 1)) }
        #expect(more.allSatisfy { $0.belongs(to: 1) })
        withExtendedLifetime((seventh, more)) {}
    }

    @Test func aBodyAloneIsAlwaysAdmitted() throws {
        let admission = Admission(mostBodies: 10, mostBytes: 100)
        let alone = try #require(admission.enter(bytes: 1_000))
        #expect(alone.holds(5_000))
        #expect(admission.enter(bytes: 1) == nil)
    }
}
