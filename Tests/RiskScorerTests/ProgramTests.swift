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

    private func shell(_ command: String, _ file: String) async throws -> (exit: RunningProgram.Exit, output: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "backtest-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(file.utf8).write(to: folder.appending(path: "t.csv"))
        let line = "cd '\(folder.path)'; " + command.replacing("RISK", with: try RunningProgram.path("risk-scorer"))
        return try await RunningProgram.run("/bin/sh", ["-c", line])
    }

    /// What is read may be a pipe, what is written a device or a pipe; what can't be written is no success.
    @Test(
        arguments: [
            (
                "cat t.csv | RISK backtest --table /dev/stdin --label lost=yes --folds 2", 0,
                "rows                       40"
            ),
            ("RISK backtest --table . --label lost=yes", 65, ". is a folder"),
            ("RISK backtest --table gone.csv --label lost=yes", 65, "There is no file gone.csv"),
            ("RISK backtest --table t.csv --label lost=yes > /dev/full", 75, "Standard output can't be written"),
            ("RISK backtest --table t.csv --label lost=yes --html /dev/full", 65, "No space left"),
            (
                "mkfifo p; cat p > q & RISK backtest --table t.csv --label lost=yes --html p; wait; test -p p && head -1 q",
                0, "<!doctype html>"
            ),
            ("RISK backtest --table t.csv --label lost=yes | head -1", 0, "rows                       40"),
            (
                "RISK backtest --table t.csv --label lost=yes --horizon 60d", 64,
                "--horizon goes with --history and --orders"
            ),
            ("RISK backtest --history --as-of 2026-01-01", 64, "--as-of goes with --orders, not with --history"),
            ("RISK backtest --table t.csv --label lost=yes --folds -3", 65, "--folds -3: expected 2 to 1000"),
            ("RISK backtest --table t.csv --label lost=yes --folds 3 --fold-column x", 64, "not both"),
        ] as [(String, Int32, String)])
    func filesAreReadAndWrittenAsTheyAre(_ command: String, _ status: Int32, _ says: String) async throws {
        let rows = (1...40).map { "\($0 * 7 % 11),\($0 % 4 == 0 ? "yes" : "no")" }
        let found = try await shell(command, "x,lost\n" + rows.joined(separator: "\n") + "\n")
        #expect(found.exit == .code(status) && found.output.contains(says), "\(found.exit): \(found.output)")
    }

    /// An order of tomorrow's does not move the end of what is looked at; refunds are named.
    @Test func purchasesEndWithTheLastOrderThatIsNotAhead() async throws {
        var lines = ["c,d,a"]
        for customer in 0..<60 {
            for month in 1...(1 + customer % 5) {
                lines.append("\(customer),2025-0\(month)-1\(customer % 10),\(20 + customer)")
            }
        }
        lines += ["1,2099-12-30,5", "2,2025-05-20,-3"]
        let command = "RISK purchases fit t.csv --customer c --date d --amount a --predict 39w --json"
        let (exit, output) = try await shell(command, lines.joined(separator: "\n"))
        #expect(exit == .code(0) && output.contains(#""until":"2025-05-20""#), "\(output)")
        #expect(output.contains("orders that lie in the future were left out") && output.contains("refunds, of 1 days"))
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
