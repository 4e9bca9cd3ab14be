extension SchemaObject {
    /// Risk with its reasons.
    static let reportScore = SchemaObject(
        sql: #"""
            create view report.score with (security_barrier) as
            select a.key as account_key, s.horizon_days, s.probability, s.band, m.name as model, s.scored_at, s.logit,
                s.intercept as base_logit, 1 / (1 + exp(-s.intercept)) as base_probability,
                s.is_learned, o.band is not null as is_set_by_hand, o.said_by as set_by,
                o.why as set_why, o.until as set_until
            from risk.score s
            join crm.account a on a.id = s.account_id
            join risk.model m on m.id = s.model_id
            left join risk.band_override o on o.account_id = s.account_id and o.until > now();
            call holdfast.describe('report.score', 'The risk of each account by horizon', $$
                account_key: the outside world's id
                horizon_days: within how many days [days]
                probability: that the account is lost within the horizon [probability]
                band: low, medium or high
                model: name of the model
                scored_at: since when the score is this
                logit: its log odds: base_logit and all contributions in report.score_reason [log odds]
                base_logit: where accounts like it begin [log odds]
                base_probability: the same as a probability [probability]
                is_learned: false where it is the opinion of experts: nothing was learned of such accounts and that horizon yet
                is_set_by_hand: whether somebody set the band, whatever the probability
                set_by: who set it
                set_why: what the scorer does not know
                set_until: from then on the score counts again
            $$);

            create view report.model_weight with (security_barrier) as
            select m.name as model, m.retired_at is null as in_use, split_part(l.place, '-', 1) as customers,
                split_part(l.place, '-', 2)::smallint as horizon_days, w.signal, w.other_signal, w.weight
            from risk.model m cross join lateral jsonb_each(m.parameters -> 'learned') as l (place, learned)
            cross join lateral (
                select null::text as signal, null::text as other_signal, (l.learned ->> 'intercept')::float8 as weight
                union all select key, null, value::float8 from jsonb_each_text(l.learned -> 'weights')
                union all select p ->> 'first', p ->> 'second', (p ->> 'weight')::float8
                from jsonb_array_elements(l.learned -> 'pairs') as p
            ) w
            union all
            select m.name, m.retired_at is null, null, null, w.key, null, w.value::float8
            from risk.model m cross join lateral jsonb_each_text(m.parameters -> 'weights') as w
            where m.learned_from is null;
            call holdfast.describe('report.model_weight', 'What each model makes of each signal', $$
                model: name of the model
                in_use: whether scores come from it now
                customers: contract or orders, of whose losses it was learned; null of what experts stated for all
                horizon_days: within how many days [days]
                signal: the signal; null for where accounts begin without any, before what their period adds
                other_signal: the second of a pair, whose values are multiplied
                weight: what it adds at value 1 [log odds]
            $$);

            create view report.verdict with (security_barrier) as
            select a.key as account_key, v.verdict, v.signal, v.probability, v.said_by, v.words, v.said_at
            from risk.verdict v join crm.account a on a.id = v.account_id;
            call holdfast.describe('report.verdict', 'What people said to scores', $$
                account_key: the outside world's id
                verdict: right, false_alarm, or known where it was true and no news
                signal: the signal that contributed most then
                probability: that it is lost within 90 days, as it was said then [probability]
                said_by: who said it
                words: what was said
                said_at: when it was said
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
