import Foundation
import Model
import Postgres

/// What is said of an invoice; a credit note has a negative amount. What isn't said stays.
struct InvoiceDraft: Draft {
    static let keyField = "invoice_key"
    static let fields: [Field] =
        [
            .needed("account_key", .key, "who is to pay"),
            .needed("invoice_key", .key, "the outside world's id for it"),
        ] + Field.money("amount", "what is to be paid; negative for a credit note") + [
            .needed("currency", .form(.currency), "of the amount"),
            .needed("issued_on", .form(.calendarDay), "day of the invoice"),
            .optional(
                "due_on", .form(.calendarDay), "last day to pay it; issued_on for a new one unless said otherwise"),
            .optional("paid_at", .form(.time), "when it was paid in full"),
            .optional("voided_at", .form(.time), "since when it is void"),
        ]
    static let rules = [Rule.money("amount")]

    let key: String
    let accountKey: String
    let amount: Money
    let issuedOn: CalendarDay
    /// The last day to pay it; issuedOn for a new one where nothing is said.
    let dueOn: CalendarDay?
    /// When it was paid in full.
    let paidAt: Said<Date>
    let voidedAt: Said<Date>

    init(_ fields: Fields) throws {
        key = try fields.needed("invoice_key")
        accountKey = try fields.needed("account_key")
        guard let amount = try fields.saidMoney("amount").value else {
            throw fields.refusal("amount", "is missing: expected amount (29.33) or amount_minor (2933)")
        }
        self.amount = amount
        guard let issuedOn = try fields.day("issued_on").value else {
            throw fields.refusal("issued_on", "is missing: expected a day such as 2026-05-31")
        }
        self.issuedOn = issuedOn
        dueOn = try fields.day("due_on").value
        guard dueOn ?? issuedOn >= issuedOn else {
            throw fields.refusal("due_on", "lies before issued_on: expected a day from then on", code: "too_early")
        }
        paidAt = try fields.past("paid_at")
        voidedAt = try fields.past("voided_at")
    }

    static func write(
        _ drafts: [InvoiceDraft], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> [Verdict] {
        let ids = try await AccountIDs.standing(
            of: drafts.map { ($0.key, $0.accountKey) }, in: "crm.invoice", telling: .accountChanged, in: connection)
        let known = drafts.compactMap { draft in ids[draft.key].map { (draft: draft, account: $0) } }
        let given = known.map(\.draft)
        let rows = try await connection.query(
            """
            with g as (
                select * from unnest(\(given.map(\.key)), \(known.map(\.account)), \(given.map(\.amount.minor)),
                    \(given.map(\.amount.currency)), \(given.map(\.issuedOn)), \(given.map(\.dueOn)),
                    \(given.map(\.paidAt.value)), \(given.map { $0.paidAt != .nothing }), \(given.map(\.voidedAt.value)),
                    \(given.map { $0.voidedAt != .nothing }))
                    as g (key, account_id, amount_minor, currency, issued_on, due_on, paid_at, says_paid, voided_at, says_void)
            )
            insert into crm.invoice as i (key, account_id, amount_minor, currency, issued_on, due_on, paid_at, voided_at,
                known_at, historical, source)
            select g.key, g.account_id, g.amount_minor, g.currency, g.issued_on,
                coalesce(g.due_on, greatest(was.due_on, g.issued_on)),
                case when g.says_paid then g.paid_at else was.paid_at end,
                case when g.says_void then g.voided_at else was.voided_at end,
                case when \(origin.isHistory) then least(g.issued_on::timestamptz, now()) else now() end, \(origin.isHistory),
                \(origin.source)
            from g left join crm.invoice was on was.key = g.key
            order by g.key
            on conflict (key) do update set account_id = excluded.account_id, amount_minor = excluded.amount_minor,
                currency = excluded.currency, issued_on = excluded.issued_on, due_on = excluded.due_on,
                paid_at = case when (select g.says_paid from g where g.key = i.key) then excluded.paid_at else i.paid_at end,
                voided_at = case when (select g.says_void from g where g.key = i.key) then excluded.voided_at
                    else i.voided_at end
            where (i.account_id, i.amount_minor, i.currency, i.issued_on, i.due_on) is distinct from
                    (excluded.account_id, excluded.amount_minor, excluded.currency, excluded.issued_on, excluded.due_on)
                or (i.paid_at is distinct from excluded.paid_at and (select g.says_paid from g where g.key = i.key))
                or (i.voided_at is distinct from excluded.voided_at and (select g.says_void from g where g.key = i.key))
            returning i.key, xmax = 0 as made
            """)
        var written: [String: Bool] = [:]
        for row in rows {
            let (key, made) = try row.decode(String.self, Bool.self)
            written[key] = made
        }
        let touched = Set(known.compactMap { written[$0.draft.key] == nil ? nil : $0.account })
        try await Publication.accounts(touched.sorted(), .accountChanged, in: connection)
        return drafts.map { draft in
            guard ids[draft.key] != nil else { return .refused(AccountIDs.unknown(draft.accountKey)) }
            return written[draft.key].map { $0 ? .made : .changed } ?? .unchanged
        }
    }
}
