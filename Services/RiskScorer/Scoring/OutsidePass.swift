import Jobs
import Model
import Postgres

/// Asks the signals from outside for accounts that were just scored for the first time, without holding anything up.
struct OutsidePass: Sendable {
    static let kind = "signals.outside"

    let scorer: Scorer

    func run(_ accounts: [Int64], job: Job) async throws {
        let rows = try await scorer.pool.query(
            "select id, key from crm.account where id = any(\(accounts)) and merged_into is null")
        let keys = Dictionary(uniqueKeysWithValues: try rows.map { try $0.decode(Int64.self, String.self) })
        let now = try await scorer.pool.withConnection { try await Moment.now(by: $0) }
        let fresh = try await scorer.outside.measure(keys, asOf: now)
        let fleet = try await scorer.fleets.current()
        _ = try await job.transaction { connection in
            try await scorer.score(Array(keys.keys), fleet: fleet, fresh: fresh, in: connection)
        }
    }
}
