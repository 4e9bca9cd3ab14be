extension SchemaObject {
    /// Risk with its reasons.
    static let reportScore = SchemaObject(
        sql: #"""
            create view report.score with (security_barrier) as
            select a.key as account_key, s.horizon_days, s.probability, s.band, m.name as model, s.scored_at
            from risk.score s
            join crm.account a on a.id = s.account_id
            join risk.model m on m.id = s.model_id;
            call holdfast.describe('report.score', 'The risk of each account by horizon', $$
                account_key: the outside world's id
                horizon_days: within how many days [days]
                probability: that the account is lost within the horizon [probability]
                band: low, medium or high
                model: name of the model
                scored_at: since when the score is this
            $$);

            create view report.score_reason with (security_barrier) as
            select a.key as account_key, r.horizon_days, r.rank, r.signal, r.contribution, r.words, r.words_uk, k.involuntary,
                1 / (1 + exp(-(s.logit - r.contribution))) as probability_without
            from risk.score_reason r join risk.score s using (account_id, horizon_days) join crm.account a on a.id = r.account_id
            left join risk.signal_kind k on k.signal = r.signal;
            call holdfast.describe('report.score_reason', 'What each score is made of', $$
                account_key: the outside world's id
                horizon_days: the score's horizon [days]
                rank: 1 contributes most [rank]
                signal: the signal
                contribution: what it adds to the log odds [log odds]
                words: the reason in words
                words_uk: the same in Ukrainian
                involuntary: true where the customer has not decided to go
                probability_without: what the probability would be if this were as usual again [probability]
            $$);

            create view report.signal with (security_barrier) as
            select a.key as account_key, s.signal, k.title, k.involuntary, s.value, s.status, s.evidence, s.measured_at
            from risk.signal s
            join crm.account a on a.id = s.account_id
            left join risk.signal_kind k on k.signal = s.signal;
            call holdfast.describe('report.signal', 'Every signal of every account as last measured', $$
                account_key: the outside world's id
                signal: name of the signal
                title: a few words for people
                involuntary: true where it says that the customer is lost without having decided to go
                value: how worrying it is, 0 to 1 [share]
                status: ok, insufficient_history, no_data, not_applicable or stale_source
                evidence: window, observed, baseline, unit, last event
                measured_at: when this value was first measured
            $$);
            """#)
}
