import Jobs
import Model
import Postgres

extension TopicWebhook {
    static let riskChanged = TopicWebhook(topic: .riskChanged) { job in
        let payload: AccountsTouched = try job.payload()
        return """
            select a.id::text as item, a.id as account_id, json_build_object(\(fragment: account),
                'probability', s.probability, 'horizon_days', s.horizon_days, 'band', s.band, 'scored_at', s.scored_at,
                'reasons', coalesce((
                    select json_agg(json_build_object('signal', r.signal, 'words', left(r.words, 500)) order by r.rank)
                    from risk.score_reason r where r.account_id = a.id and r.horizon_days = 90 and r.rank <= 5), '[]')) as data
            from crm.account a join risk.score s on s.account_id = a.id and s.horizon_days = 90
            where a.id = any(\(payload.accounts)) and a.merged_into is null
            """
    }
}
