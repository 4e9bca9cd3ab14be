extension SchemaObject {
    /// Deals as they stand, how they move, and who wins them.
    static let reportDeal = SchemaObject(
        sql: #"""
            create view report.deal with (security_barrier) as
            select a.key as account_key, d.key as deal, d.name, d.pipeline, d.stage, d.kind, d.amount_minor, d.currency,
                u.name as owner, d.expected_on, d.loss_reason, d.competitor, d.created_at, d.stage_since,
                round((extract(epoch from now() - d.stage_since) / 86400)::numeric, 1) as days_in_stage,
                coalesce(d.kind = 'open' and now() - d.stage_since > d.stalled_after, false) as stalled
            from crm.current_deal d join crm.account a on a.id = d.account_id left join crm.team_user u on u.id = d.owner_id;
            call holdfast.describe('report.deal', 'Every deal, as it stands now', $$
                account_key: the account; the survivor where it was merged
                deal: the outside world's id for the deal
                name: name of the deal
                pipeline: the pipeline
                stage: the stage that it is at
                kind: open, won or lost
                amount_minor: what it would bring [minor units of currency]
                currency: ISO 4217 code
                owner: who leads it
                expected_on: the day on which it should be won
                loss_reason: why it was lost
                competitor: who won it
                created_at: when it began
                stage_since: since when it is at this stage
                days_in_stage: for how long it is at this stage [days]
                stalled: true where it is open and at its stage for longer than the stage allows
            $$);

            create view report.deal_conversion with (security_barrier) as
            with moves as (
                select d.id as deal_id, d.pipeline, t.stage, t.occurred_at, t.id,
                    lag(t.stage) over story as before from crm.deal d join crm.deal_state t on t.deal_id = d.id
                where t.occurred_at <= now() window story as (partition by d.id order by t.occurred_at, t.id)
            ), stays as (
                -- A change of the amount alone is no move.
                select deal_id, pipeline, stage, occurred_at, lead(occurred_at) over story as left_at,
                    lead(stage) over story as next_stage
                from moves where before is distinct from stage window story as (partition by deal_id order by occurred_at, id)
            ), reached as (
                select y.pipeline, y.stage, y.deal_id, sum(extract(epoch from coalesce(y.left_at, now()) - y.occurred_at)) as seconds,
                    bool_or(y.left_at is null) as is_there,
                    bool_or(n.kind = 'won' or (n.kind = 'open' and n.position > s.position)) as went_on,
                    bool_or(n.kind = 'lost') as was_lost
                from stays y
                join crm.deal_stage s on s.pipeline = y.pipeline and s.key = y.stage
                left join crm.deal_stage n on n.pipeline = y.pipeline and n.key = y.next_stage
                group by y.pipeline, y.stage, y.deal_id
            )
            select s.pipeline, s.key as stage, s.position, count(r.deal_id) as reached,
                count(*) filter (where r.is_there) as there_now, count(*) filter (where r.went_on) as went_on,
                count(*) filter (where r.was_lost and not coalesce(r.went_on, false)) as lost_here,
                round(100.0 * count(*) filter (where r.went_on) / nullif(count(r.deal_id), 0), 1) as conversion,
                round((percentile_cont(0.5) within group (order by r.seconds) filter (where not r.is_there) / 86400)::numeric, 1)
                    as days
            from crm.deal_stage s left join reached r on r.pipeline = s.pipeline and r.stage = s.key
            where s.kind = 'open' group by s.pipeline, s.key, s.position;
            call holdfast.describe('report.deal_conversion', 'How deals get from stage to stage', $$
                pipeline: the pipeline
                stage: an open stage of it
                position: place of the stage [rank]
                reached: deals that ever were at it [count]
                there_now: of these, still at it [count]
                went_on: of these, left it for a later stage or were won from it [count]
                lost_here: of these, lost from it without ever going on [count]
                conversion: went on, of those that reached it [percent]
                days: median time at it, of those that left it [days]
            $$);

            create view report.deal_person with (security_barrier) as
            select u.name as owner, d.pipeline, d.currency, count(*) as deals, count(*) filter (where d.kind = 'open') as open,
                count(*) filter (where d.kind = 'won') as won, count(*) filter (where d.kind = 'lost') as lost,
                round(100.0 * count(*) filter (where d.kind = 'won')
                    / nullif(count(*) filter (where d.kind in ('won', 'lost')), 0), 1) as win_share,
                coalesce(sum(d.amount_minor) filter (where d.kind = 'won'), 0)::bigint as won_minor,
                coalesce(sum(d.amount_minor) filter (where d.kind = 'open'), 0)::bigint as open_minor,
                round((percentile_cont(0.5) within group (order by extract(epoch from d.stage_since - d.created_at))
                    filter (where d.kind = 'won') / 86400)::numeric, 1) as days_to_win,
                count(*) filter (where d.kind = 'open' and now() - d.stage_since > d.stalled_after) as stalled
            from crm.current_deal d left join crm.team_user u on u.id = d.owner_id
            group by u.name, d.pipeline, d.currency;
            call holdfast.describe('report.deal_person', 'Deals by who leads them', $$
                owner: who leads them; null is nobody
                pipeline: the pipeline
                currency: ISO 4217 code; null for deals without an amount
                deals: all of them [count]
                open: still open [count]
                won: won [count]
                lost: lost [count]
                win_share: won, of those won or lost [percent]
                won_minor: amounts of those won [minor units of currency]
                open_minor: amounts of those open [minor units of currency]
                days_to_win: median time from the beginning until won [days]
                stalled: open and at their stage for longer than it allows [count]
            $$);
            """#)
}
