extension SchemaObject {
    /// Invoices: what is to be paid, and what is late.
    static let reportInvoice = SchemaObject(
        sql: #"""
            create view report.invoice with (security_barrier) as
            select a.key as account_key, i.key as invoice, i.amount_minor, i.currency, i.issued_on, i.due_on, i.paid_at, i.status,
                case when i.status = 'overdue' then (now() at time zone 'UTC')::date - i.due_on end as days_overdue
            from crm.current_invoice i join crm.account a on a.id = i.account_id;
            call holdfast.describe('report.invoice', 'Every invoice, as it is now', $$
                account_key: the account; the survivor where it was merged
                invoice: the outside world's id for the invoice
                amount_minor: what is to be paid [minor units of currency]
                currency: ISO 4217 code
                issued_on: day of the invoice
                due_on: last day to pay it
                paid_at: when it was paid in full
                status: void, paid, credit, overdue or due
                days_overdue: days since its last day; null where it is not overdue [days]
            $$);
            """#)
}
