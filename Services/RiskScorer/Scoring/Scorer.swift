import Jobs
import Model
import Postgres

/// Scores accounts and writes what changed.
struct Scorer: Sendable {
    let measuring: Measuring
    let fleets: FleetCache
    let outside: OutsideSignals
    let losses: Losses
    let alerts: Alerts
    let pool: PostgresPool
    /// Whether models are learned by themselves.
    var learns = true

    var learning: Learning {
        Learning(reader: SnapshotReader(measuring: measuring, pool: pool), pool: pool)
    }

    /// Scores these accounts and publishes `risk.changed` for those of which there is news, in the transaction that is open:
    /// all of it commits, or nothing. Accounts of one set are scored by one transaction at a time, so that no change is told
    /// twice and no older measurement overwrites a newer one. Merged accounts and unknown ids are passed over.
    /// - Parameters:
    ///   - fresh: measurements of signals from outside. Where there are none, the stored ones hold.
    ///   - sendsAlerts: false where more accounts follow, after which it is decided of whom to tell.
    /// - Returns: the accounts that had no score before.
    @discardableResult
    func score(
        _ accounts: [Int64], fleet: Fleet, fresh: Measurements = [:], sendsAlerts: Bool = true,
        in connection: PostgresConnection
    ) async throws -> [Int64] {
        guard !accounts.isEmpty else { return [] }
        try await AccountLock.take(accounts, in: connection)
        // Read after the lock: what was committed before it is seen by the statements below.
        let moment = try await Moment.now(by: connection)
        // At midnight for a moment the cached one is yesterday's.
        let fleet = fleet.today == moment.today ? fleet : try await measuring.fleet(moment, in: connection)
        var measured = try await measuring.measure(accounts, at: moment, fleet: fleet, in: connection)
        let catalogue = await outside.catalogue
        let stored = try await Stored.read(accounts, outside: catalogue.names.sorted(), in: connection)
        for account in measured.keys {
            for signal in catalogue.names {
                measured[account]?[signal] = fresh[account]?[signal] ?? stored[account]?.signals[signal]
            }
        }
        let (modelID, model) = try await Catalogue.current(in: connection)
        let standings = try await Standing.read(accounts, at: moment, measuring.rule, in: connection)
        var revisions: [Int64: Revision] = [:]
        for (account, signals) in measured {
            revisions[account] = revise(signals, standings[account], stored[account], catalogue, model, modelID)
        }
        try await write(revisions, moment: moment, model: modelID, measured: measured, in: connection)
        try await losses.refresh(measured.keys.sorted(), at: moment, in: connection)
        try await alerts.raise(candidates(revisions, stored), at: moment, in: connection)
        if sendsAlerts { try await alerts.send(at: moment, in: connection) }
        try await Queue.publish(.riskChanged, ids: revisions.filter { $0.value.isNews }.keys, in: connection) {
            AccountsTouched(accounts: $0)
        }
        return revisions.filter { $0.value.isFirst }.keys.sorted()
    }

    private func revise(
        _ signals: [String: Measurement], _ standing: Standing?, _ stored: Stored?,
        _ catalogue: OutsideSignals.Catalogue,
        _ model: RiskModel, _ modelID: Int64
    ) -> Revision {
        let scores = Horizon.allCases.map { horizon in
            let score = model.score(
                horizon, signals, weights: catalogue.weights, standing: standing, former: stored?.scores[horizon]?.band)
            return stored?.override.map(score.banded) ?? score
        }
        return Revision(
            stored: stored, measured: signals, scores: scores, model: modelID,
            events: catalogue.events.union(measuring.signals.filter(\.isEvent).map(\.name)))
    }

    /// Those who come into the high band.
    private func candidates(_ revisions: [Int64: Revision], _ stored: [Int64: Stored]) -> [Alerts.Candidate] {
        revisions.compactMap { account, revision in
            guard let score = revision.scores.first(where: { $0.horizon == .usual }), score.band == .high,
                stored[account]?.scores[.usual]?.band != .high
            else { return nil }
            return Alerts.Candidate(account: account, probability: score.probability, signal: score.firstSignal)
        }
    }
}
