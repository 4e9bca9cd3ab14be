/// Sebastiano Vigna's SplitMix64: the same seed gives the same numbers on every machine and under every release of Swift,
/// which the generators and distributions of the standard library do not promise.
struct SplitMix64: Sendable {
    private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A stream of its own for each path of numbers, such as (account 7, day 12): a draw added to one place of the story
    /// changes no other place.
    init(seed: UInt64, stream: Int...) {
        state = stream.reduce(Self.mixed(seed &+ Self.golden)) { mixed, number in
            Self.mixed(mixed &+ Self.golden &* (UInt64(bitPattern: Int64(number)) &+ 1))
        }
    }

    mutating func next() -> UInt64 {
        state &+= Self.golden
        return Self.mixed(state)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var bits = value
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
