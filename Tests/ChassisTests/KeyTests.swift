@testable import Chassis
import Testing

@Suite struct KeyTests {
    @Test func keysAreLongRandomAndTellTheirScope() {
        let keys = (0..<200).map { _ in Key.make(.write) }
        #expect(Set(keys.map(\.plaintext)).count == 200)
        for key in keys {
            #expect(key.plaintext.hasPrefix("hf_write_") && key.plaintext.count == 41)
            #expect(Key.isWellFormed(key.plaintext) && key.hash.count == 32 && key.hash == Key.hash(of: key.plaintext))
            #expect(!Redaction.clean("x \(key.plaintext) y").contains(key.plaintext))
        }
    }

    @Test(arguments: [
        "", "hf_", "abc", "hf_write_ä23456789012", "hf_write_" + String(repeating: "a", count: 200),
        "hf_api_a b c d e f",
    ])
    func whatCannotBeAKeyIsNotAskedFor(_ text: String) {
        #expect(!Key.isWellFormed(text))
    }

    @Test(arguments: [
        ("Bearer k", "k"), ("bearer   k", "k"), ("Basic aGZfYTo=", "hf_a"), ("Basic aGZfYTpw", "hf_a"),
        ("Basic !!", nil), ("Digest k", nil), ("Bearer", nil), ("Bearer ", nil), (nil, nil), ("Basic OnA=", nil),
    ])
    func keyIsReadOutOfTheHeader(_ header: String?, _ expected: String?) {
        #expect(AuthorizationHeader.key(in: header) == expected)
    }

    @Test func cacheBelievesForAWhileAndForgetsTheEldest() {
        var cache = KeyCache(capacity: 2)
        let identity = KeyIdentity(id: 1, scope: .api, expiresAt: nil)
        let now = ContinuousClock.now
        cache.note(identity, for: [0], at: now)
        for byte in UInt8(1)...100 { cache.note(nil, for: [byte], at: now) }
        func isValid(_ key: UInt8, _ seconds: Double) -> Bool {
            if case .valid = cache.answer([key], at: now + .seconds(seconds)) { true } else { false }
        }
        func isUnknown(_ key: UInt8, _ seconds: Double) -> Bool {
            if case .unknown = cache.answer([key], at: now + .seconds(seconds)) { true } else { false }
        }
        #expect(isValid(0, 29.9) && !isValid(0, 30))
        #expect(isUnknown(99, 9.9) && isUnknown(100, 9.9) && !isUnknown(98, 0) && !isUnknown(100, 10))
    }

    @Test func boundedCacheNeverGrows() {
        var cache = BoundedCache<Int>(capacity: 3)
        let now = ContinuousClock.now
        for number in 0..<1_000 { cache.set(number, for: [UInt8(number % 7)], until: now + .seconds(1)) }
        #expect(cache.count == 3)
    }
}
