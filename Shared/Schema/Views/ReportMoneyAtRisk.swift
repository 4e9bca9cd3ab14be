extension SchemaObject {
    /// Money, alerts and what people said of them.
    static let reportMoneyAtRisk = SchemaObject(
        sql: #"""
            create view report.money_at_risk with (security_barrier) as
            select a.key as account_key, a.name, u.name as owner, s.band, m.currency, m.basis, m.money_minor as money,
                t.probability as probability_30, s.probability as probability_90,
                coalesce(round(p.expected_30 * p.spend_minor), round(m.money_minor * 30 / 365.0 * (1 - t.probability)))::bigint as expected_30,
                coalesce(round(p.expected_90 * p.spend_minor), round(m.money_minor * 90 / 365.0 * (1 - s.probability)))::bigint as expected_90,
                round(coalesce(p.expected_30 * p.spend_minor, m.money_minor * 30 / 365.0) * t.probability)::bigint as at_risk_30,
                round(coalesce(p.expected_90 * p.spend_minor, m.money_minor * 90 / 365.0) * s.probability)::bigint as at_risk_90,
                round(m.money_minor * s.probability)::bigint as at_risk_year
            from risk.score s
            join risk.score t on t.account_id = s.account_id and t.horizon_days = 30
            join crm.account a on a.id = s.account_id and a.merged_into is null
            join crm.account_money m on m.account_id = a.id and m.money_minor > 0
            left join risk.purchase p on p.account_id = a.id and m.basis = 'orders' and p.currency = m.currency
            left join crm.current_owner o on o.account_id = a.id
            left join crm.team_user u on u.id = o.user_id
            where s.horizon_days = 90 and not exists (
                select from risk.loss l where l.account_id = a.id and l.kind <> 'asleep' and l.returned_at is null);
            call holdfast.describe('report.money_at_risk', 'What accounts that are not lost are expected to bring, and what of it is at risk', $$
                account_key: the outside world's id
                name: its name
                owner: who looks after it
                band: low, medium or high
                currency: ISO 4217 code
                basis: mrr or orders
                money: worth in a year: MRR times 12, or orders of the last 365 days [minor units of currency]
                probability_30: that it is lost within 30 days [probability]
                probability_90: that it is lost within 90 days [probability]
                expected_30: by orders, the purchases that are expected of it; else its share of a year for 30 days, times the chance that it stays [minor units of currency]
                expected_90: the same for 90 days [minor units of currency]
                at_risk_30: what it would bring in 30 days, times the probability [minor units of currency]
                at_risk_90: the same for 90 days [minor units of currency]
                at_risk_year: what a year without it would cost, times the probability of 90 days [minor units of currency]
            $$);

            create view report.alert with (security_barrier) as
            select a.key as account_key, a.name, u.name as owner, l.raised_at, l.signal, l.probability, l.is_sent
            from risk.alert l join crm.account a on a.id = l.account_id and a.merged_into is null
            left join crm.team_user u on u.id = l.owner_id;
            call holdfast.describe('report.alert', 'Accounts that came into the high band, and whether there was time for them', $$
                account_key: the outside world's id
                name: its name
                owner: who looked after it then
                raised_at: when it came into the band
                signal: the signal that contributed most
                probability: that it is lost within 90 days [probability]
                is_sent: false where the owner had as many that week as HOLDFAST_RISK_ALERTS_A_WEEK allows, or one of this account lately
            $$);

            create view report.signal_precision with (security_barrier) as
            select v.signal, k.title, count(*) filter (where v.verdict = 'right') as is_right,
                count(*) filter (where v.verdict = 'known') as known, count(*) filter (where v.verdict = 'false_alarm') as false_alarms,
                round(100.0 * count(*) filter (where v.verdict in ('right', 'known')) / count(*), 1) as precision_percent
            from risk.verdict v left join risk.signal_kind k on k.signal = v.signal
            where v.signal is not null group by v.signal, k.title;
            call holdfast.describe('report.signal_precision', 'How often each signal was right where it was the first reason, as people say', $$
                signal: name of the signal
                title: a few words for people
                is_right: right, and news [count]
                known: right, and no news [count]
                false_alarms: wrong [count]
                precision_percent: right or known, of all [percent]
            $$);

            create view report.score_change with (security_barrier) as
            with span as (select * from unnest(array[7, 30]) as d (days)), point as not materialized (
                select s.account_id, s.horizon_days, d.days, s.logit as logit, s.probability, s.model_id as model, h.model_id as former_model,
                    h.probability as former, ln(h.probability / (1 - h.probability)) as former_logit, h.signals,
                    n.signals as signals_now
                from risk.score s cross join span d
                cross join lateral (
                    select h.* from risk.score_history h
                    where h.account_id = s.account_id and h.horizon_days = s.horizon_days
                        and h.scored_at <= now() - d.days * interval '1 day'
                    order by h.scored_at desc limit 1
                ) h
                cross join lateral (
                    select n.signals from risk.score_history n
                    where n.account_id = s.account_id and n.horizon_days = s.horizon_days order by n.scored_at desc limit 1
                ) n
                where h.probability > 0 and h.probability < 1
            ), part as (
                select p.account_id, p.horizon_days, p.days,
                    -- Known then and now: what the account did, weighed as it is weighed now.
                    coalesce(sum(((k.now ->> 'value')::float8 - (k.was ->> 'value')::float8) * k.weight)
                        filter (where not k.is_gap), 0) as behaviour,
                    coalesce(sum(coalesce((k.now ->> 'contribution')::float8, 0) - coalesce((k.was ->> 'contribution')::float8, 0))
                        filter (where k.is_gap), 0) as gap
                from point p cross join lateral (
                    select x.key, p.signals_now -> x.key as now, p.signals -> x.key as was from (
                        select jsonb_object_keys(p.signals_now) as key union select jsonb_object_keys(p.signals)
                    ) x
                ) q
                cross join lateral (
                    select coalesce(q.now, '{"value": 0, "contribution": 0}') as now, coalesce(q.was, '{"value": 0, "contribution": 0}') as was
                ) d
                cross join lateral (
                    -- What adds nothing is not written down: whether it is known now stands with the signal.
                    select d.now, d.was, d.now ->> 'value' is null or d.was ->> 'value' is null or q.now is null and exists (
                            select from risk.signal g
                            where g.account_id = p.account_id and g.signal = q.key and g.status <> 'ok') as is_gap,
                        coalesce((d.now ->> 'contribution')::float8 / nullif((d.now ->> 'value')::float8, 0),
                            (d.was ->> 'contribution')::float8 / nullif((d.was ->> 'value')::float8, 0), 0) as weight
                ) k
                group by p.account_id, p.horizon_days, p.days
            )
            select a.key as account_key, p.horizon_days, p.days, p.former, p.probability, p.logit - p.former_logit as change,
                coalesce(t.behaviour, 0) as behaviour, coalesce(t.gap, 0) as data_gap,
                p.logit - p.former_logit - coalesce(t.behaviour, 0) - coalesce(t.gap, 0) as model, p.model <> p.former_model as is_other_model
            from point p join crm.account a on a.id = p.account_id and a.merged_into is null
            left join part t on (t.account_id, t.horizon_days, t.days) = (p.account_id, p.horizon_days, p.days);
            call holdfast.describe('report.score_change', 'Why a score is not what it was 7 and 30 days ago; the three parts add up to the change', $$
                account_key: the outside world's id
                horizon_days: within how many days a loss counts [days]
                days: how long ago it is compared with: 7 or 30 [days]
                former: the probability that held then [probability]
                probability: the one that holds now [probability]
                change: of the log odds [log odds]
                behaviour: by what the account did [log odds]
                data_gap: by what is known now and was not then, or the other way round [log odds]
                model: by another model, or by what a renewal near makes of the rest [log odds]
                is_other_model: whether another model said it then
            $$);
            """#)
}
