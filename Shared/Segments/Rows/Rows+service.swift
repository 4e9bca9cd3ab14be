import Postgres

extension Rows {
    /// One row a ticket: what it was last, when it was last opened again after it was solved, and when it was first taken
    /// higher.
    static let tickets = Rows(name: "tickets") { _, moment in
        """
        member m
        join crm.ticket t0 on t0.account_id = m.member_id and \(fragment: moment.sees("t0"))
        cross join lateral (
            select t0.occurred_at,
                case when t0.feedback_at <= \(fragment: moment.now) or t0.feedback_at is null then t0.feedback end as feedback,
                coalesce((array_agg(s.status order by s.occurred_at desc, s.id desc))[1], 'open') as status,
                max(s.occurred_at) filter (where s.status = 'open' and s.was in ('solved', 'closed')) as reopened_at,
                min(s.occurred_at) filter (where s.escalated) as escalated_at
            from (
                select s.id, s.status, s.escalated, s.occurred_at, lag(s.status) over (order by s.occurred_at, s.id) as was
                from crm.ticket_state s where s.ticket_id = t0.id and \(fragment: moment.sees("s"))
            ) s
        ) t
        """
    }

    /// Talks and notes of every channel.
    static let interactions = Rows(name: "interactions") { _, moment in
        "member m join crm.interaction i on i.account_id = m.member_id and \(fragment: moment.sees("i"))"
    }

    /// The condition that an interaction `i` has the direction and the channel asked for.
    static func isInteraction(_ call: FactCall) -> SQL {
        var conditions: [SQL] = []
        if call.text != "any" { conditions.append("i.direction = \(call.text)") }
        if call.texts.count > 1 { conditions.append("i.channel = \(call.texts[1])") }
        return conditions.isEmpty ? "true" : conditions.joined(separator: " and ")
    }

    /// One row a deal: the stage that it came to last.
    static let deals = Rows(name: "deals") { reach, moment in
        """
        member m
        join crm.deal d0 on d0.account_id = m.member_id
        join lateral (
            select d0.id as deal_id, s.stage, s.amount_minor, s.currency, s.loss_reason, s.occurred_at,
                coalesce((select g.kind from crm.deal_stage g where g.pipeline = d0.pipeline and g.key = s.stage), 'open') as kind
            from crm.deal_state s where s.deal_id = d0.id and \(fragment: moment.sees("s"))
            order by s.occurred_at desc, s.id desc limit 1
        ) d on true\(fragment: ExchangeRate.joins(reach, on: "d.currency"))
        """
    }

    /// Invoices that are not void. What was known by a past moment is known by `known_at`.
    static let invoices = Rows(name: "invoices") { reach, moment in
        let known: SQL = moment.asOf == nil ? "true" : "i.known_at <= \(fragment: moment.now)"
        return """
            member m
            join crm.invoice i on i.account_id = m.member_id and \(fragment: known)
                and (i.voided_at is null or i.voided_at > \(fragment: moment.now))\(fragment: ExchangeRate.joins(reach, on: "i.currency"))
            """
    }

    /// The condition that an invoice `i` is overdue.
    static func isOverdue(_ moment: Moment) -> SQL {
        """
        i.amount_minor > 0 and i.due_on < \(fragment: moment.today)
            and (i.paid_at is null or i.paid_at > \(fragment: moment.now))
        """
    }

    /// The people at the account.
    static let contacts = Rows(name: "contacts") { _, _ in
        "member m join crm.contact c on c.account_id = m.member_id"
    }

    /// What the people at the account consent to: of each, channel and topic, what was said last.
    static let consents = Rows(name: "consents") { reach, moment in
        """
        member m
        join crm.contact c on c.account_id = m.member_id
        join lateral (
            select distinct on (s.channel, s.topic) s.channel, s.topic, s.granted from crm.contact_consent s
            where s.contact_id = c.id and s.channel = any(\(reach.names ?? [])) and \(fragment: moment.sees("s"))
            order by s.channel, s.topic, s.occurred_at desc, s.id desc
        ) n on true
        """
    }

    /// Goals agreed with the customer.
    static let goals = Rows(name: "goals") { _, _ in "member m join crm.goal g on g.account_id = m.member_id" }
}
