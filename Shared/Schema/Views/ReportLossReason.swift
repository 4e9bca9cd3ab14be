extension SchemaObject {
    /// Why customers leave, by the money that it costs.
    static let reportLossReason = SchemaObject(
        sql: #"""
            create view report.loss_reason with (security_barrier) as
            with lost as (
                -- What a subscription paid when it last paid something: an end is often written with 0.
                select s.loss_reason as reason, paid.currency, paid.mrr_minor * 12 as minor, 1 as subscriptions, 0 as deals
                from crm.current_subscription s
                join lateral (
                    select t.mrr_minor, t.currency from crm.subscription_state t
                    where t.subscription_id = s.subscription_id and t.occurred_at <= now()
                    order by t.mrr_minor > 0 desc, t.occurred_at desc, t.id desc limit 1
                ) paid on true
                where s.status in ('cancelled', 'ended')
                union all
                select d.loss_reason, d.currency, d.amount_minor, 0, 1 from crm.current_deal d where d.kind = 'lost'
            ), summed as (
                select reason, currency, coalesce(sum(minor), 0)::bigint as money_minor, sum(subscriptions) as subscriptions,
                    sum(deals) as deals
                from lost group by reason, currency
            )
            select s.currency, rank() over (partition by s.currency order by s.money_minor desc) as rank, r.key as reason,
                coalesce(r.name, s.reason, 'Nobody said') as name, coalesce(r.name_uk, s.reason, 'Ніхто не сказав') as name_uk,
                r.addressable, s.subscriptions + s.deals as lost, s.subscriptions, s.deals, s.money_minor,
                round(100.0 * s.money_minor / nullif(sum(s.money_minor) over (partition by s.currency), 0), 1) as share
            from summed s left join crm.loss_reason r on r.key = s.reason;
            call holdfast.describe('report.loss_reason', 'Why subscriptions and deals were lost, by the money that it costs', $$
                currency: ISO 4217 code; null for deals without an amount
                rank: place among the reasons in this currency, the most money first [rank]
                reason: the reason, in crm.loss_reason; null where nobody said, or in words that are no reason
                name: its name, in English
                name_uk: its name, in Ukrainian
                addressable: true where something can be done about it
                lost: subscriptions and deals lost for it [count]
                subscriptions: subscriptions that were given up and not taken again [count]
                deals: deals that were lost [count]
                money_minor: MRR times 12 of the subscriptions, and the amounts of the deals [minor units of currency]
                share: of all the money lost in this currency [percent]
            $$);
            """#)
}
