import Foundation
import Model
import Postgres

/// A goal agreed with the customer. What isn't said stays.
struct GoalDraft: Draft {
    static let keyField = "goal_key"
    static let fields: [Field] = [
        .needed("account_key", .key, "with whom it is agreed"),
        .needed("goal_key", .key, "the outside world's id for it"),
        .optional("words", .text(atMost: 2_000, lines: true), "what is to be reached, and how one can tell"),
        .optional("due_on", .form(.calendarDay), "by which day"),
        .optional("status", .choice(statuses), "open until it is said"),
        .optional("agreed_at", .form(.time), "when it was agreed; now unless said otherwise"),
    ]
    static let statuses = ["open", "reached", "missed", "dropped"]

    let key: String
    let accountKey: String
    /// What is to be reached, and how one can tell.
    let words: String?
    let dueOn: Said<CalendarDay>
    let status: String?
    let agreedAt: Date?

    init(_ fields: Fields) throws {
        key = try fields.needed("goal_key")
        accountKey = try fields.needed("account_key")
        words = fields.text("words").value
        dueOn = try fields.day("due_on")
        status = fields.text("status").value
        agreedAt = try fields.past("agreed_at").value
    }

    static func write(
        _ drafts: [GoalDraft], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> [Verdict] {
        let ids = try await AccountIDs.standing(
            of: drafts.map { ($0.key, $0.accountKey) }, in: "crm.goal", telling: .accountChanged, in: connection)
        let known = drafts.compactMap { draft in ids[draft.key].map { (draft: draft, account: $0) } }
        let given = known.map(\.draft)
        let rows = try await connection.query(
            """
            insert into crm.goal as o (key, account_id, words, due_on, status, agreed_at)
            select g.key, g.account_id, coalesce(g.words, was.words, g.key),
                case when g.due_on is null then was.due_on else nullif(g.due_on, '')::date end,
                coalesce(g.status, was.status, 'open'), coalesce(g.agreed_at, was.agreed_at, now())
            from unnest(\(given.map(\.key)), \(known.map(\.account)), \(given.map(\.words)),
                \(given.map { $0.dueOn.map(\.description).sent }), \(given.map(\.status)), \(given.map(\.agreedAt)))
                as g (key, account_id, words, due_on, status, agreed_at)
            left join crm.goal was on was.key = g.key
            order by g.key
            on conflict (key) do update set account_id = excluded.account_id, words = excluded.words,
                due_on = excluded.due_on, status = excluded.status, agreed_at = excluded.agreed_at
            where (o.account_id, o.words, o.due_on, o.status, o.agreed_at) is distinct from
                (excluded.account_id, excluded.words, excluded.due_on, excluded.status, excluded.agreed_at)
            returning o.key, xmax = 0 as made
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
