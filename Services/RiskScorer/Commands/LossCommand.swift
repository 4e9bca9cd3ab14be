import ArgumentParser
import Chassis
import Jobs
import Model
import Postgres

struct LossCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loss", abstract: "Say by hand that an account is lost.",
        discussion: """
            Losses are found by themselves where a contract ends or is cancelled, and, without contracts, where no order came for \
            HOLDFAST_RISK_LOST_AFTER_DAYS. This is for what neither shows. An order or a contract that begins later brings the \
            account back. report.lost_account lists all of them.
            """)

    @Argument(help: "The account's key.") var account: String
    @Option(help: "Key of the loss reason, such as price; report.loss_reason lists them.") var reason: String?
    @Option(help: "What was said.") var words: String?

    func run() async throws {
        let setting = LossSetting(accountKey: account, reason: reason, words: words)
        let account = account
        try await Runtime.oneShot(.riskScorer) { runtime in
            let losses = Losses(rule: .configured(runtime.settings))
            do {
                let isNew = try await runtime.pool.transaction { try await setting.apply(losses, in: $0) }
                print(isNew ? "\(account) is lost." : "\(account) was lost already.")
            } catch JobFailure.dead(let reason) {
                throw ProgramFailure(.badInput, reason)
            }
        }
    }
}
