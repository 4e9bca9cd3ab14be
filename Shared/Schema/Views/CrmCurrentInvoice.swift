extension SchemaObject {
    /// What each invoice is now.
    static let crmCurrentInvoice = SchemaObject(
        sql: #"""
            create view crm.current_invoice as
            select i.id as invoice_id, r.root_id as account_id, i.key, i.amount_minor, i.currency, i.issued_on, i.due_on,
                i.paid_at, i.voided_at, case
                    when i.voided_at <= now() then 'void'
                    when i.paid_at <= now() then 'paid'
                    when i.amount_minor <= 0 then 'credit'
                    when i.due_on < (now() at time zone 'UTC')::date then 'overdue'
                    else 'due'
                end as status, i.source
            from crm.invoice i join crm.account_root r on r.account_id = i.account_id;
            call holdfast.describe('crm.current_invoice', 'What each invoice is now', $$
                invoice_id: the invoice, in crm.invoice [id]
                account_id: the account after merges, in crm.account [id]
                key: the outside world's id for the invoice
                amount_minor: what is to be paid [minor units of currency]
                currency: ISO 4217 code
                issued_on: day of the invoice
                due_on: last day to pay it
                paid_at: when it was paid in full
                voided_at: since when it is void
                status: void, paid, credit (nothing is to be paid), overdue since the UTC day behind due_on, or due
                source: where it came from
            $$);
            """#)
}
