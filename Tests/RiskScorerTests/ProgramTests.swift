import Chassis
import Foundation
import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// The executable, as operators call it.
struct ProgramTests {
    private func run(_ tenant: Tenant, _ words: [String]) async throws -> (exit: RunningProgram.Exit, output: String) {
        try await RunningProgram.run(
            "risk-scorer", words,
            environment: ["HOLDFAST_RISK_SCORER_DATABASE_URL": tenant.database.url(as: "holdfast_risk_scorer")])
    }

    @Test func scoresAreCSVAndNothingIsWritten() async throws {
        try await Tenant.with { tenant in
            try await tenant.account("acme, \"inc\"")
            try await tenant.account("beta")
            try await tenant.use("beta", 30...120)

            let (exit, output) = try await run(tenant, ["score"])
            #expect(exit == .code(0))
            let lines = output.split(separator: "\n")
            #expect(lines.count == 3 && lines[0] == "account_key,probability,probability_30,band,first_signal")
            #expect(lines[1].hasPrefix("\"acme, \"\"inc\"\"\",0.05") && lines[2].hasSuffix(",usage_drop"))

            let (_, one) = try await run(tenant, ["score", "--account", "beta", "--signals", "--as-of", "2020-01-01"])
            #expect(one.split(separator: "\n").count == 1 + Signal.all.count)
            #expect(one.contains("beta,inactivity,no_data"))
            #expect(try await tenant.number("select count(*) from risk.score") == 0)
        }
    }

    @Test(
        arguments: [
            (["score", "--as-of", "yesterday"], 64, "2026-05-28"), (["score", "--as-of", "2100-01-01"], 65, "future"),
            (["score", "--account", "nobody"], 65, "nobody"), (["signals"], 0, "usage_drop"),
        ] as [([String], Int32, String)])
    func wordsAreChecked(_ words: [String], _ code: Int32, _ says: String) async throws {
        try await Tenant.with { tenant in
            let (exit, output) = try await run(tenant, words)
            #expect(exit == .code(code))
            #expect(output.contains(says))
        }
    }

    @Test(arguments: [("Data Exported", ["Data Exported"]), (" A , B", ["A", "B"])])
    func namesOfEventsAreRead(_ text: String, _ names: [String]) throws {
        #expect(try SettingKind.names.read(text) == names)
    }

    @Test(arguments: ["", ",", " ", String(repeating: "x", count: 201)])
    func namesThatAreNoneAreRefused(_ text: String) {
        #expect(throws: SettingFault.self) { try SettingKind.names.read(text) }
    }
}
