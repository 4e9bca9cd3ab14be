import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import Scheduler

@Suite struct LoadingTests {
    @Test func `unchanged is a no-op, changed makes a version and says what is different`() async throws {
        try await Plan.with { plan in
            try await plan.segment("quiet")
            #expect(try await plan.load(Sample.chain).outcome == .created)
            #expect(try await plan.load(Sample.chain).outcome == .unchanged)
            #expect(try await plan.load("# A comment\n" + Sample.chain).outcome == .unchanged)
            #expect(try await plan.number("select count(*) from plan.playbook_version") == 1)
            #expect(try await plan.texts("select left(source, 11) from plan.playbook_version") == ["# A comment"])
            let source = Sample.chain.replacing("title: Chain", with: "title: Other\nholdout: 5 %")
                .replacing("for: 400 days", with: "for: 1 week")
                .replacing("message: second", with: "message: last")
            let changed = try await plan.load(source)
            #expect(changed.version == 2)
            #expect(
                changed.outcome
                    == .changed([
                        "holdout: none → {\"percent\":5,\"salt\":\"\"}", "title: “Chain” → “Other”",
                        "step pause: span changed",
                        "step last: new", "step second: gone",
                    ]))
            #expect(try await plan.load(source).outcome == .unchanged)
        }
    }

    @Test func `contacts is asked for segments that are missing or different`() async throws {
        let shipped = try String(contentsOfFile: Plan.shipped + "/win-back.yaml", encoding: .utf8)
        try await Plan.with { plan in
            #expect(try await plan.load(shipped).segments == ["win-back"])
            let asked = try await plan.texts(
                "select payload ->> 'expression' from queue.job where kind = 'segment.define'")
            #expect(
                asked == ["orders.count(3650 days) >= 4 and orders.span >= 180 days and orders.days_since_last > 90"])
            try await plan.run(
                """
                insert into crm.segment (key, name, expression, sources, changes_with_time)
                select payload ->> 'key', payload ->> 'name', payload ->> 'expression', '{orders}', true
                from queue.job where kind = 'segment.define'
                """)
            #expect(try await plan.load(shipped).segments == [])
            try await plan.run("update crm.segment set expression = 'tenure > 1 day'")
            #expect(try await plan.load(shipped).segments == ["win-back"])
        }
    }

    @Test func `a segment that nobody knows is a fault, with the nearest`() async throws {
        try await Plan.with { plan in
            try await plan.segment("quite")
            let playbook = try PlaybookReader.read(Sample.chain, file: "chain.yaml")
            let item = PlaybookFiles.Read(file: "chain.yaml", source: Sample.chain, playbook: playbook)
            let faults = try await plan.pool.withConnection {
                try await PlaybookReferences.unknownSegments([item], in: $0)
            }
            #expect(
                faults.map(\.description) == [
                    "chain.yaml:3: segment: there is no segment quiet; expected one that is under segments here, or that "
                        + "exists; nearest is quite"
                ])
        }
    }

    @Test func `the same playbook twice, and one segment defined in two ways, are faults`() throws {
        let segment = "segments:\n  - {key: s, name: S, expression: tenure > 1 day}\n"
        func read(_ file: String, _ source: String) throws -> PlaybookFiles.Read {
            .init(file: file, source: source, playbook: try PlaybookReader.read(source, file: file))
        }
        let one = try read("one", Sample.alert + "\n" + segment)
        let two = try read("two", Sample.alert + "\n" + segment.replacing("1 day", with: "2 days"))
        #expect(PlaybookReferences.clashes([one]) == [])
        #expect(PlaybookReferences.clashes([one, two]).map(\.key) == ["playbook", "segments"])
    }

    @Test func `loading at once by two is one version`() async throws {
        try await Plan.with { plan in
            try await plan.segment("hot")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try await plan.load(Sample.alert) } }
                try await group.waitForAll()
            }
            #expect(try await plan.number("select count(*) from plan.playbook_version") == 1)
        }
    }
}
