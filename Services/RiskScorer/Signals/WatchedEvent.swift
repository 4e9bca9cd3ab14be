import Postgres

/// One event that says something by itself: the last one counts, and fades with a half-life.
enum WatchedEvent {
    /// Later than this it says nothing any more [half-lives].
    static let memory = 4.0

    struct Evidence: Decodable {
        let ageDays: Double
        let events: Int
        enum CodingKeys: String, CodingKey {
            case events
            case ageDays = "age_days"
        }
    }

    /// - Parameters:
    ///   - names: of the events. Where nobody ever sent one, there is no data.
    ///   - notes: kinds of interactions that say the same.
    static func measure(
        _ call: SignalCall, _ names: [String], notes: [String] = [], halfLifeDays: Double
    ) -> SQL {
        let at = call.moment.at
        let far = Int(halfLifeDays * memory)
        let events: SQL =
            call.searches(names)
            ? sent(call, names, far) : "select null::bigint as account_id, null::timestamptz as at where false"
        return """
            select t.account_id,
                case when status = 'ok' then coalesce(power(0.5, age / \(halfLifeDays)), 0) end as value, status,
                case when age is null then '{}'::jsonb else jsonb_build_object('last_at', last_at,
                    'age_days', round(age::numeric, 1), 'half_life_days', \(halfLifeDays), 'events', events,
                    'unit', 'events') end as evidence
            from (
                select t.account_id, last_at, events, extract(epoch from \(at) - last_at)::float8 / 86400 as age,
                    case when last_at is not null or k.account_id is not null and \(call.fleet.sends(names)) then 'ok'
                        else 'no_data' end as status
                from target t left join usage_known k using (account_id) left join (
                    select account_id, max(at) as last_at, count(*) as events from (
                        \(fragment: events)
                        union all
                        select m.account_id, i.occurred_at from member m join crm.interaction i on i.account_id = m.member_id
                        where i.kind = any(\(notes)) and \(fragment: call.moment.sees("i"))
                            and i.occurred_at > \(at) - \(far) * interval '1 day'
                    ) seen
                    group by account_id
                ) s using (account_id)
            ) t
            """
    }

    private static func sent(_ call: SignalCall, _ names: [String], _ far: Int) -> SQL {
        """
        select u.account_id, e.occurred_at as at
        from usage_subject u
        cross join lateral (
            select distinct d.subject_id, d.day from usage.daily_part d
            where d.subject_id = u.subject_id and d.event = any(\(names))
                and d.day >= \(fragment: call.today) - \(far)::int and d.day <= \(fragment: call.today)
        ) d
        cross join lateral (
            select e.occurred_at from usage.daily_event e
            where e.subject_id = d.subject_id and e.day = d.day and e.event = any(\(names))
                and \(fragment: call.moment.sees("e")) and e.occurred_at > \(call.moment.at) - \(far) * interval '1 day'
            offset 0 -- day by day, by the index
        ) e
        """
    }
}
