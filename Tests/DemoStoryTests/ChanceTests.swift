import Testing

@testable import DemoStory

@Suite struct ChanceTests {
    @Test func `SplitMix64 gives the published numbers`() {
        var random = SplitMix64(seed: 1_234_567)
        let numbers = (0..<5).map { _ in random.next() }
        #expect(
            numbers == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test func `each stream is its own`() {
        let paths = [
            SplitMix64(seed: 1, stream: 5, 1, 2), SplitMix64(seed: 1, stream: 5, 2, 1),
            SplitMix64(seed: 2, stream: 5, 1, 2), SplitMix64(seed: 1, stream: 5, 1),
            SplitMix64(seed: 1, stream: 4, 1, 2),
        ]
        let firsts = paths.map { path in
            var path = path
            return path.next()
        }
        #expect(Set(firsts).count == paths.count)
    }

    @Test func `whole numbers reach every member of their range about equally often`() {
        var random = SplitMix64(seed: 3)
        var counts = [Int: Int]()
        for _ in 0..<7_000 { counts[random.whole(-3...3), default: 0] += 1 }
        #expect(counts.keys.sorted() == Array(-3...3))
        #expect(counts.values.allSatisfy { (850...1_150).contains($0) })
    }

    @Test(arguments: [0.0, 0.3, 4, 30, 95]) func `Poisson has its mean as variance`(mean: Double) {
        var random = SplitMix64(seed: 4)
        let draws = (0..<20_000).map { _ in Double(random.poisson(mean)) }
        let average = draws.reduce(0, +) / Double(draws.count)
        let variance = draws.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(draws.count)
        #expect(abs(average - mean) <= 0.03 * mean)
        #expect(abs(variance - mean) <= 0.06 * mean)
    }

    @Test func `the normal has mean 0 and variance 1`() {
        var random = SplitMix64(seed: 5)
        let draws = (0..<20_000).map { _ in random.normal() }
        let average = draws.reduce(0, +) / 20_000
        #expect(abs(average) < 0.03)
        #expect(abs(draws.reduce(0) { $0 + $1 * $1 } / 20_000 - 1) < 0.05)
    }

    @Test func `weights decide how often an index comes`() {
        var random = SplitMix64(seed: 6)
        var counts = [0, 0, 0]
        for _ in 0..<10_000 { counts[random.index(by: [1, 0, 3])] += 1 }
        #expect(counts[1] == 0)
        #expect((2_300...2_700).contains(counts[0]))
    }

    @Test func `shuffling keeps every member and moves most`() {
        var random = SplitMix64(seed: 7)
        let shuffled = random.shuffled(Array(0..<100))
        #expect(shuffled.sorted() == Array(0..<100))
        #expect(zip(shuffled, 0..<100).filter { $0 == $1 }.count < 10)
    }
}
