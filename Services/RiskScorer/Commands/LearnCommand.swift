import ArgumentParser
import Chassis
import Foundation
import Model
import Postgres

struct LearnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learn",
        abstract: "Learn from the losses of the past what signals weigh, and say how good that would have been.",
        discussion: """
            serve does so every week. Each of the last windows is foretold from those whose outcome was known before it; weights \
            that were learned are used where they are better than the experts' by more than chance. Without --use nothing is \
            changed.
            """)

    @Flag(help: "Use what was learned from now on.") var use = false

    func run() async throws {
        let use = use
        try await Runtime.oneShot(.riskScorer) { runtime in
            let reader = SnapshotReader(
                measuring: Measuring(signals: Signal.all, watched: .configured(runtime.settings)),
                rule: .configured(runtime.settings), pool: runtime.pool)
            let learning = Learning(reader: reader, pool: runtime.pool)
            let now = try await runtime.pool.withConnection { try await Moment.now(by: $0) }
            let outcome = try await learning.learn(asOf: now.at)
            print(Self.text(outcome))
            guard use else { return }
            try await runtime.pool.transaction { try await learning.use(outcome, in: $0) }
            try await FullPass.enqueue(in: runtime.pool)
            print("\n\(outcome.model.name) is used from now on; all accounts are being scored anew.")
        }
    }

    private static func text(_ outcome: Learning.Outcome) -> String {
        func number(_ value: Double?, _ digits: Int = 4) -> String {
            value.map { String(format: "%.\(digits)f", $0) } ?? "–"
        }
        return zip(outcome.reports, outcome.trials).map { report, trial in
            var lines = [
                "within \(report.horizon) days: \(report.losses) losses in \(report.rows) rows of \(report.windows) windows",
                "    weights: \(report.weights) (\(report.why))",
            ]
            for (name, side) in [("learned", trial.learned), ("expert", trial.expert)] {
                guard let judgement = side.judgement else { continue }
                lines.append(
                    "    \(name): AUC \(number(judgement.auc)) ± \(number(judgement.aucError)), log loss \(number(judgement.logLoss)), "
                        + "lift of the highest tenth \(number(judgement.lift10, 2)), slope \(number(judgement.slope, 2)), "
                        + "intercept \(number(judgement.intercept, 2))")
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
