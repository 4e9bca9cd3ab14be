import Chassis
import Foundation
import Model
import Postgres
import Segments

/// Judges the model, one signal or one segment on the database's own past: what was known at the end of past days, against who
/// was lost within the horizon after.
struct HistoryBacktest: Sendable {
    enum Subject: Sendable {
        case model
        case signal(String)
        case segment(CompiledSegment)
    }

    struct Outcome: Sendable {
        let judgement: Judgement
        /// Whether the scores are probabilities, of which it can be said how true they were.
        let isProbability: Bool
        let recency: Double?
        let scores: [Double]
        let labels: [Bool]
        /// Of those who were lost, and of their money, the share that so many calls a week reach.
        let reached: Double
        let reachedMoney: Double?
        let windows: Int
        let notes: [String]
    }

    let subject: Subject
    let horizon: Horizon
    /// Calls that there is time for.
    let callsAWeek: Int

    func run(_ snapshots: Snapshots, in pool: PostgresPool) async throws -> Outcome {
        let (rows, scores, notes) = try await scored(snapshots, pool)
        let labels = rows.map { $0.isLost[horizon] == true }
        guard labels.contains(true), labels.contains(false) else {
            throw ProgramFailure(
                .badInput,
                "\(rows.count) accounts and past days are known to their end, \(labels.count { $0 }) of them lost: there must be some who were lost and some who stayed."
            )
        }
        let (reached, money) = reach(rows, scores)
        let isProbability = if case .model = subject { true } else { false }
        return Outcome(
            judgement: Judgement(scores, labels, accounts: rows.map(\.account)), isProbability: isProbability,
            recency: Judgement(rows.map { recency($0, snapshots) }, labels).auc, scores: scores, labels: labels,
            reached: reached, reachedMoney: money, windows: Set(rows.map(\.asOf)).count, notes: notes)
    }

    private func scored(
        _ snapshots: Snapshots, _ pool: PostgresPool
    ) async throws -> ([Snapshots.Row], [Double], [String]) {
        switch subject {
        case .model:
            let learner = SignalLearner(signals: snapshots.signals, expert: .expert)
            let trials = Standing.Kind.allCases.map { ($0, Trial(snapshots.of($0), horizon, learner)) }
            let judged = trials.filter { $0.1.judged > 0 }
            guard !judged.isEmpty else {
                throw ProgramFailure(
                    .badInput,
                    "No past day can be foretold from at least \(Trial.fewestLosses) losses before it: judge a signal by --signal, or wait."
                )
            }
            let notes = trials.map { kind, trial in
                let who = "of customers with \(kind == .contract ? "a contract" : "orders alone")"
                guard trial.judged > 0 else {
                    return "\(who): none, for no window has \(Trial.fewestLosses) losses before it"
                }
                return who
                    + (trial.isChallengerPromoted
                        ? ": learned weights, of pairs of signals too"
                        : trial.isPromoted
                            ? ": learned weights" : ": the experts' weights with a base rate of one's own")
            }
            return (
                judged.flatMap { $0.1.rows },
                judged.flatMap { $0.1.best },
                ["judged, each window foretold from those that had ended before it"] + notes
            )
        case .signal(let name):
            let place = try Self.place(of: name, among: snapshots.signals)
            let rows = snapshots.matured(horizon)
            let known = rows.count { !$0.values[place].isNaN }
            return (
                rows, rows.map { $0.values[place].isNaN ? 0 : Double($0.values[place]) },
                ["known of \(known) of \(rows.count); where it is not known it is taken for 0"]
            )
        case .segment(let segment):
            let rows = snapshots.matured(horizon)
            var inside: Set<String> = []
            for day in Set(rows.map(\.asOf)) {
                let accounts = rows.filter { $0.asOf == day }.map(\.account)
                let at = Date(timeIntervalSince1970: Double(day.daysSince1970 + 1) * 86_400)
                let select = try segment.select(asOf: at, of: .among(accounts))
                let found: [Int64] = try await pool.transaction(.readOnly, timeout: .seconds(600)) { connection in
                    try await connection.query("select id from (\(fragment: select)) s").map { try $0["id"] }
                }
                inside.formUnion(found.map { "\(day.daysSince1970) \($0)" })
            }
            let scores = rows.map { inside.contains("\($0.asOf.daysSince1970) \($0.account)") ? 1.0 : 0 }
            func rate(_ score: Double) -> String {
                let part = zip(rows, scores).filter { $0.1 == score }
                let lost = part.count { $0.0.isLost[horizon] == true }
                return part.isEmpty
                    ? "nobody" : String(format: "%.1f %% of %d", 100 * Double(lost) / Double(part.count), part.count)
            }
            let nobody =
                inside.isEmpty
                ? [
                    "it selects nobody on those days: accounts and records count from when they were known, which is their import unless it was declared history (--history)"
                ]
                : []
            return (rows, scores, nobody + ["lost in it: \(rate(1)); outside: \(rate(0))"])
        }
    }

    /// - Throws: `ProgramFailure` where there is no such signal.
    static func place(of name: String, among signals: [String]) throws -> Int {
        guard let place = signals.firstIndex(of: name) else {
            throw ProgramFailure(
                .badInput, "There is no signal \(name): there are \(signals.joined(separator: ", ")).")
        }
        return place
    }

    /// Silence alone, the rule that any score must beat: of who orders the days since the last order, of others how unusual
    /// their silence is.
    private func recency(_ row: Snapshots.Row, _ snapshots: Snapshots) -> Double {
        // In the order of the days, on the scale of the others.
        if row.standing.kind == .orders { return 1 / (1 + Double(max(0, row.standing.days)) / 30) }
        let place = snapshots.signals.firstIndex(of: Signal.inactivity.name)
        return place.map { row.values[$0].isNaN ? 0 : Double(row.values[$0]) } ?? 0
    }

    /// Windows are a step apart; in each the highest scores are called.
    private func reach(_ rows: [Snapshots.Row], _ scores: [Double]) -> (Double, Double?) {
        let calls = max(1, callsAWeek * SnapshotReader.step / 7)
        var (lost, reached) = (0.0, 0.0)
        var (money, reachedMoney) = (0.0, 0.0)
        for places in Dictionary(grouping: rows.indices, by: { rows[$0].asOf }).values {
            let order = places.sorted { (scores[$1], rows[$0].account) < (scores[$0], rows[$1].account) }
            for (rank, place) in order.enumerated() where rows[place].isLost[horizon] == true {
                lost += 1
                money += Double(rows[place].money)
                if rank < calls {
                    reached += 1
                    reachedMoney += Double(rows[place].money)
                }
            }
        }
        return (lost > 0 ? reached / lost : 0, money > 0 ? reachedMoney / money : nil)
    }
}
