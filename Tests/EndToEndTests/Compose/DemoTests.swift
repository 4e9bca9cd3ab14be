import Foundation
import TestBed
import Testing

/// The first thing that a newcomer runs: `compose/up --demo`, from an empty folder to the ten accounts worth a call.
@Suite(.serialized, .timeLimit(.minutes(15))) struct DemoTests {
    @Test func upWithTheDemoFindsWhatWasPlantedAndSendsNothingTwice() async throws {
        try await Installation.with { installation in
            let up = try await installation.compose("up", "--demo", "--detach")
            try #require(up.status == 0, "\(up.output.suffix(8_000))")
            expectTenAccountsWithTasks(up.output)
            try await expectTheScoresToFindThePlanted(installation)
            try await expectEveryExportedAccountEnrolled(installation)
            try await expectASecondDemoToSendNothing(installation)
            let down = try await installation.compose("down", "--erase")
            #expect(down.status == 0 && !installation.has("env") && !installation.has("pg"), "\(down.output)")
        }
    }

    private func expectTenAccountsWithTasks(_ output: String) {
        let tasks = output.split(separator: "\n").filter { $0.hasPrefix("   task: ") }
        #expect(tasks.count == 10, "\(output.suffix(8_000))")
        #expect(tasks.filter { $0.contains("none is open") } == [], "\(output.suffix(8_000))")
    }

    /// By the script's own judgement, which asks the database as the narrow role does.
    private func expectTheScoresToFindThePlanted(_ installation: Installation) async throws {
        let judged = try await installation.script("environment_load && demo_judge --least 0.9")
        #expect(judged.status == 0 && judged.output.contains("AUC"), "\(judged.output)")
        let unreachable = try await installation.script("environment_load && demo_judge --least 1")
        #expect(unreachable.status != 0, "a judgement that can't fail is none: \(unreachable.output)")
    }

    private func expectEveryExportedAccountEnrolled(_ installation: Installation) async throws {
        let truth = try String(contentsOf: installation.state.appending(path: "demo/truth.csv"), encoding: .utf8)
        let planted = truth.split(separator: "\n").compactMap { line -> String? in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            return cells.count > 2 && cells[2] == "exported" ? String(cells[0]) : nil
        }
        let enrolled = try await installation.sql(
            "select account_key from report.enrollment where playbook = 'data-exported'", as: "HOLDFAST_REPORT_URL"
        ).split(separator: "\n").map(String.init)
        #expect(planted.count > 5)
        #expect(enrolled.sorted() == planted.sorted())
        // Each of them was told of by mail, and by a webhook that was signed though it went to nobody.
        let signed = try await installation.sql(
            """
            select count(distinct a.key) from notify.delivery d join crm.account a on a.id = d.account_id
            join notify.attempt t on t.delivery_id = d.id
            where d.channel = 'webhook' and d.sandbox and d.state = 'delivered' and t.signature ~ '^v1,[A-Za-z0-9+/]{43}=$'
            """)
        #expect(signed == String(planted.count))
    }

    private func expectASecondDemoToSendNothing(_ installation: Installation) async throws {
        let counts = """
            select (select count(*) from usage.event), (select sum(count) from usage.daily), (select count(*) from crm.account_order),
                (select count(*) from plan.task), (select count(*) from plan.message), (select count(*) from notify.attempt)
            """
        let before = try await installation.sql(counts)
        let again = try await installation.compose("up", "--demo", "--detach")
        #expect(again.status == 0 && again.output.contains("nothing is sent again"), "\(again.output.suffix(8_000))")
        expectTenAccountsWithTasks(again.output)
        #expect(try await installation.sql(counts) == before)
    }
}
