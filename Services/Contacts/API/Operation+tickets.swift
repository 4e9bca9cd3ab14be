import HTTPTypes
import Postgres

extension Operation {
    /// Requests for help.
    static let tickets: [Operation] =
        [
            Operation(
                method: .get, path: "/v1/tickets", id: "listTickets",
                summary: "List tickets in the order of their keys",
                query: Page.queryOfAccount + [
                    .optional("status", .choice(TicketDraft.statuses), "only those"),
                    .optional("priority", .choice(TicketDraft.priorities), "only those"),
                ],
                answers: [
                    Answer(words: "A page of tickets.", shape: Page.shape(.named("ListedTicket", .record(ticket))))
                ], problems: [.noSuchAccount]
            ) { call in
                let (account, status) = (try await call.accountNamed()?.key, call.query.text("status").value)
                let priority = call.query.text("priority").value
                return try await call.page(
                    """
                    select * from report.ticket where ticket > \(call.after)
                        and (\(account)::text is null or account_key = \(account))
                        and (\(status)::text is null or status = \(status))
                        and (\(priority)::text is null or priority = \(priority))
                    order by ticket
                    """, key: "ticket")
            },
            get(
                "ticket", in: "tickets", Record.ticket,
                .record(
                    ticket + [
                        .optional("contact_key", .words, "the person who asked"),
                        .optional("feedback_words", .words, "in the customer's words"),
                    ])
            ) { key in
                """
                select to_jsonb(r) || jsonb_build_object('contact_key', c.key, 'feedback_words', k.feedback_words)
                from report.ticket r join crm.ticket k on k.key = r.ticket left join crm.contact c on c.id = k.contact_id
                where r.ticket = \(key)
                """
            },
        ]
        + writes(
            TicketDraft.self, "ticket", in: "tickets", Record.ticket,
            problems: [
                .refusal(
                    "unknown_account", "unknown_contact",
                    words: "There is no such account or contact; the message says which."),
                .inFuture, .tooEarly,
            ])

    private static let ticket: [Field] = [
        .needed("account_key", .words, "who asked"), .needed("ticket", .words, "its key"),
        .needed("subject", .words, "one line"), .needed("priority", .choice(TicketDraft.priorities), ""),
        .optional("channel", .words, "by which it came"), .needed("status", .choice(TicketDraft.statuses), ""),
        .needed("escalated", .flag, "true where it was taken higher"), .needed("opened_at", .moment, ""),
        .needed("changed_at", .moment, "since when status and escalated are so"),
        .optional("first_answered_at", .moment, "when a person first answered"),
        .optional("solved_at", .moment, "when it was solved or closed, the last time; null while it is not"),
        .needed("reopened", .count(), "how often it came back"),
        .optional("feedback", .choice(["good", "bad"]), ""), .optional("feedback_at", .moment, "when that was said"),
    ]
}

extension Operation.Problem {
    static let tooEarly = refusal("too_early", words: "A time lies before the one that it must follow.")
}
