import Postgres
import TestBed
import Testing

@testable import Segments

@Suite struct MergeTests {
    /// dust was merged into core, core into bolt: two steps.
    private func merged(_ body: (Story) async throws -> Void) async throws {
        try await Story.with { story in
            try await story.account("acme", "bolt", "core", "dust")
            try await story.merge("dust", into: "core")
            try await story.merge("core", into: "bolt")
            try await story.order("dust", 100, ago: 3)
            try await story.order("acme", 100, ago: 3)
            try await body(story)
        }
    }

    @Test func factsReadThroughTheSurvivor() async throws {
        try await merged { story in
            #expect(try await story.select("orders.count(7 days) = 1") == "acme bolt")
            #expect(try await story.select("key = \"dust\"") == "", "a merged account is none")
            try await story.run("update crm.account set merged_into = null where key = 'core'")
            #expect(try await story.select("orders.count(7 days) = 1") == "acme core", "undone")
        }
    }

    @Test func restrictionFollowsTheMerge() async throws {
        try await merged { story in
            let (acme, bolt, dust) = (
                try await story.id("acme"), try await story.id("bolt"), try await story.id("dust")
            )
            for (ids, expected) in [([dust], "bolt"), ([bolt, dust], "bolt"), ([acme], "acme"), ([], ""), ([-1], "")] {
                #expect(try await story.select("orders.count(7 days) = 1", restrictedTo: ids) == expected)
                #expect(try await story.select("tenure > 1 day", restrictedTo: ids) == expected)
            }
            let segment = try Segment.compile("orders.count(7 days) = 1")
            for (id, expected) in [(dust, true), (bolt, true), (-1, false)] {
                let row = try await story.database.owner.first(try segment.predicateHolds(accountID: id))
                #expect(try row?["holds"] == expected)
            }
        }
    }

    @Test func aCircleEnds() async throws {
        try await merged { story in
            try await story.merge("bolt", into: "dust")
            #expect(try await story.select("orders.count(7 days) = 1") == "acme")
            #expect(try await story.select("orders.count(7 days) = 1", restrictedTo: [story.id("dust")]) == "")
        }
    }
}
