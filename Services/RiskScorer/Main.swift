import ArgumentParser
import Chassis
import Model

@main
struct RiskScorer: AsyncParsableCommand {
    static let configuration = Chassis.command(
        .riskScorer,
        subcommands: [
            Serve.self, Migrate.self, ScoreCommand.self, SignalsCommand.self, BacktestCommand.self,
            PurchasesCommand.self, LossCommand.self, LearnCommand.self, VerdictCommand.self,
            OverrideCommand.self, ThresholdCommand.self, TimeCommand.self,
        ])
}
