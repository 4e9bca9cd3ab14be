import Foundation
import Model
import Postgres

/// Judgements of what models said, as `report.calibration` shows them.
enum Evaluation {
    static func write(
        _ judgement: Judgement, _ model: Int64, _ horizon: Horizon, _ customers: Standing.Kind, _ kind: String,
        _ asOf: CalendarDay,
        in connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            delete from risk.evaluation where model_id = \(model) and horizon_days = \(horizon.rawValue) and kind = \(kind)
                and customers = \(customers.rawValue) and as_of = \(asOf)
            """)
        try await connection.execute(
            """
            insert into risk.evaluation (model_id, horizon_days, customers, kind, as_of, rows, losses, auc, auc_error, brier, log_loss, lift10,
                slope, intercept)
            values (\(model), \(horizon.rawValue), \(customers.rawValue), \(kind), \(asOf), \(Int32(judgement.rows)),
                \(Int32((judgement.churnRate * Double(judgement.rows)).rounded())), \(judgement.auc), \(judgement.aucError),
                \(judgement.brier), \(judgement.logLoss), \(judgement.lift10), \(judgement.slope), \(judgement.intercept))
            """)
        let bins = judgement.reliability
        try await connection.execute(
            """
            insert into risk.reliability (model_id, horizon_days, customers, kind, as_of, bin, said, happened, rows)
            select \(model), \(horizon.rawValue), \(customers.rawValue), \(kind), \(asOf), b.* from unnest(\(bins.indices.map { Int16($0 + 1) }),
                \(bins.map(\.said)), \(bins.map(\.happened)), \(bins.map { Int32($0.rows) })) as b
            """)
    }

    /// Judges the scores as they stood so many days ago that what became of everybody is known: those of customers, for
    /// whoever was none could not be lost.
    static func live(_ reader: SnapshotReader, now: Moment, in connection: PostgresConnection) async throws {
        for horizon in Horizon.allCases {
            let then = CalendarDay(daysSince1970: now.today.daysSince1970 - Int(horizon.rawValue))
            let at = Date(timeIntervalSince1970: Double(then.daysSince1970) * 86_400)
            let rows = try await connection.query(
                """
                select a.account_id, h.model_id, h.probability, exists (
                    select from risk.loss l where l.account_id = a.account_id and l.kind <> 'asleep'
                        and l.lost_at >= \(at) and l.lost_at < \(now.today)::date::timestamp at time zone 'UTC') as is_lost
                from (\(fragment: reader.alive(.past(at)))) a cross join lateral (
                    select h.model_id, h.probability from risk.score_history h
                    where h.account_id = a.account_id and h.horizon_days = \(horizon.rawValue) and h.scored_at < \(at)
                    order by h.scored_at desc limit 1
                ) h
                """)
            let told = try rows.map { try $0.decode(Int64.self, Int64.self, Double.self, Bool.self) }
            let standings = try await Standing.read(told.map(\.0), at: .past(at), reader.measuring.rule, in: connection)
            for kind in Standing.Kind.allCases {
                let own = told.filter { standings[$0.0]?.kind == kind }
                for (model, said) in Dictionary(grouping: own, by: \.1) {
                    try await write(
                        Judgement(said.map(\.2), said.map(\.3)), model, horizon, kind, "live", then, in: connection)
                }
            }
        }
    }
}
