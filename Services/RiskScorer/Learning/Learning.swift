import Chassis
import Foundation
import Jobs
import Logging
import Model
import Postgres

/// Learns a model from the history of the database and puts it to use.
struct Learning: Sendable {
    static let kind = "model.learn"
    /// In `risk.daily_pass`.
    static let pass = "learning"
    /// The cut-offs of bands: so many are high and at least medium on the last day, but none below so many times the base odds.
    /// Whoever is lost more likely than not is medium at least, whoever nearly surely is high.
    static let highShare = 0.05
    static let mediumShare = 0.2
    static let highLift = 2.0
    static let mediumLift = 1.2
    static let surelyHigh = 0.9
    static let surelyMedium = 0.5

    let reader: SnapshotReader
    let pool: PostgresPool

    private var learner: SignalLearner {
        SignalLearner(signals: reader.measuring.signals.map(\.name), expert: .expert)
    }

    /// What came of it, by kind of customers and horizon.
    struct Outcome: Sendable {
        let model: RiskModel
        let trials: [Trial]
        let reports: [Report]
    }

    /// What `risk.model.learned_from` says of one kind of customers and one horizon.
    struct Report: Sendable, Codable {
        let customers: Standing.Kind
        let horizon: Int16
        let windows: Int
        let rows: Int
        /// Accounts that were lost; of each there may be several rows.
        let losses: Int
        /// `learned`, `pairs` with what two signals say together, `expert` with a base rate of one's own, or `stated` where there were too few losses for that.
        let weights: String
        let why: String
    }

    private static let places = Standing.Kind.allCases.flatMap { kind in Horizon.allCases.map { (kind, $0) } }

    /// Learns as of now, without putting anything to use.
    func learn(asOf now: Date) async throws -> Outcome {
        let snapshots = try await reader.read(asOf: now)
        let learner = learner
        var learned: [String: RiskModel.Learned] = [:]
        var bands = RiskModel.expert.parameters.bands
        var (trials, reports) = ([Trial](), [Report]())
        for (kind, horizon) in Self.places {
            let own = snapshots.of(kind)
            let rows = own.matured(horizon)
            let losses = SignalLearner.lost(rows, horizon)
            let trial = Trial(own, horizon, learner)
            let place = RiskModel.place(kind, horizon)
            let isPromoted = trial.isPromoted
            if losses >= SignalLearner.fewestForBase, rows.contains(where: { $0.isLost[horizon] == false }) {
                let model =
                    (trial.isChallengerPromoted ? learner.learnBoth(rows, horizon).challenger : nil)
                    ?? (isPromoted ? learner.learn(rows, horizon) : learner.calibrated(rows, horizon))
                learned[place] = model
                bands[place] = Self.bands(rows, horizon, model, learner)
            }
            trials.append(trial)
            reports.append(
                Report(
                    customers: kind, horizon: horizon.rawValue, windows: Set(rows.map(\.asOf)).count, rows: rows.count,
                    losses: losses,
                    weights: learned[place].map { $0.pairs.isEmpty ? isPromoted ? "learned" : "expert" : "pairs" }
                        ?? "stated",
                    why: Self.why(losses, trial, isPromoted)))
        }
        var parameters = RiskModel.expert.parameters
        (parameters.bands, parameters.learned) = (bands, learned.isEmpty ? nil : learned)
        let stamp = now.formatted(
            .iso8601.year().month().day().dateSeparator(.omitted).time(includingFractionalSeconds: false).timeSeparator(
                .omitted))
        let model = RiskModel(
            name: learned.isEmpty ? RiskModel.expert.name : "learned-\(stamp)",
            parameters: parameters)
        return Outcome(model: model, trials: trials, reports: reports)
    }

