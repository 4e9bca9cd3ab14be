import Model
import Postgres

extension Fleet {
    /// Usage is read so far back [days]: the baseline of a week, and that week.
    static let usageDays = UsageDrop.baselineDays + UsageDrop.windowDays + 1
    /// The rhythm of orders is that of the last years: one order that is dated a century back would count for the time of a
    /// thousand customers [days].
    static let rhythmDays = 1_095
    /// Whole days by which accounts are called active.
    static let monthDays = 28

    /// Reads the whole fleet, once.
    static func measure(_ moment: Moment, watched: [String], in connection: PostgresConnection) async throws
        -> Fleet
    {
        let today: SQL = "\(moment.today)::date"
        let row = try await connection.first(
            """
            \(fragment: SharedRows.with(nil, moment, usageDays: usageDays)), changed as (
                select nullif(month, 0) as month, \(fragment: UsageDrop.change(today)) as change,
                    \(fragment: UsageDrop.isMeasurable(today)) as measurable
                from usage_sum where first_day < \(fragment: today)
            ), figures as (
                select count(*) filter (where measurable) as accounts,
                    percentile_cont(0.5) within group (order by change) filter (where measurable) as change,
                    count(month) as users, percentile_cont(0.5) within group (order by month) as month
                from changed
            ), daily as (
                select u.day, count(*) as subjects from usage_part p cross join unnest(p.days) as u (day)
                where u.day > \(fragment: today) - \(usageDays)::int group by u.day
            ), used as (
                select min(day) as first_day, max(day) as last_day from daily
                where subjects >= \(leastActiveShare) * (select max(subjects) from daily)
            ), buyer as (
                select account_id, count(*) filter (where day > \(fragment: today) - \(rhythmDays)::int)
                        - (min(day) > \(fragment: today) - \(rhythmDays)::int)::int as again,
                    least(\(fragment: today) - min(day), \(rhythmDays)::int) as days
                from order_day group by account_id
            ), rate as (
                select count(*) as buyers, sum(again)::float8 / nullif(sum(days), 0) as rate from buyer where days > 0
            ), spread as (
                select sum((again - rate * days) ^ 2 - rate * days)::float8 / nullif(sum(days::float8 ^ 2), 0) as variance
                from buyer, rate where days > 0
            ), seated as materialized (
                select account_id, seats from paying where seats >= \(SeatsUnused.leastSeats)::int
                order by hashint8(account_id) limit \(SeatsUnused.sample)::int
            ), \(fragment: SeatsUnused.users(moment)), seat_share as (
                select count(*) as seated, percentile_cont(0.25) within group (order by u.users::float8 / s.seats) as seats_used
                from seated s join seat_use u using (account_id) where not u.is_busy
            )
            select t.seated, t.seats_used, f.accounts, f.change, f.users, f.month, u.first_day, u.last_day, r.buyers, r.rate, s.variance,
                array(
                    select w.event from unnest(\(watched)) as w (event) where exists (
                        select from usage.daily_part d where d.event = w.event
                            and d.known_on < \(fragment: today) + \(moment.isNow ? 1 : 0)::int
                            and d.day > \(fragment: today) - \(usageDays)::int)
                ) as seen
            from figures f, used u, rate r, spread s, seat_share t
            """)
        guard let row else { throw CancellationError() }
        let (accounts, users, buyers): (Int, Int, Int) = try (row["accounts"], row["users"], row["buyers"])
        let (seated, rate): (Int, Double?) = try (row["seated"], row["rate"])
        let variance: Double? = try row["variance"]
        return Fleet(
            today: moment.today, usageChange: accounts >= leastAccounts ? try row["change"] : nil,
            usageAccounts: accounts,
            usualUse: users >= leastAccounts ? try row["month"] : nil, firstUsageDay: try row["first_day"],
            lastUsageDay: try row["last_day"], seatsUsed: seated >= leastAccounts ? try row["seats_used"] : nil,
            watchedSeen: Set(try row["seen"] as [String]),
            orders: buyers >= leastBuyers ? Rhythm(rate: rate ?? 0, variance: variance ?? 0) : .assumed)
    }
}
