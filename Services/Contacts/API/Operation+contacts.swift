import Chassis
import Hummingbird
import Postgres

extension Operation {
    /// People at accounts.
    static let contacts: [Operation] =
        [
            list(
                "contact", in: "contacts", contact,
                filters: [
                    .optional("email", .form(.mail), "only those with this mail address"),
                    .optional("phone", .form(.askedPhone), "only those with this number, with its country"),
                ], narrowing: reachable
            ) { whose in "\(fragment: rows) where c.\(fragment: whose)" },
            get("contact", in: "contacts", Record.contact, contact) { key in
                "select item from (\(fragment: rows) where c.key = \(key)) r"
            },
        ]
        + writes(
            ContactDraft.self, "contact", in: "contacts", Record.contact,
            problems: [
                .unknownAccount, .fields, .inFuture,
                .refusal("bad_consents", words: "A consent is both given and refused."),
            ])

    /// Who can be reached there; a number may be written with blanks and dashes, as in a body.
    @Sendable private static func reachable(_ query: Fields) -> SQL {
        let wanted = [
            ("mail", query.text("email").value), ("phone", query.text("phone").value.flatMap(Address.askedPhone)),
        ]
        return wanted.reduce(into: "" as SQL) { condition, wanted in
            guard let value = wanted.1 else { return }
            condition += """
                 and c.id in (select d.contact_id from crm.contact_address d
                    where d.channel = \(wanted.0) and lower(d.value) = lower(\(value)))
                """
        }
    }

    private static let contact = Shape.record(
        ContactAnswer.fields + [.needed("account_key", .words, "the account at which the person is")])

    private static let rows: SQL = """
        select c.key, crm.contact_card(c.id) || jsonb_build_object('account_key', a.key) as item
        from crm.contact c join crm.account_root r on r.account_id = c.account_id join crm.account a on a.id = r.root_id
        """
}

/// What a contact is in answers.
enum ContactAnswer {
    static let fields: [Field] = [
        .needed("key", .words, "the outside world's id for the person"), .needed("name", .words, "the person's name"),
        .optional("role", .choice(ContactDraft.roles), "in the decision"), .optional("language", .words, "BCP 47 tag"),
        .optional("time_zone", .words, "IANA name"),
        .optional("do_not_disturb_until", .moment, "nobody writes or calls until then, except about service"),
        .needed("fields", .open, "custom fields by their keys"),
        .needed("source", .words, "where the contact came from"),
        .needed(
            "addresses",
            .list(
                .record([.needed("channel", .words, "mail, phone and so on"), .needed("value", .words, "the address")]),
                atMost: .max), ""),
        .needed(
            "consents",
            .list(
                .record([
                    .needed("channel", .words, "mail, phone and so on"), .needed("topic", .words, "what about"),
                    .needed("granted", .flag, "false where withdrawn"), .needed("source", .words, "how it was said"),
                    .needed("at", .moment, "since when"),
                ]), atMost: .max), "what holds now"),
    ]
}
