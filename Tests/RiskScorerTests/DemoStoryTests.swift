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
            let rows = table(try await ScoreSheet().lines(try await Tenant(database: database).runtime()))

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
            let runtime = try await Tenant(database: database).runtime()
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

    @Test(.timeLimit(.minutes(5))) func customersWhoWontOrderAgainRankHigh() async throws {
        try await TestDatabase.with { database in
            let story = try await DemoStory.load(into: database, usage: false)
            // 90 days before the end: what came after is known to the test alone.
            let then = Date(timeIntervalSince1970: Double(story.today.daysSince1970 - 90) * 86_400)
            let runtime = try await Tenant(database: database).runtime()
            let rows = table(try await ScoreSheet(time: then).lines(runtime))
            let back = Set<String>(
                try await database.owner.query(
                    """
                    select distinct a.key from crm.account_order o join crm.account a on a.id = o.account_id
                    where o.occurred_at > \(then)
                    """
                ).map { try $0["key"] })
            let shop = rows.filter { !($0["account_key"] ?? "").hasPrefix("org-") }
            func probabilities(_ isBack: Bool) -> [Double] {
                shop.filter { back.contains($0["account_key"] ?? "") == isBack }.compactMap {
                    Double($0["probability"] ?? "")
                }
            }
            try #require(probabilities(true).count > 100)
            let area = area(higher: probabilities(false), lower: probabilities(true))
            #expect(area >= 0.75, "\(area)")
        }
    }

    /// Area under the ROC curve, ties counting half.
    private func area(higher: [Double], lower: [Double]) -> Double {
        var won = 0.0
        for left in higher { for right in lower { won += left > right ? 1 : left == right ? 0.5 : 0 } }
        return won / Double(higher.count * lower.count)
    }
}
