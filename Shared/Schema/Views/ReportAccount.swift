extension SchemaObject {
    /// Who the customers are. Each account looks up what belongs to it, so that one account costs no more than one.
    static let reportAccount = SchemaObject(
        sql: #"""
            create view report.account with (security_barrier) as
            select a.key as account_key, a.name, a.kind,
                (select u.name from crm.current_owner c join crm.team_user u on u.id = c.user_id
                    where c.account_id = a.id) as owner, a.stub, a.industry, a.country, s.plan, s.status,
                s.mrr_minor, s.currency, s.seats, s.renews_at,
                (select array_agg(t.tag order by t.tag) from crm.current_tag t where t.account_id = a.id) as tags,
                a.created_at, a.source, a.city, a.employees, a.domain, a.preferred_channel, a.came_for, a.strategy,
                a.on_holiday_until, a.do_not_disturb_until, a.lead, a.became_customer_at,
                (select array_agg(f.key order by f.id) from crm.field f
                    where f.object = 'account' and f.mandatory and not a.fields ? f.key) as missing_fields,
                a.language, a.time_zone
            from crm.account a
            left join lateral (
                select string_agg(distinct plan, ', ') as plan,
                    (array_agg(status order by array_position(
                        array['active', 'past_due', 'trialing', 'paused', 'cancelled', 'ended'], status)))[1] as status,
                    case when count(distinct currency) filter (where pays) <= 1
                        then coalesce(sum(mrr_minor) filter (where pays), 0)::bigint end as mrr_minor,
                    case when count(distinct currency) filter (where pays) = 1
                        then min(currency) filter (where pays) end as currency,
                    sum(seats) filter (where pays)::bigint as seats, min(renews_at) filter (where pays) as renews_at
                from crm.current_subscription c where c.account_id = a.id group by c.account_id
            ) s on true
            where a.merged_into is null;
            call holdfast.describe('report.account', 'Every account with what it pays', $$
                account_key: the outside world's id
                name: its name
                kind: company or person
                owner: who looks after it
                stub: true while it is known by its usage only
                industry: its line of business
                country: ISO 3166-1 code
                plan: plans of its subscriptions
                status: state of its subscriptions; of several the first of active, past_due, trialing, paused, cancelled, ended
                mrr_minor: monthly recurring revenue [minor units of currency]
                currency: ISO 4217 code; null where there are several
                seats: seats paid for [count]
                renews_at: next renewal
                tags: its tags
                created_at: when the relationship began
                source: where the account came from
                city: its place
                employees: how many people work there [count]
                domain: its domain on the internet
                preferred_channel: by which channel it wants to be talked to
                came_for: what it came for, in its own words
                strategy: what it wants to reach itself
                on_holiday_until: last day of an absence
                do_not_disturb_until: nobody writes or calls until then, except about service
                lead: true until its first won deal, for one that never bought
                became_customer_at: when a lead won its first deal
                missing_fields: mandatory fields that are empty; null where it is complete
                language: BCP 47 tag of the language to write in
                time_zone: IANA name
            $$);
            """#)
}
