import Postgres
import TestBed
import Testing
import Foundation
import Model

@testable import Segments

@Suite struct EveryFactTests {
    /// Each fact's example, for all accounts and for some, now and as of a past time, as each service that reads facts.
    @Test(arguments: [ServiceName.contacts, .riskScorer, .scheduler])
    func runs(as service: ServiceName) async throws {
        try await Story.with { story in
            try await story.account("acme", "bolt")
            let ids = [try await story.id("acme")]
            let pool = try await story.database.pool(as: service)
            for fact in FactRegistry.all.facts {
                let all = try await story.select(fact.example, as: pool)
                let one = try await story.select(fact.example, restrictedTo: ids, as: pool)
                #expect(one == (all.contains("acme") ? "acme" : ""), "\(fact.name)")
                if fact.historised { _ = try await story.select(fact.example, asOf: 3, restrictedTo: ids, as: pool) }
            }
        }
    }

    /// All facts in one expression share their joins: one for each kind of rows.
    @Test func shareJoins() async throws {
        try await Story.with { story in
            try await story.account("acme")
            let text = FactRegistry.all.facts.map { "(\($0.example))" }.joined(separator: " or ")
            let statement = try Segment.compile(text).select().description
            #expect(statement.matches(of: /left join \(/).count == 22)
            #expect(statement.matches(of: /usage\.daily_part/).count == 1)
            #expect(try await story.select(text) == "acme")
        }
    }
}
