import ArgumentParser
import Chassis
import Jobs
import Model
import Postgres

struct VerdictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verdict", abstract: "Say whether an account's score was right.",
        discussion: "report.signal_precision shows how often each signal was.")

    @Argument(help: "The account's key.") var account: String
    @Argument(help: "right, false_alarm, or known where it was true and no news.") var verdict: String
    @Option(help: "Who says so.") var by: String
    @Option(help: "What there is to say.") var words: String?

    func run() async throws {
        let addition = VerdictAddition(accountKey: account, verdict: verdict, by: by, words: words)
        try await Runtime.oneShot(.riskScorer) { runtime in
            try await refusing { try await runtime.pool.transaction { try await addition.apply(in: $0) } }
        }
        print("Noted.")
    }
}

struct OverrideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "override", abstract: "Set an account's band by hand, for a while.",
        discussion: "The probability stays what it is. Without a band the score counts again at once.")

    @Argument(help: "The account's key.") var account: String
    @Argument(help: "low, medium or high.") var band: String?
    @Option(help: "What the scorer does not know.") var why: String?
    @Option(help: "Who says so.") var by: String
    @Option(help: "A day, such as 2026-05-31; a month from now unless said otherwise.") var until: String?

    func run() async throws {
        let setting = OverrideSetting(accountKey: account, band: band, why: why, by: by, until: until)
        try await Runtime.oneShot(.riskScorer) { runtime in
            try await refusing {
                try await runtime.pool.transaction { connection in
                    let account = try await setting.apply(in: connection)
                    try await Queue.enqueue(
                        Topic.accountChanged.rawValue, on: ServiceName.riskScorer.queue,
                        AccountsTouched(accounts: [account]),
                        in: connection)
                }
            }
        }
        print(band == nil ? "The score of \(account) counts again." : "\(account) is \(band ?? "").")
    }
}

/// Says what a command was refused for as its end.
private func refusing(_ body: () async throws -> Void) async throws {
    do { try await body() } catch JobFailure.dead(let reason) { throw ProgramFailure(.badInput, reason) }
}
