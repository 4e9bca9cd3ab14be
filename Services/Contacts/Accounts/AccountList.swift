import Model
import Postgres

/// Accounts by what is asked for, a page at a time.
struct AccountList: Sendable {
    enum Order: String, CaseIterable, Sendable { case key, name }

    /// Words that name or key must hold, in any order and case, with any apostrophe.
    var words: String?
    /// Name of the user who looks after them.
    var owner: String?
    /// Only those that nobody looks after.
    var unowned = false
    /// Key of a segment that they are in.
    var segment: String?
    var tag: String?
    /// Only those that are leads, or only those that are none.
    var lead: Bool?
    var order = Order.key
    var limit: Int64 = 50
    /// The `next_after` of the page before.
    var after = ""

    /// The most words that are looked for.
    private static let mostWords = 10

    /// `{"items": […], "next_after": …}`, the latter null on the last page.
    /// - Throws: `Refusal` where there is no such owner or segment.
    func page(in pool: PostgresPool) async throws -> JSONText {
        try await check(in: pool)
        let rows = try await pool.query(
            """
            select a.key, a.name from crm.account a
            where a.merged_into is null \(fragment: try filter) \(fragment: try behind)
            order by \(fragment: order == .name ? "a.name collate \"uk-x-icu\", a.key" : "a.key") limit \(limit + 1)
            """)
        let found = try rows.map { try $0.decode(String.self, String.self) }
        let shown = found.prefix(Int(limit))
        let next: String? = found.count > shown.count ? shown.last.map { self.next($0.0, $0.1) } : nil
        let items = try await pool.first(
            """
            select jsonb_build_object('items', coalesce((
                select jsonb_agg(to_jsonb(r) order by k.place) from report.account r
                join unnest(\(shown.map(\.0))) with ordinality as k (key, place) on k.key = r.account_key
                where r.account_key = any(\(shown.map(\.0)))), '[]'), 'next_after', \(next)::text)
            """)
        return try items.map { try $0[0] } ?? JSONText("{}")
    }

    /// A name that was mistyped would look like a list that is empty. Of tags there is no list to look in.
    private func check(in pool: PostgresPool) async throws {
        guard owner != nil || segment != nil else { return }
        let row = try await pool.first(
            """
            select exists (select from crm.team_user where name = \(owner)) as is_user,
                exists (select from crm.segment where key = \(segment)) as is_segment
            """)
        guard let row else { return }
        if let owner, try !row["is_user"] { throw Owner.unknown(owner) }
        if let segment, try !row["is_segment"] {
            throw Refusal(
                "segment", "there is no segment “\(segment)”: GET /v1/segments shows them", code: "unknown_segment")
        }
    }

    private func next(_ key: String, _ name: String) -> String {
        order == .name ? Cursor([name, key]).text : key
    }

    private var behind: SQL {
        get throws {
            guard !after.isEmpty else { return "" }
            switch order {
            case .key: return "and a.key > \(after)"
            case .name:
                let last = try Cursor(after, count: 2).values
                return "and (a.name collate \"uk-x-icu\", a.key) > (\(last[0]) collate \"uk-x-icu\", \(last[1]))"
            }
        }
    }

    private var filter: SQL {
        get throws {
            var sql: SQL = ""
            if let words { sql += try Self.holding(words) }
            if let owner {
                sql += """
                     and a.id in (select o.account_id from crm.current_owner o join crm.team_user u on u.id = o.user_id
                        where u.name = \(owner))
                    """
            }
            if unowned {
                sql +=
                    " and not exists (select from crm.current_owner o where o.account_id = a.id and o.user_id is not null)"
            }
            if let segment {
                sql += """
                     and a.id in (select m.account_id from crm.segment_member m join crm.segment s on s.id = m.segment_id
                        where s.key = \(segment))
                    """
            }
            if let tag { sql += " and a.id in (select t.account_id from crm.current_tag t where t.tag = \(tag))" }
            if let lead { sql += " and a.lead = \(lead)" }
            return sql
        }
    }

    /// The words are brought into the form of the column `search`, and % and _ mean themselves.
    private static func holding(_ text: String) throws -> SQL {
        let words = text.normalized.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count <= mostWords else {
            throw Refusal("q", "expected at most \(mostWords) words", code: "too_many_words")
        }
        let patterns = words.map { word in
            "%" + word.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_") + "%"
        }
        return """
             and a.search like all (select lower(translate(w, '’ʼ‘`', '''''''''') collate "und-x-icu")
                from unnest(\(patterns)) as w)
            """
    }
}
