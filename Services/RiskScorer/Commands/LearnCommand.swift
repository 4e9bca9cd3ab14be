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
            that were learned are used where they are better than the experts' by more than chance. Customers with a contract and \
            those who order without one are learned each by themselves. Without --use nothing is changed. --experts puts the \
            experts' weights and base rates back; HOLDFAST_RISK_LEARNING=off keeps serve from learning anew.
            """)

    @Flag(help: "Use what was learned from now on.") var use = false
    @Flag(help: "Use what the experts state from now on, and learn nothing.") var experts = false

    func validate() throws {
        if use, experts { throw ValidationError("give --use or --experts, not both") }
    }

    func run() async throws {
        let (use, experts) = (use, experts)
        try await Runtime.oneShot(.riskScorer) { runtime in
            if experts {
                let nothing = try JSONText(encoding: [Learning.Report]())
                _ = try await runtime.pool.transaction {
                    try await Catalogue.use(.expert, learnedFrom: nothing, in: $0)
                }
                try await FullPass.enqueue(in: runtime.pool)
                return print("\(RiskModel.expert.name) is used from now on; all accounts are being scored anew.")
            }
            let reader = SnapshotReader(measuring: .configured(runtime.settings), pool: runtime.pool)
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

    /// What weighs anything, the heaviest first, in log odds at value 1.
    private static func weights(_ learned: RiskModel.Learned) -> String {
        let alone = learned.weights.map { ($0.key, $0.value) }
        let pairs = learned.pairs.map { ("\($0.first) with \($0.second)", $0.weight) }
        let heavy = (alone + pairs).filter { $0.1 >= 0.05 }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        let words = heavy.map { "\($0.0) \(String(format: "%.1f", $0.1))" }
        return "log odds: \(String(format: "%.1f", learned.intercept)) to begin with, \(words.joined(separator: ", "))"
    }

    private static func text(_ outcome: Learning.Outcome) -> String {
        func number(_ value: Double?, _ digits: Int = 4) -> String {
            value.map { String(format: "%.\(digits)f", $0) } ?? "–"
        }
        return zip(outcome.reports, outcome.trials).map { report, trial in
            var lines = [
                "customers with \(report.customers == .contract ? "a contract" : "orders alone"), within \(report.horizon) days: "
                    + "\(report.losses) accounts lost, in \(report.rows) rows of \(report.windows) windows",
                "    weights: \(report.weights) (\(report.why))",
            ]
            for (name, judgement) in trial.judgements {
                lines.append(
                    "    \(name): AUC \(number(judgement.auc)) ± \(number(judgement.aucError)), log loss \(number(judgement.logLoss)), "
                        + "lift of the highest tenth \(number(judgement.lift10, 2)), slope \(number(judgement.slope, 2)), "
                        + "intercept \(number(judgement.intercept, 2))")
            }
            let place = RiskModel.place(report.customers, Horizon(rawValue: report.horizon) ?? .quarter)
            if let learned = outcome.model.parameters.learned?[place] { lines.append("    " + weights(learned)) }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
