import HTTPTypes
import Postgres

extension Operation {
    /// Invoices; a credit note has a negative amount.
    static let invoices: [Operation] =
        [
            Operation(
                method: .get, path: "/v1/invoices", id: "listInvoices",
                summary: "List invoices in the order of their keys",
                query: Page.queryOfAccount + [
                    .optional("status", .choice(statuses), "only those")
                ],
                answers: [
                    Answer(words: "A page of invoices.", shape: Page.shape(.named("ListedInvoice", .record(invoice))))
                ], problems: [.noSuchAccount]
            ) { call in
                let (account, status) = (try await call.accountNamed()?.key, call.query.text("status").value)
                return try await call.page(
                    """
                    select * from report.invoice where invoice > \(call.after)
                        and (\(account)::text is null or account_key = \(account))
                        and (\(status)::text is null or status = \(status))
                    order by invoice
                    """, key: "invoice")
            },
            get("invoice", in: "invoices", Record.invoice, .record(invoice)) { key in
                "select to_jsonb(r) from report.invoice r where r.invoice = \(key)"
            },
        ]
        + writes(
            InvoiceDraft.self, "invoice", in: "invoices", Record.invoice,
            problems: [.unknownAccount, .inFuture, .tooEarly])

    private static let statuses = ["void", "paid", "credit", "overdue", "due"]

    private static let invoice: [Field] = [
        .needed("account_key", .words, "who is to pay"), .needed("invoice", .words, "its key"),
        .needed("amount_minor", .integer(.min ... .max), "what is to be paid, in minor units of the currency"),
        .needed("currency", .words, "ISO 4217 code"), .needed("issued_on", .day, "day of the invoice"),
        .needed("due_on", .day, "last day to pay it"), .optional("paid_at", .moment, "when it was paid in full"),
        .needed("status", .choice(statuses), "credit is one of which nothing is to be paid"),
        .optional("days_overdue", .count(), "days since its last day; null where it is not overdue"),
    ]
}
