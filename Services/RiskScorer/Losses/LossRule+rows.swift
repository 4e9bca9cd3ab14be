import Postgres

extension LossRule {
    /// The losses of accounts as of a moment, as far as contracts and orders say: a query with the columns account_id, lost_at,
    /// source, kind, reason, orders, first_at, last_at, money_minor, currency, returned_at. It reads `member`.
    ///
    /// A contract is kept while a subscription with money is active, past due or paused. Whoever ever had one is lost with the
    /// last of them, for the money of those that ended within a month of it; whoever never had, by orders.
    func rows(_ moment: Moment) -> SQL {
        """
        with term as (
            select m.account_id, c.id, s.occurred_at as at, s.loss_reason,
                \(fragment: Self.isKept("s")) as kept, lag(\(fragment: Self.isKept("s")), 1, false) over states as was_kept,
                lag(s.mrr_minor) over states as minor, lag(s.currency) over states as currency
            from member m join crm.subscription c on c.account_id = m.member_id
            join crm.subscription_state s on s.subscription_id = c.id and \(fragment: moment.sees("s"))
            window states as (partition by c.id order by s.occurred_at, s.id)
        ), edge as (
            select account_id, at, sum(case when kept then 1 else -1 end) as change,
                sum(minor) filter (where was_kept) as minor, min(currency) filter (where was_kept) as currency,
                min(currency) filter (where was_kept) = max(currency) filter (where was_kept) as is_one
            from term where kept <> was_kept group by account_id, at
        ), held as (
            select account_id, at, change, sum(change) over accounts as contracts, lead(at) over accounts as next_at,
                min(at) over (partition by account_id) as first_at, sum(minor) filter (where change < 0) over ending as minor,
                min(currency) filter (where change < 0) over ending as currency,
                bool_and(is_one) filter (where change < 0) over ending
                    and min(currency) filter (where change < 0) over ending = max(currency) filter (where change < 0) over ending as is_one
            from edge window accounts as (partition by account_id order by at),
                ending as (partition by account_id order by at
                    range between interval '\(fragment: SQL(verbatim: String(Self.endingDays))) days' preceding and current row)
        )
        select account_id, at as lost_at, 'contract' as source, 'contract' as kind, (
                -- Why is often said later than that.
                select t.loss_reason from term t where t.account_id = held.account_id and t.loss_reason is not null
                    and t.at >= held.at - \(Self.endingDays)::int * interval '1 day' and (held.next_at is null or t.at < held.next_at)
                order by t.at desc, t.id desc limit 1
            ) as reason, 0 as orders, first_at, at as last_at,
            case when is_one then minor::bigint * 12 end as money_minor, case when is_one then currency end as currency,
            next_at as returned_at
        from held where contracts = 0 and change < 0
            and (next_at is null or next_at - at > \(Self.betweenContracts)::int * interval '1 day')
        union all
        select account_id, at_midnight, 'orders', kind, null, orders, first_day::timestamp at time zone 'UTC',
            day::timestamp at time zone 'UTC', case when is_one then minor::bigint end, case when is_one then currency end,
            next_day::timestamp at time zone 'UTC'
        from (\(fragment: gaps(moment))) gap
        cross join lateral (select (day + patience)::timestamp at time zone 'UTC' as at_midnight) at
        where kind is not null and account_id not in (select account_id from edge)
        """
    }

    /// Days with orders behind which there was none for too long. Refunds are no orders; what was given back, until it counts as
    /// lost too, is taken off what the account was worth.
    private func gaps(_ moment: Moment) -> SQL {
        let today: SQL = "\(moment.today)::date"
        return """
            select d.*, case when gap > \(lostAfterDays)::int then \(lostAfterDays)::int
                    else ceil(\(Self.asleepGaps) * usual)::int end as patience,
                case when gap > \(lostAfterDays)::int then case when orders = 1 then 'once'
                        when orders >= \(longOrders)::int and day - first_day >= \(longDays)::int then 'long' else 'other' end
                    when next_day is null and orders >= \(Self.leastHabit)::int
                        and gap > \(Self.asleepGaps) * usual then 'asleep' end as kind
            from (
                select *, coalesce(next_day, \(fragment: today)) - day as gap,
                    (day - first_day)::float8 / nullif(orders - 1, 0) as usual
                from (
                    select account_id, day, row_number() over days as orders, first_value(day) over days as first_day,
                        lead(day) over days as next_day, greatest(minor, 0) as minor, currency, is_one
                    from (
                        select account_id, day, is_order, sum(minor) over year as minor, min(low) over year as currency,
                            min(low) over year = max(high) over year as is_one
                        from (
                            select m.account_id, (o.occurred_at at time zone 'UTC')::date as day, sum(o.amount_minor) as minor,
                                min(o.currency) as low, max(o.currency) as high, bool_or(o.amount_minor > 0) as is_order
                            from member m join crm.account_order o on o.account_id = m.member_id
                            where o.amount_minor <> 0 and \(fragment: moment.sees("o"))
                            group by 1, 2
                        ) o
                        window year as (
                            partition by account_id order by day range between interval '364 days' preceding
                            and \(lostAfterDays)::int * interval '1 day' following)
                    ) o where is_order
                    window days as (partition by account_id order by day)
                ) d
            ) d
            """
    }
}
