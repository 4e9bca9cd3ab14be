import ArgumentParser
import Chassis
import Foundation
import Model

struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Print the scores of accounts as CSV, now or as of a past time. Writes nothing.",
        discussion: """
            Columns: account_key, probability (of 90 days), probability_30, band, first_signal, by the model that is in use now. With --signals: account_key, \
            signal, status, value, evidence. A past score knows what was known by then. Signals from outside (plugins and \
            views) are measured by serve alone and are left out, so an account that has one is scored otherwise there.
            """)

    @Option(help: "As of this time, ISO 8601 (2026-05-28T12:00:00Z); a day (2026-05-28) means its end, in UTC.")
    var asOf: String?
    @Option(help: "Only the account with this key.")
    var account: String?
    @Flag(help: "Print what the signals measured instead of the scores.")
    var signals = false
    @Flag(help: "Do not subtract what happened to the whole fleet from an account's change of usage.")
    var noFleetCorrection = false

    func run() async throws {
        let time = try asOf.map { text in
            guard let time = ScoreSheet.time(text) else {
                throw ValidationError("--as-of \(text) is no time such as 2026-05-28 or 2026-05-28T12:00:00Z")
            }
            return time
        }
        let sheet = ScoreSheet(
            time: time, account: account, showsSignals: signals, correctsByFleet: !noFleetCorrection)
        try await Runtime.oneShot(.riskScorer) { runtime in
            let lines = try await sheet.lines(runtime)
            FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8))
        }
    }
}
