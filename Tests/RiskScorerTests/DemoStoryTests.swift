import Chassis
import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// What was planted in the demo is found, and what happened to everybody is nobody's risk.
struct DemoStoryTests {
    @Test(.timeLimit(.minutes(5))) func leavingAccountsRankAboveSteadyOnes() async throws {
        try await TestDatabase.with { database in
            let story = try await DemoStory.load(into: database)
            let truths = try story.truths()
            let rows = table(try await ScoreSheet().lines(try await .testing(database)))

            func scores(_ truth: Set<String>) -> [Double] {
                rows.compactMap { row in
                    guard let key = row["account_key"], truth.contains(truths[key] ?? "") else { return nil }
                    return row["probability"].flatMap(Double.init)
                }
            }
            let steady = scores(["steady"])
            #expect(steady.count == 180)
            for truth in ["fading", "gone_silent", "pays_without_using", "exported"] {
                let area = area(higher: scores([truth]), lower: steady)
                #expect(area >= 0.9, "\(truth): \(area)")
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func anOutageOfAllIsNobodysDrop() async throws {
        try await TestDatabase.with { database in
            let story = try await DemoStory.load(into: database)
            let truths = try story.truths()
            let runtime = try await Runtime.testing(database)
            let end = Date(timeIntervalSince1970: Double(story.outageLastDay.daysSince1970 + 1) * 86_400)

            func triggered(correctsByFleet: Bool) async throws -> Double {
                let sheet = ScoreSheet(time: end, showsSignals: true, correctsByFleet: correctsByFleet)
                let rows = table(try await sheet.lines(runtime))
                let steady = rows.filter { $0["signal"] == "usage_drop" && truths[$0["account_key"] ?? ""] == "steady" }
                try #require(steady.count == 180)
                let hits = steady.filter { (Double($0["value"] ?? "") ?? 0) >= 0.5 }
                return Double(hits.count) / 180
            }
            #expect(try await triggered(correctsByFleet: true) <= 0.02)
            #expect(try await triggered(correctsByFleet: false) > 0.02)
        }
    }

    /// Area under the ROC curve, ties counting half.
    private func area(higher: [Double], lower: [Double]) -> Double {
        var won = 0.0
        for left in higher { for right in lower { won += left > right ? 1 : left == right ? 0.5 : 0 } }
        return won / Double(higher.count * lower.count)
    }
}
