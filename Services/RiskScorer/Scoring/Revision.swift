/// What is worth writing of one account, and whether others should hear of it. Equal rows are not written again: dead rows,
/// and timestamps that say "since when", would be the price.
struct Revision: Sendable {
    /// A signal is written where its value moved by this much, or to or from 0.
    static let signalStep = 0.01
    /// A score is written where its probability moved by this much.
    static let scoreStep = 0.005

    var signals: [(signal: String, measurement: Measurement)] = []
    var scores: [Score] = []
    /// Whether this is the account's first score.
    let isFirst: Bool
    /// Whether band, first reason or an event signal's on or off changed.
    let isNews: Bool

    /// - Parameters:
    ///   - model: its id in risk.model.
    ///   - events: the names of event signals.
    init(stored: Stored?, measured: [String: Measurement], scores: [Score], model: Int64, events: Set<String>) {
        for (signal, measurement) in measured.sorted(by: { $0.key < $1.key })
        where Revision.isMaterial(measurement, since: stored?.signals[signal]) {
            signals.append((signal, measurement))
        }
        // Of a signal that nobody measures any more no reason may stay, however little it said.
        let isBereft = stored?.signals.keys.contains { measured[$0] == nil } ?? false
        for score in scores
        where isBereft || Revision.isMaterial(score, since: stored?.scores[score.horizon], model: model) {
            self.scores.append(score)
        }
        isFirst = stored?.scores.isEmpty ?? true
        isNews =
            isFirst
            || scores.contains { score in
                let former = stored?.scores[score.horizon]
                return former?.band != score.band || former?.firstSignal != score.firstSignal
            }
            || events.contains { Revision.isOn(measured[$0]) != Revision.isOn(stored?.signals[$0]) }
    }

    private static func isOn(_ measurement: Measurement?) -> Bool { (measurement?.value ?? 0) > 0 }

    static func isMaterial(_ measurement: Measurement, since former: Measurement?) -> Bool {
        guard let former, former.status == measurement.status else { return true }
        guard let before = former.value, let now = measurement.value else { return false }
        return abs(now - before) >= signalStep || (now > 0) != (before > 0)
    }

    static func isMaterial(_ score: Score, since former: Stored.Score?, model: Int64) -> Bool {
        guard let former else { return true }
        return abs(score.probability - former.probability) >= scoreStep || score.band != former.band
            || score.firstSignal != former.firstSignal || former.model != model
    }
}
