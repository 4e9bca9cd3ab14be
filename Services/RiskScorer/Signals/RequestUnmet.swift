import Postgres

extension Signal {
    static let requestUnmet = Signal(
        "request_unmet", title: "Waits for what it asked for",
        about: """
            What the account asked for and has not got: 1 - Π(1 - w (1 - 2^(-age / 60 days))), with w 0.25 while it is open, \
            0.15 where it is planned, 0.4 where it was declined. When it was declined is not kept: a past time takes it as open.
            """,
        absent: .notApplicable, words: RequestUnmet.words, ukrainian: RequestUnmet.ukrainian,
        measure: RequestUnmet.measure)
}

/// Features that were asked for in vain.
enum RequestUnmet {
    static let open = 0.25
    static let planned = 0.15
    static let declined = 0.4
    /// In which half of it is felt [days].
    static let halfLifeDays = 60.0

    struct Evidence: Decodable {
        let requests: Int
        let declined: Int
        let oldestDays: Int
        enum CodingKeys: String, CodingKey {
            case requests, declined
            case oldestDays = "oldest_days"
        }
    }

    static func words(_ evidence: Evidence) -> String {
        let waits =
            "Waits for \(evidence.requests == 1 ? "a feature" : "\(evidence.requests) features") it asked for, "
            + "for \(Words.days(evidence.oldestDays))"
        return evidence.declined == 0 ? waits : waits + "; \(evidence.declined) declined"
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        let what = Words.counted(evidence.requests, "бажану можливість", "бажані можливості", "бажаних можливостей")
        let waits = "Чекає на \(what) вже \(Words.daysUk(evidence.oldestDays))"
        return evidence.declined == 0 ? waits : waits + "; відхилено: \(evidence.declined)"
    }

    static func measure(_ call: SignalCall) -> SQL {
        let at = call.moment.at
        // Open, as far as a past time may know.
        let status: SQL = call.moment.isNow ? "q.status" : "'open'"
        return """
            select account_id, 1 - exp(sum(ln(1 - weight * (1 - power(0.5, age / \(halfLifeDays)))))) as value, 'ok' as status,
                jsonb_build_object('requests', count(*), 'declined', count(*) filter (where status = 'declined'),
                    'oldest_days', floor(max(age))::int, 'unit', 'requests') as evidence
            from (
                select account_id, age, status, case status when 'planned' then \(planned)
                    when 'declined' then \(declined) else \(open) end as weight
                from (
                    select m.account_id, extract(epoch from \(at) - v.occurred_at)::float8 / 86400 as age,
                        \(fragment: status) as status
                    from member m join crm.request_vote v on v.account_id = m.member_id and v.occurred_at <= \(at)
                    join crm.product_request q on q.id = v.request_id
                    where q.shipped_at is null or q.shipped_at > \(at)
                ) asked
            ) weighed
            group by account_id
            """
    }
}
