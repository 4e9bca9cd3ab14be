import Postgres

extension Signal {
    static let inactivity = Signal(
        "inactivity", title: "Silent for longer than usual",
        about: """
            How surprising the silence is in the account's own rhythm: 1 - ((a+T)/(a+T+g))^(r+x), the chance that one with x \
            activities in T would have been active in the gap g (negative binomial). Usage counts in weeks, of which the \
            first three silent days are none, for weekends; orders count in days, with r and a from all customers, from 4 order \
            days on.
            """,
        isOfAbsence: true, words: Inactivity.words, ukrainian: Inactivity.ukrainian, measure: Inactivity.measure)
}

/// Silence, judged by the account's own rhythm. Source of the formula: Fader and Hardie, the NBD model.
enum Inactivity {
    /// Silent days that are no silence of usage yet: a weekend and a day [days].
    static let pauseDays = 3
    /// How far back the rhythm of usage goes [weeks].
    static let rhythmWeeks = 26
    /// A rhythm of usage is none before it has gone on for this long [days].
    static let leastUsageDays = 14
    /// Fewer order days are no rhythm of orders: one bought once is not overdue (`OrderDecline` says what to expect of it).
    static let leastOrderDays = 4

    struct Evidence: Decodable {
        let source: String
        let silentDays: Int
        let active: Int
        let span: Int
        let everyDays: Double?
        enum CodingKeys: String, CodingKey {
            case source, active, span
            case silentDays = "silent_days"
            case everyDays = "every_days"
        }
    }

    static func words(_ evidence: Evidence) -> String {
        let silence = Words.days(evidence.silentDays)
        if evidence.source == "usage" {
            return "Not used for \(silence); before that in \(evidence.active) of \(evidence.span) weeks"
        }
        let every = evidence.everyDays ?? 0
        return "No order for \(silence); before that one every \(Words.days(Int(every.rounded())))"
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        let silence = Words.daysUk(evidence.silentDays)
        if evidence.source == "usage" {
            return "Не користується \(silence); до того — у \(evidence.active) з \(evidence.span) тижнів"
        }
        let every = Words.daysUk(Int((evidence.everyDays ?? 0).rounded()))
        return "Немає замовлень \(silence); до того — одне на \(every)"
    }

    /// The closed form over columns `active`, `span` and `gap`.
    static func surprise(_ rhythm: Rhythm) -> SQL {
        "(1 - ((\(rhythm.scale) + span) / (\(rhythm.scale) + span + gap)) ^ (\(rhythm.shape) + active))"
    }

    static func measure(_ call: SignalCall) -> SQL {
        let weekly = Rhythm(shape: 1, scale: 1)
        return """
            select distinct on (account_id) account_id, case when status = 'ok' then value end as value, status, evidence
            from (
                select account_id, \(fragment: surprise(weekly)) as value,
                    case when \(call.fleet.usageIsStale) then 'stale_source'
                        when first_day > \(fragment: call.today) - \(leastUsageDays)::int then 'insufficient_history'
                        else 'ok' end as status,
                    jsonb_build_object('source', 'usage', 'silent_days', \(fragment: call.today) - last_day, 'active', weeks,
                        'span', spanned, 'unit', 'weeks', 'last_on', last_day) as evidence
                from (
                    select account_id, first_day, last_day, weeks, weeks - 1 as active, spanned, (spanned - 1)::float8 as span,
                        greatest(\(fragment: call.today) - last_day - \(pauseDays)::int, 0) / 7.0::float8 as gap
                    from (
                        -- Each week is a bit: to count distinct ones all days would be sorted.
                        select account_id, min(u.day) as first_day, s.last_day,
                            bit_count(bit_or(1 << ((s.last_day - u.day) / 7))::bit(32)) as weeks,
                            max((s.last_day - u.day) / 7) + 1 as spanned
                        from usage_part p join usage_sum s using (account_id) cross join unnest(p.days) as u (day)
                        where u.day > s.last_day - \(rhythmWeeks * 7)::int
                        group by account_id, s.last_day
                    ) counted
                ) used
                union all
                select account_id, \(fragment: surprise(call.fleet.orders)),
                    case when active + 1 < \(leastOrderDays)::int then 'insufficient_history' else 'ok' end,
                    jsonb_build_object('source', 'orders', 'silent_days', gap::int, 'active', active + 1, 'span', span::int,
                        'every_days', round((span / nullif(active, 0))::numeric, 1), 'unit', 'days', 'last_on', last_day)
                from (
                    select account_id, max(day) as last_day, count(*) - 1 as active, (max(day) - min(day))::float8 as span,
                        (\(fragment: call.today) - max(day))::float8 as gap
                    from order_day group by account_id
                ) bought
            ) both_kinds
            order by account_id, (status = 'ok') desc, value desc
            """
    }
}
