import Postgres

extension Rows {
    /// Signals as last measured; those of accounts merged into it were measured on less and don't count.
    static let signals = Rows(name: "signals") { reach, _ in
        """
        member m
        join risk.signal s on s.account_id = m.account_id and m.member_id = m.account_id
            and s.signal = any(\(reach.names ?? []))
        """
    }

    /// The one score of a horizon: the current one, or the last that was reached by a past moment.
    static func scores(horizon days: Int) -> Rows {
        Rows(name: "scores \(days)") { _, moment in
            guard moment.asOf != nil else {
                return """
                    member m
                    join risk.score r on r.account_id = m.account_id and m.member_id = m.account_id
                        and r.horizon_days = \(days)::smallint
                    """
            }
            return """
                (
                    select distinct on (h.account_id) h.*
                    from member m
                    join risk.score_history h on h.account_id = m.account_id and m.member_id = m.account_id
                        and h.horizon_days = \(days)::smallint and h.scored_at <= \(fragment: moment.now)
                    order by h.account_id, h.scored_at desc
                ) m join lateral (select m.probability, m.band, m.first_signal) r on true
                """
        }
    }

    /// The loss that an account has not come back from.
    static let losses = Rows(name: "losses") { _, _ in
        """
        member m
        join lateral (
            select l.kind, l.reason, l.lost_at from risk.loss l
            where l.account_id = m.account_id and l.returned_at is null order by l.lost_at desc limit 1
        ) l on m.member_id = m.account_id
        """
    }

    /// The cell of a customer who ordered within a year.
    static let cells = Rows(name: "cells") { _, _ in
        """
        member m
        join risk.rfm f on f.account_id = m.account_id and m.member_id = m.account_id
        join risk.rfm_cell c on (c.recency, c.frequency, c.money) = (f.recency, f.frequency, f.money)
        """
    }

    /// What is expected of a customer without a contract.
    static let outlooks = Rows(name: "outlooks") { _, _ in
        """
        member m
        join risk.purchase p on p.account_id = m.account_id and m.member_id = m.account_id
        """
    }

    /// The last alert that was sent of an account.
    static let alerts = Rows(name: "alerts") { _, moment in
        """
        member m
        join risk.alert t on t.account_id = m.account_id and m.member_id = m.account_id and t.is_sent
            and t.raised_at > \(fragment: moment.now) - interval '30 days'
        join risk.score r on r.account_id = m.account_id and r.horizon_days = 90 and r.band = 'high'
        """
    }
}
