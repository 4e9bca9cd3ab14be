import Postgres

extension Signal {
    static let dataExport = Signal(
        "data_export", title: "Exported its data",
        about: """
            The last export of data, where exporting is not the account's habit: by the days with exports in the 90 days that \
            ended a week before it, the chance of one in a week must be below 20 %. Decays with a half-life of 14 days and is \
            over after 56.
            """,
        isEvent: true, words: DataExport.words, ukrainian: DataExport.ukrainian, measure: DataExport.measure)
}

/// Data carried out of the product by an account that does not do so as a rule.
enum DataExport {
    static let halfLifeDays = 14.0
    /// Later than this an export says nothing any more [days].
    static let memoryDays = 56
    /// What came within so many days of the last export belongs to it and is no habit [days].
    static let burstDays = 7
    /// How far back a habit is looked for [days].
    static let habitDays = 90
    /// Above this chance of an export in any week it is a habit.
    static let habitual = 0.2
    /// Exports are rare: as if half a day with one had been seen in 30 days [shape, days].
    static let rhythm = Rhythm(shape: 0.5, scale: 30)

    struct Evidence: Decodable {
        let ageDays: Double
        let habit: Int
        let exports: Int
        enum CodingKeys: String, CodingKey {
            case habit, exports
            case ageDays = "age_days"
        }
    }

    static func words(_ evidence: Evidence) -> String {
        let ago = Words.ago(evidence.ageDays)
        let times =
            evidence.exports > 1
            ? "Exported its data \(evidence.exports) times, last \(ago)" : "Exported its data \(ago)"
        return evidence.habit == 0
            ? times + ", for the first time in \(Words.days(habitDays))"
            : times + ", which it seldom does"
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        let ago = Words.agoUk(evidence.ageDays)
        let times =
            evidence.exports > 1
            ? "Експорт своїх даних \(Words.counted(evidence.exports, "раз", "рази", "разів")), востаннє \(ago)"
            : "Експорт своїх даних \(ago)"
        return evidence.habit == 0 ? times + ", уперше за \(Words.daysUk(habitDays))" : times + ", що буває рідко"
    }

    static func measure(_ call: SignalCall) -> SQL {
        let at = call.moment.at
        let far = habitDays + burstDays + memoryDays
        guard call.searches(call.watched.exports) else {
            return
                "select null::bigint as account_id, null::float8 as value, null::text as status, null::jsonb as evidence where false"
        }
        return """
            select account_id, case when status = 'ok' then value end as value, status,
                case when status = 'ok' and last_at is not null then jsonb_build_object('last_at', last_at, 'age_days', round(age::numeric, 1),
                    'half_life_days', \(halfLifeDays), 'exports', exports, 'habit', habit, 'habit_days', \(habitDays)::int,
                    'usual', round(usual::numeric, 3), 'unit', 'days with exports') else '{}'::jsonb end as evidence
            from (
                select account_id, last_at, age, exports, habit, usual,
                    case when last_at is null or usual >= \(habitual) or age > \(Double(memoryDays)) then 0
                        else (1 - usual) * power(0.5, age / \(halfLifeDays)) end as value,
                    case when last_at is not null or used and \(call.fleet.sends(call.watched.exports)) then 'ok' else 'no_data' end as status
                from (
                    select account_id, last_at, exports, habit, used,
                        extract(epoch from \(at) - last_at)::float8 / 86400 as age,
                        1 - power((\(rhythm.scale) + span) / (\(rhythm.scale) + span + \(Double(burstDays))),
                            \(rhythm.shape) + habit) as usual
                    from (
                        select t.account_id, max(e.occurred_at) as last_at, first_day is not null as used,
                            count(*) filter (where e.occurred_at > e.last_at - \(burstDays) * interval '1 day') as exports,
                            count(distinct (e.occurred_at at time zone 'UTC')::date) filter (
                                where e.occurred_at <= e.last_at - \(burstDays) * interval '1 day'
                                    and e.occurred_at > e.last_at - \(burstDays + habitDays) * interval '1 day') as habit,
                            least(\(Double(habitDays)),
                                greatest(0, \(fragment: call.today) - \(burstDays)::int - first_day))::float8 as span
                        from target t left join (
                            select u.account_id, e.occurred_at, max(e.occurred_at) over (partition by u.account_id) as last_at
                            from usage_subject u
                            cross join lateral (
                                select distinct d.subject_id, d.day from usage.daily_part d
                                where d.subject_id = u.subject_id and d.event = any(\(call.watched.exports))
                                    and d.day >= \(fragment: call.today) - \(far)::int and d.day <= \(fragment: call.today)
                            ) d
                            cross join lateral (
                                select e.occurred_at from usage.daily_event e
                                where e.subject_id = d.subject_id and e.day = d.day and e.event = any(\(call.watched.exports))
                                    and \(fragment: call.moment.sees("e")) and e.occurred_at > \(at) - \(far) * interval '1 day'
                                offset 0 -- day by day, by the index
                            ) e
                        ) e using (account_id)
                        left join usage_sum u using (account_id)
                        group by t.account_id, first_day
                    ) counted
                ) judged
            ) measured
            """
    }
}
