import ArgumentParser
import Foundation
import TestBed

struct Chaos: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Faults of eight kinds over real workers and a PostgreSQL of its own, with exact accounting after each.")

    @Option(help: "How long each scenario's faults go on.") var seconds = 30.0
    @Option(help: "Only this scenario.") var only: String?
    @Flag(help: "End with code 1 where a scenario does not pass.") var strict = false

    struct Outcome: Encodable {
        let lost: Int
        let stale_accepted: Int
        let recovery_p99_s: Double
        let scenarios_passed: Int
        let scenarios: [Account]
    }

    func run() async throws {
        let scenarios = Scenario.all.filter { only == nil || $0.name == only }
        guard !scenarios.isEmpty else {
            throw ValidationError("there is none; there are \(Scenario.all.map(\.name).joined(separator: ", "))")
        }
        let accounts = try await PrivateCluster.with { cluster in
            var accounts: [Account] = []
            for scenario in scenarios {
                let account = try await ChaosBed.run(scenario, on: cluster, for: seconds)
                accounts.append(account)
                FileHandle.standardError.write(Data("\(account.line)\n".utf8))
            }
            return accounts
        }
        let recoveries = accounts.flatMap(\.recoveries)
        try Outcome(
            lost: accounts.reduce(0) { $0 + $1.lost }, stale_accepted: accounts.reduce(0) { $0 + $1.stale_accepted },
            recovery_p99_s: recoveries.isEmpty ? 0 : recoveries.percentile(0.99),
            scenarios_passed: accounts.count { $0.passed },
            scenarios: accounts
        ).print()
        if strict, accounts.contains(where: { !$0.passed }) { throw ExitCode(1) }
    }
}
