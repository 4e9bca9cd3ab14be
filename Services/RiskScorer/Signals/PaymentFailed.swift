import Postgres

extension Signal {
    static let paymentFailed = Signal(
        "payment_failed", title: "Payment failed",
        about: """
            A subscription that is past due: 0.4 on the first day, 0.7 after a week, nearing 1. Involuntary: the customer has \
            not decided to go, and money is to be chased.
            """,
        isInvoluntary: true, absent: .notApplicable, words: PaymentFailed.words, ukrainian: PaymentFailed.ukrainian,
        measure: PaymentFailed.measure)
}

/// Money that did not come.
enum PaymentFailed {
    /// What a payment that has just failed is worth: many come with the second try.
    static let first = 0.4
    /// In which the rest is halved [days].
    static let halfLifeDays = 7.0

    struct Evidence: Decodable {
        let days: Int
    }

    static func words(_ evidence: Evidence) -> String {
        evidence.days == 0 ? "A payment failed today" : "A payment has been due for \(Words.days(evidence.days))"
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        evidence.days == 0 ? "Платіж не пройшов сьогодні" : "Платіж прострочено на \(Words.daysUk(evidence.days))"
    }

    static func measure(_ call: SignalCall) -> SQL {
        """
        select account_id, coalesce(1 - \(1 - first) * power(0.5, days / \(halfLifeDays)), 0) as value, 'ok' as status,
            case when days is null then '{}'::jsonb
                else jsonb_build_object('days', floor(days)::int, 'since', since, 'unit', 'days') end as evidence
        from (
            select c.account_id, min(f.at) as since,
                max(extract(epoch from \(call.moment.at) - f.at)::float8 / 86400) as days
            from contract c left join lateral (
                -- Since it was last in order: a state is written for other changes too.
                select min(s.occurred_at) as at from crm.subscription_state s
                where s.subscription_id = c.id and s.status = 'past_due' and \(fragment: call.moment.sees("s"))
                    and s.occurred_at > coalesce((
                        select max(o.occurred_at) from crm.subscription_state o
                        where o.subscription_id = c.id and o.status <> 'past_due' and \(fragment: call.moment.sees("o"))
                    ), '-infinity')
            ) f on c.status = 'past_due'
            where c.mrr_minor > 0 and c.status in ('active', 'past_due') group by c.account_id
        ) owed
        """
    }
}