    private static func why(_ losses: Int, _ trial: Trial, _ isPromoted: Bool) -> String {
        if losses < SignalLearner.fewestForBase {
            return "fewer than \(SignalLearner.fewestForBase) losses say nothing of a base rate"
        }
        guard let learned = trial.judgement(trial.learned), let expert = trial.judgement(trial.expert) else {
            return "no window could be foretold from at least \(Trial.fewestLosses) losses before it"
        }
        let figures = String(
            format: "log loss %.4f against %.4f of the experts', better in %d of %d windows", learned.logLoss,
            expert.logLoss,
            trial.won, trial.judged)
        return isPromoted ? figures : figures + ": not by enough"
    }

    private static func bands(
        _ rows: [Snapshots.Row], _ horizon: Horizon, _ model: RiskModel.Learned, _ learner: SignalLearner
    ) -> Band.CutOffs {
        let last = rows.map(\.asOf.daysSince1970).max() ?? 0
        let said = learner.logits(rows.filter { $0.asOf.daysSince1970 == last }, model).map(SpecialFunctions.logistic)
            .sorted()
        let rate = Double(rows.count { $0.isLost[horizon] == true }) / Double(max(rows.count, 1))
        func cutOff(_ share: Double, _ lift: Double) -> Double {
            let place = min(said.count - 1, max(0, Int(Double(said.count) * (1 - share))))
            return max(said.isEmpty ? 0 : said[place], lift * rate / (1 - rate + lift * rate))
        }
        let high = min(cutOff(highShare, highLift), surelyHigh)
        return Band.CutOffs(
            medium: min(cutOff(mediumShare, mediumLift), high, surelyMedium), high: high, leave: 0.8)
    }

    // MARK: Use

    /// Learns, judges what was said before, and has all accounts scored anew.
    func run(_ job: Job) async throws {
        let now = try await pool.withConnection { try await Moment.now(by: $0) }
        let outcome = try await learn(asOf: now.at)
        for report in outcome.reports {
            job.logger.info(
                "learned from losses",
                metadata: [
                    "customers": "\(report.customers.rawValue)", "horizon": "\(report.horizon)",
                    "rows": "\(report.rows)", "losses": "\(report.losses)",
                    "weights": "\(report.weights)", "why": "\(report.why)",
                ])
        }
        // On its own: a model is not to wait for what earlier ones are worth.
        try await pool.transaction(timeout: .seconds(600)) { connection in
            try await Evaluation.live(reader, now: now, in: connection)
        }
        try await job.transaction { connection in
            try await use(outcome, in: connection)
            try await connection.execute(
                """
                insert into risk.daily_pass (pass, day, accounts) values (\(Self.pass), \(now.today), \(Int64(outcome.reports.count)))
                on conflict (pass) do update set day = excluded.day, accounts = excluded.accounts, done_at = now()
                """)
            try await Queue.enqueue(
                FullPass.kind, on: ServiceName.riskScorer.queue, [String: String](), uniqueKey: FullPass.kind,
                scope: .waiting, in: connection)
        }
    }

    /// Whether nothing was learned yet and there is something to learn from.
    static func isDue(in connection: PostgresConnection) async throws -> Bool {
        try await connection.first(
            """
            select where not exists (select from risk.model where \(fragment: Catalogue.isLearned))
                and (select count(*) from (
                    select from risk.loss where kind <> 'asleep' limit \(SignalLearner.fewestForBase)) l) = \(SignalLearner.fewestForBase)
            """) != nil
    }

    /// Writes the model down and has everybody use it, with a pass over all accounts.
    func use(_ outcome: Outcome, in connection: PostgresConnection) async throws {
        let id = try await Catalogue.use(
            outcome.model, learnedFrom: try JSONText(encoding: outcome.reports), in: connection)
        for (trial, report) in zip(outcome.trials, outcome.reports) {
            guard let asOf = trial.asOf else { continue }
            for (kind, judgement) in trial.judgements {
                try await Evaluation.write(
                    judgement, id, trial.horizon, report.customers, kind, asOf, in: connection)
            }
        }
    }
}
