import Model
import Postgres
import TestBed
import Testing

@testable import UsageIngest

@Suite struct PublisherTests {
    /// Only a round that published something holds back the next one, so it must say so, also where the marks filled
    /// its transactions exactly.
    @Test(arguments: [1, 500, 501])
    func aRoundSaysWhetherItPublished(marks: Int) async throws {
        try await TestDatabase.with { database in
            let publisher = Publisher(pool: try await database.pool(as: .usageIngest), logger: Ingest.quiet)
            #expect(try await !publisher.publishAll())
            try await database.owner.execute(
                "insert into usage.mark (subjects) select array[n] from generate_series(1, \(marks)) n")
            #expect(try await publisher.publishAll())
            #expect(try await database.owner.first("select from usage.mark") == nil)
            #expect(try await !publisher.publishAll())
        }
    }
}
