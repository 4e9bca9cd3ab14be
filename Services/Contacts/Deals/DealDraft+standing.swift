import Foundation
import Postgres

extension DealDraft {
    /// How a deal stands in the database.
    struct Standing: Sendable {
        let pipeline: String
        /// At the time of the draft; nil where there was no state by then.
        let stage: String?
        let loss: Loss?
        /// Keys of the custom fields that are filled.
        let filled: [String]
    }

    /// Locks the deals that are there and answers how they stand.
    static func standings(
        _ drafts: [DealDraft], in connection: PostgresConnection
    ) async throws -> [String: Standing] {
        try await connection.execute(
            "select from crm.deal where key = any(\(drafts.map(\.key))) order by id for update")
        let rows = try await connection.query(
            """
            select d.key, d.pipeline, t.stage, t.loss_reason, t.loss_words, t.competitor, t.competitor_offer,
                array(select jsonb_object_keys(d.fields)) as filled
            from unnest(\(drafts.map(\.key)), \(drafts.map(\.changedAt))) as g (key, changed_at)
            join crm.deal d on d.key = g.key
            left join lateral (
                select * from crm.deal_state t
                where t.deal_id = d.id and t.occurred_at <= coalesce(g.changed_at, clock_timestamp())
                order by t.occurred_at desc, t.id desc limit 1
            ) t on true
            """)
        var standings: [String: Standing] = [:]
        for row in rows {
            standings[try row["key"]] = Standing(
                pipeline: try row["pipeline"], stage: try row["stage"],
                loss: Loss(
                    reason: try row["loss_reason"], words: try row["loss_words"], competitor: try row["competitor"],
                    offer: try row["competitor_offer"]),
                filled: try row["filled"])
        }
        return standings
    }

    /// Where the deal will stand, or why it can't: its stage must be one of the pipeline, with what the stage demands.
    func next(
        _ before: Standing?, _ stages: [DealStage], _ custom: CustomValues, reasons: [String], isHistory: Bool
    ) throws(Refusal) -> (stage: DealStage, loss: Loss) {
        let pipeline = pipeline ?? before?.pipeline ?? "sales"
        let known = stages.filter { $0.pipeline == pipeline }
        guard let first = known.first else { throw DealStage.unknown(pipeline, of: stages.map(\.pipeline)) }
        let wanted = stage ?? before?.stage
        guard let stage = wanted == nil ? first : known.first(where: { $0.key == wanted }) else {
            throw DealStage.unknown(wanted ?? "", in: pipeline, of: known.map(\.key))
        }
        let filled = custom.filled(key, before: before?.filled ?? [])
        if let missing = stage.demands.first(where: { !filled.contains($0) }) {
            throw Refusal(
                "fields.\(missing)", "is empty, and the stage \(stage.key) demands it: fill it first",
                code: "field_needed")
        }
        guard stage.kind == .lost else {
            try loss.refuseAny("the deal is at the stage \(stage.key)")
            return (stage, .none)
        }
        let kept = try loss.kept("a deal that is lost", before: before?.loss, reasons: reasons, isHistory: isHistory)
        return (stage, kept)
    }
}
