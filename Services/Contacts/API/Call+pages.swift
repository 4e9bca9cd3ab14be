import Chassis
import Hummingbird
import Postgres

/// Lists by pages: how many, and behind which key.
enum Page {
    static let most: Int64 = 500
    static let usual: Int64 = 50

    static let limit = Field.optional("limit", .integer(1...most), "how many at most; \(usual) unless said otherwise")

    /// The query of a list whose keys are texts.
    static let query: [Field] = [limit, .optional("after", .text(atMost: 200), "the next_after of the page before")]

    /// The query of one of records that stand at accounts.
    static let queryOfAccount: [Field] =
        query + [.optional("account", .text(atMost: 200), "only those of this account")]

    /// - Parameter next: what the next page begins behind.
    static func shape(_ item: Shape, next: Shape = .words) -> Shape {
        .record([
            .needed("items", .list(item, atMost: Int(most)), "in the order of their keys"),
            .optional("next_after", next, "null on the last page"),
        ])
    }
}

extension Call {
    var limit: Int64 { query.integer("limit").value ?? Page.usual }

    /// The key behind which the page begins; empty for the first.
    var after: String { query.text("after").value ?? "" }

    /// The account that the query names, which may have been merged into another; nil where it names none.
    /// - Throws: `Refusal` where there is none with this key: a mistyped one would look like a list that is empty.
    func accountNamed() async throws -> (id: Int64, key: String)? {
        guard let key = query.text("account").value else { return nil }
        let row = try await pool.first(
            """
            select r.id, r.key from crm.account a join crm.account r on r.id = coalesce(a.root_id, a.id) where a.key = \(key)
            """)
        guard let row else {
            throw Refusal(
                "account", "there is no account with the key “\(key)”: GET /v1/accounts shows them",
                code: "unknown_account")
        }
        return (try row["id"], try row["key"])
    }

    /// A page of items by their keys, of everybody or of one account.
    /// - Parameters:
    ///   - narrowing: a further condition on the rows, beginning with `and`; empty for none.
    ///   - rows: the statement with columns `key` and `item`, for a condition on which accounts' rows are meant; the rows'
    ///     account is `account_id` there.
    func list(narrowing: SQL, _ rows: (SQL) -> SQL) async throws -> Response {
        let account = try await accountNamed()
        // Of one, all are found first: in the order of keys they might be anywhere among everybody's.
        let whose: SQL =
            account.map {
                "account_id = any(array(select m.id from crm.account m where m.root_id = \($0.id)))\(fragment: narrowing)"
            } ?? "account_id is not null\(fragment: narrowing)"
        let isFound: SQL = account == nil ? "not materialized" : "materialized"
        let text = try await value(
            """
            with found as \(fragment: isFound) (\(fragment: rows(whose))),
                rows as (select * from found where key > \(after) order by key limit \(limit + 1)),
                shown as (select * from rows limit \(limit))
            select jsonb_build_object(
                'items', coalesce((select jsonb_agg(s.item order by s.key) from shown s), '[]'),
                'next_after', case when (select count(*) from rows) > \(limit) then (select max(s.key) from shown s) end)
            """)
        return JSONBody.answer(text ?? JSONText("{}"))
    }

    /// A page of rows with a key: `{"items": […], "next_after": …}`; `next_after` is null on the last page. The rows must be
    /// in the order of the key.
    func page(_ rows: SQL, key: String) async throws -> Response {
        let text = try await value(
            """
            with rows as (\(fragment: rows) limit \(limit + 1)), shown as (select * from rows limit \(limit))
            select jsonb_build_object(
                'items', coalesce((select jsonb_agg(to_jsonb(s)) from shown s), '[]'),
                'next_after', case when (select count(*) from rows) > \(limit)
                    then (select s.\(identifier: key) from shown s offset \(limit - 1)) end)
            """)
        return JSONBody.answer(text ?? JSONText("{}"))
    }
}
