import Chassis
import Postgres
import TestBed
import Testing

@testable import UsageIngest

/// Roll-ups before, while and after they are folded.
@Suite struct FoldingTests {
    private static func folding(_ ingest: Ingest) async throws -> Folding {
        let pool = ingest.runtime.pool
        return Folding(pool: pool, keptDays: try await KeptDays(pool: pool, logger: Ingest.quiet), logger: Ingest.quiet)
    }

    @Test func foldingChangesNothingThatIsSaid() async throws {
        try await Ingest.with { ingest in
            let folding = try await Self.folding(ingest)
            for round in 1...3 {
                let calls = (0..<100).map { track("e\($0 % 2)", id: "m\(round)-\($0)", user: nil, group: "g\($0 % 5)") }
                _ = try await ingest.post("/v1/batch", batch(calls))
                #expect(try await ingest.count("select count(*) from usage.daily_delta") > 0)
                try await folding.foldAll()
                #expect(try await ingest.count("select count(*) from usage.daily_delta") == 0)
                #expect(try await ingest.count("select sum(count)::bigint from usage.daily_folded") == round * 100)
                #expect(try await ingest.dailyDiffersFromRecount() == 0)
            }
            #expect(try await ingest.count("select count(*) from usage.daily_folded") == 10)
        }
    }

    @Test func manyFoldAtOnceAndEachRowOnce() async throws {
        try await Ingest.with { ingest in
            let folding = try await Self.folding(ingest)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<4 {
                    group.addTask {
                        for round in 0..<5 {
                            let calls = (0..<80).map { track(id: "\(client)-\(round)-\($0)", group: "g\($0 % 7)") }
                            _ = try await ingest.post("/v1/batch", batch(calls))
                            try await folding.foldAll()
                            #expect(try await ingest.dailyDiffersFromRecount() == 0)
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await folding.foldAll()
            #expect(try await ingest.count("select sum(count)::bigint from usage.daily_folded") == 1_600)
            #expect(try await ingest.count("select count(*) from usage.daily_delta") == 0)
        }
    }

    /// A sum begins or ends in the middle of a day: what has none takes nothing from what has one.
    @Test func whatHasNoSumLeavesASumAsItIs() async throws {
        try await Ingest.with { ingest in
            let folding = try await Self.folding(ingest)
            for amounts in [[nil, "2.5"], ["1", nil], [nil, nil]] as [[String?]] {
                for (subject, amount) in zip([Int64(1), 2], amounts) {
                    try await ingest.database.owner.execute(
                        """
                        insert into usage.daily_delta (subject_id, day, event, known_on, count, amount)
                        values (\(subject), current_date, 'e', current_date, 1, \(amount)::text::numeric)
                        """)
                }
                try await folding.foldAll()
            }
            #expect(try await ingest.count("select sum(count)::bigint from usage.daily_folded") == 6)
            let sums: SQL = "select count(*) from usage.daily_folded where (subject_id, amount) in ((1, 1), (2, 2.5))"
            #expect(try await ingest.count(sums) == 2)
        }
    }

    /// Its partition was dropped between the commit and the folding: the day is over, and must not stop all others.
    @Test func aDayThatIsNoLongerKeptIsLeftOut() async throws {
        try await Ingest.with { ingest in
            try await ingest.database.owner.execute(
                """
                insert into usage.daily_delta (subject_id, day, event, known_on, count)
                values (1, '1999-01-01', 'e', '1999-01-01', 5), (1, current_date, 'e', current_date, 2)
                """)
            try await Self.folding(ingest).foldAll()
            #expect(try await ingest.count("select sum(count)::bigint from usage.daily") == 2)
        }
    }
}
