import Testing

@testable import DemoStory

@Suite struct JudgementTests {
    @Test(arguments: [
        ([0.9, 0.8], [0.1, 0.2], 1.0), ([0.1, 0.2], [0.9, 0.8], 0.0), ([0.5], [0.5], 0.5),
        ([0.3, 0.3], [0.3, 0.3], 0.5), ([0.5, 0.9], [0.5, 0.1], 0.875), ([0.2, 0.8], [0.5], 0.5),
        ([0.7], [0.1, 0.7, 0.9], 0.5),
    ]) func `the area counts pairs in order, ties by half`(higher: [Double], lower: [Double], area: Double) {
        #expect(areaUnderCurve(higher: higher, lower: lower) == area)
    }

    @Test func `the area agrees with counting every pair`() throws {
        var random = SplitMix64(seed: 8)
        let higher = (0..<60).map { _ in Double(random.whole(2...12)) / 12 }
        let lower = (0..<90).map { _ in Double(random.whole(0...10)) / 12 }
        let wins = higher.reduce(0) { sum, high in
            sum + lower.reduce(0) { $0 + (high > $1 ? 1 : high == $1 ? 0.5 : 0) }
        }
        let area = try #require(areaUnderCurve(higher: higher, lower: lower))
        #expect(abs(area - wins / 5_400) < 1e-12)
    }

    @Test func `without both sides, or with a score that is no number, there is no area`() {
        #expect(areaUnderCurve(higher: [], lower: [0.1]) == nil)
        #expect(areaUnderCurve(higher: [0.1], lower: []) == nil)
        #expect(areaUnderCurve(higher: [.nan], lower: [0.1]) == nil)
    }

    static let truth = """
        account_key,story,truth,since
        org-1,saas,steady,
        org-2,saas,fading,2026-10-10
        org-3,saas,growing,
        org-4,saas,steady,
        org-5,saas,exported,2026-11-22
        """

    @Test func `leaving accounts are judged against the steady ones, growing ones left out`() throws {
        let scores = "account_key,probability\norg-1,0.1\norg-2,0.6\norg-3,0.99\norg-4,0.3\norg-5,0.2\n00004,0.7\n"
        let judgement = try Judgement(truth: Self.truth, scores: scores)
        #expect(judgement.area == 0.75)
        #expect(judgement.byTruth.map(\.truth) == [.fading, .exported])
        #expect(judgement.byTruth.map(\.area) == [1, 0.5])
        #expect(judgement.lines.first == "AUC of leaving against 2 steady accounts: 0.7500")
    }

    @Test(arguments: [
        ("org-1,0.1\norg-2,0.6\norg-3,0.9\norg-4,0.3\n", "1 planted accounts have no score, such as org-5"),
        ("org-1,1.5\n", "no probability"), ("org-1,nan\n", "no probability"), ("org-1,0.1\norg-1,0.2\n", "twice"),
    ]) func `scores that don't fit are refused`(lines: String, said: String) {
        let refusal = #expect(throws: Refusal.self) {
            try Judgement(truth: Self.truth, scores: "account_key,probability\n" + lines)
        }
        #expect(refusal?.description.contains(said) == true)
    }
}
