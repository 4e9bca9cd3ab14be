import Postgres

extension Signal {
    static let invoiceOverdue = Signal(
        "invoice_overdue", title: "Invoice overdue",
        about: """
            The invoice that has been due for longest and is not paid: d / (d + 14), so 0.5 after two weeks. Involuntary. No \
            data where no invoices of the account are sent to us.
            """,
        isInvoluntary: true, words: InvoiceOverdue.words, ukrainian: InvoiceOverdue.ukrainian,
        measure: InvoiceOverdue.measure)
}

/// Invoices that are not paid in time.
enum InvoiceOverdue {
    /// After so long it counts half [days].
    static let halfDays = 14.0

    struct Evidence: Decodable {
        let days: Int
        let invoices: Int
    }

    static func words(_ evidence: Evidence) -> String {
        evidence.invoices == 1
            ? "An invoice is overdue for \(Words.days(evidence.days))"
            : "\(evidence.invoices) invoices are overdue, the oldest for \(Words.days(evidence.days))"
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        evidence.invoices == 1
            ? "Рахунок прострочено на \(Words.daysUk(evidence.days))"
            : "Прострочено \(Words.counted(evidence.invoices, "рахунок", "рахунки", "рахунків")), найдавніший — на "
                + Words.daysUk(evidence.days)
    }

    static func measure(_ call: SignalCall) -> SQL {
        """
        select account_id, coalesce(days / (days + \(halfDays)), 0) as value, 'ok' as status,
            case when days is null then '{}'::jsonb else jsonb_build_object('days', days::int, 'invoices', invoices,
                'due_on', due_on, 'unit', 'days') end as evidence
        from (
            select m.account_id, min(i.due_on) filter (where overdue.yes) as due_on,
                count(*) filter (where overdue.yes) as invoices,
                max(\(fragment: call.today) - i.due_on) filter (where overdue.yes)::float8 as days
            from member m join crm.invoice i on i.account_id = m.member_id and i.known_at <= \(call.moment.at)
            cross join lateral (
                select i.due_on < \(fragment: call.today) and (i.paid_at is null or i.paid_at > \(call.moment.at))
                    and (i.voided_at is null or i.voided_at > \(call.moment.at)) as yes
            ) overdue
            where i.issued_on <= \(fragment: call.today)
            group by m.account_id
        ) owed
        """
    }
}
