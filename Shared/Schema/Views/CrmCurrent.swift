extension SchemaObject {
    /// The current state of what is kept as dated rows.
    static let crmCurrent = SchemaObject(
        sql: #"""
            create view crm.current_owner as
            select distinct on (r.root_id) r.root_id as account_id, o.user_id, o.occurred_at
            from crm.account_owner o join crm.account_root r on r.account_id = o.account_id
            where o.occurred_at <= now()
            order by r.root_id, (o.account_id = r.root_id) desc, o.occurred_at desc, o.id desc;
            call holdfast.describe('crm.current_owner', 'Who looks after each account now', $$
                account_id: the account, in crm.account [id]
                user_id: the owner, in crm.team_user; null is nobody [id]
                occurred_at: since when
            $$);

            create view crm.current_tag as
            select account_id, tag, occurred_at from (
                select distinct on (r.root_id, t.tag) r.root_id as account_id, t.tag, t.present, t.occurred_at
                from crm.account_tag t join crm.account_root r on r.account_id = t.account_id
                where t.occurred_at <= now()
                order by r.root_id, t.tag, t.occurred_at desc, t.id desc
            ) as latest where present;
            call holdfast.describe('crm.current_tag', 'The tags that each account has now', $$
                account_id: the account, in crm.account [id]
                tag: the tag
                occurred_at: since when
            $$);

            create view crm.current_consent as
            select own.contact_id, own.channel, own.topic, own.granted and stricter.occurred_at is null as granted,
                coalesce(stricter.source, own.source) as source, coalesce(stricter.occurred_at, own.occurred_at) as occurred_at
            from (
                select distinct on (c.contact_id, c.channel, c.topic) c.contact_id, c.channel, c.topic, c.granted, c.source, c.occurred_at
                from crm.contact_consent c
                where c.occurred_at <= now()
                order by c.contact_id, c.channel, c.topic, c.occurred_at desc, c.id desc
            ) own
            left join lateral (
                select their.source, their.occurred_at
                from crm.consent_twin t
                cross join lateral (
                    select w.granted, w.source, w.occurred_at from crm.contact_consent w
                    where w.contact_id = t.twin_id and w.channel = own.channel and w.topic = own.topic and w.occurred_at <= now()
                    order by w.occurred_at desc, w.id desc limit 1
                ) their
                where t.contact_id = own.contact_id and t.channel = own.channel and own.granted and not their.granted
                order by their.occurred_at desc limit 1
            ) stricter on true;
            call holdfast.describe('crm.current_consent', 'What each contact consents to now; of two who share an address in merged accounts, the refusal holds', $$
                contact_id: the contact, in crm.contact [id]
                channel: mail, phone and so on
                topic: what about
                granted: true where given, false where withdrawn
                source: how it was said
                occurred_at: since when
            $$);

            create view crm.current_subscription as
            select l.subscription_id, l.account_id, l.key, l.status, l.status in ('active', 'past_due', 'paused', 'cancelled') as pays,
                l.plan, l.mrr_minor, l.currency, l.seats, l.renews_at, l.loss_reason, l.started_at, l.occurred_at,
                l.loss_words, l.competitor, l.competitor_offer
            from (
                select s.id as subscription_id, r.root_id as account_id, s.key,
                    case when t.status = 'cancelled' and t.renews_at <= now() then 'ended' else t.status end as status,
                    t.plan, t.mrr_minor, t.currency, t.seats, t.renews_at, t.loss_reason, s.started_at, t.occurred_at,
                    t.loss_words, t.competitor, t.competitor_offer
                from crm.subscription s
                join crm.account_root r on r.account_id = s.account_id
                join lateral (
                    select t.status, t.plan, t.mrr_minor, t.currency, t.seats, t.renews_at, t.loss_reason, t.occurred_at,
                        t.loss_words, t.competitor, t.competitor_offer
                    from crm.subscription_state t where t.subscription_id = s.id and t.occurred_at <= now()
                    order by t.occurred_at desc, t.id desc limit 1
                ) t on true
            ) l;
            call holdfast.describe('crm.current_subscription', 'What each subscription is now', $$
                subscription_id: the subscription, in crm.subscription [id]
                account_id: the account after merges, in crm.account [id]
                key: the outside world's id for the subscription
                status: trialing, active, past_due, paused, cancelled (and not over) or ended
                pays: true where it counts towards MRR: active, past_due, paused, or cancelled and not over
                plan: name of the plan
                mrr_minor: monthly recurring revenue [minor units of currency]
                currency: ISO 4217 code
                seats: seats paid for [count]
                renews_at: when it renews, or ends if cancelled
                loss_reason: why it was cancelled
                started_at: when it began
                occurred_at: since when it is so
                loss_words: the same in the customer's words
                competitor: to whom the customer goes
                competitor_offer: price and terms there
            $$);

            create view crm.account_money as
            with subscribed as (
                select account_id, sum(mrr_minor) * 12 as minor, min(currency) as currency,
                    min(currency) = max(currency) as is_one
                from crm.current_subscription where pays group by account_id
            ), bought as (
                select r.root_id as account_id, greatest(sum(o.amount_minor), 0) as minor, min(o.currency) as currency,
                    min(o.currency) = max(o.currency) as is_one
                from crm.account_order o join crm.account_root r on r.account_id = o.account_id
                where o.occurred_at > now() - interval '365 days' and o.occurred_at <= now() group by r.root_id
            )
            select account_id, case when is_one then minor::bigint end as money_minor,
                case when is_one then currency end as currency, 'mrr' as basis
            from subscribed
            union all
            select account_id, case when is_one then minor::bigint end, case when is_one then currency end, 'orders'
            from bought b where not exists (select from subscribed s where s.account_id = b.account_id);
            call holdfast.describe('crm.account_money', 'What an account is worth in a year: MRR times 12, or its orders of the last 365 days less refunds', $$
                account_id: the account, in crm.account [id]
                money_minor: worth; null where it is in several currencies [minor units of currency]
                currency: ISO 4217 code
                basis: mrr or orders
            $$);
            """#)
}
