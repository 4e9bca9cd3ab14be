import Postgres

extension Signal {
    static let communicationDecline = Signal(
        "communication_decline", title: "Answers less",
        about: """
            The larger of two: how surprising it is that nobody of the account has written or called for so long (negative \
            binomial over days with word from it, from four on), and by how much fewer of our messages are answered within 14 \
            days than before.
            """,
        isOfAbsence: true, words: CommunicationDecline.words, ukrainian: CommunicationDecline.ukrainian,
        measure: CommunicationDecline.measure)
}

/// Customers who stop talking to us.
enum CommunicationDecline {
    /// Fewer days with word from it are no rhythm.
    static let leastDays = 4
    /// An answer later than this is none [days].
    static let answerDays = 14
    /// The answers that are compared: to what we wrote in these days, and before them [days].
    static let recentDays = 60
    /// Fewer messages say nothing about answers.
    static let leastRecent = 3
    static let leastBefore = 5

    struct Evidence: Decodable {
        let kind: String
        let silentDays: Int?
        let everyDays: Double?
        let observed: Double?
        let baseline: Double?
        enum CodingKeys: String, CodingKey {
            case kind, observed, baseline
            case silentDays = "silent_days"
            case everyDays = "every_days"
        }
    }

    static func words(_ evidence: Evidence) -> String {
        if evidence.kind == "answers" {
            return
                "Answers \(Words.percent(evidence.observed ?? 0)) of our messages, before \(Words.percent(evidence.baseline ?? 0))"
        }
        return "No word from it for \(Words.days(evidence.silentDays ?? 0)); before that every "
            + Words.days(Int((evidence.everyDays ?? 0).rounded()))
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        if evidence.kind == "answers" {
            return "Відповідає на \(Words.percent(evidence.observed ?? 0)) наших повідомлень, раніше — на "
                + Words.percent(evidence.baseline ?? 0)
        }
        return "Немає звісток \(Words.daysUk(evidence.silentDays ?? 0)); до того — кожні "
            + Words.daysUk(Int((evidence.everyDays ?? 0).rounded()))
    }

    static func measure(_ call: SignalCall) -> SQL {
        let rhythm = Rhythm.assumed
        return """
            select account_id, case when status = 'ok' then greatest(silence, answers, 0) end as value, status,
                case when status <> 'ok' then '{}'::jsonb
                    when coalesce(answers, 0) > coalesce(silence, 0) then jsonb_build_object('kind', 'answers',
                        'observed', round(recent_share::numeric, 3), 'baseline', round(before_share::numeric, 3), 'unit', 'share')
                    else jsonb_build_object('kind', 'silence', 'silent_days', gap::int, 'active', active + 1, 'span', span::int,
                        'every_days', round((span / nullif(active, 0))::numeric, 1), 'last_on', last_day, 'unit', 'days') end as evidence
            from (
                select account_id, gap, active, span, last_day, recent_share, before_share,
                    case when active + 1 >= \(leastDays)::int then \(fragment: Inactivity.surprise(rhythm)) end as silence,
                    case when recent >= \(leastRecent)::int and before >= \(leastBefore)::int
                        then 1 - recent_share / nullif(before_share, 0) end as answers,
                    case when active + 1 >= \(leastDays)::int
                            or recent >= \(leastRecent)::int and before >= \(leastBefore)::int then 'ok'
                        else 'insufficient_history' end as status
                from (
                    select account_id, count(*) filter (where direction = 'in') - 1 as active,
                        max(day) filter (where direction = 'in') as last_day,
                        (max(day) filter (where direction = 'in') - min(day) filter (where direction = 'in'))::float8 as span,
                        (\(fragment: call.today) - max(day) filter (where direction = 'in'))::float8 as gap,
                        count(*) filter (where is_recent) as recent, count(*) filter (where is_before) as before,
                        (count(*) filter (where is_recent and next_in <= day + \(answerDays)::int) + 0.5)::float8
                            / (count(*) filter (where is_recent) + 1) as recent_share,
                        (count(*) filter (where is_before and next_in <= day + \(answerDays)::int) + 0.5)::float8
                            / (count(*) filter (where is_before) + 1) as before_share
                    from (
                        select account_id, day, direction, next_in,
                            direction = 'out' and day <= \(fragment: call.today) - \(answerDays)::int
                                and day > \(fragment: call.today) - \(answerDays + recentDays)::int as is_recent,
                            direction = 'out' and day <= \(fragment: call.today) - \(answerDays + recentDays)::int as is_before
                        from (
                            select account_id, day, direction, min(day) filter (where direction = 'in') over (
                                partition by account_id order by day range between current row and unbounded following) as next_in
                            from (select distinct account_id, day, direction from talk) days
                        ) next
                    ) told
                    group by account_id
                ) counted
            ) judged
            """
    }
}
