import Foundation
import Model
import Postgres
import Schema

/// The timeline of one account, a page at a time, the newest first.
struct TimelineList: Sendable {
    var limit: Int64 = 50
    /// The `next_after` of the page before.
    var after = ""
    /// Only what happened before; where a page before said where it ended, that counts.
    var before: Date?

    /// PostgreSQL has no times beyond some hundred thousand years [microseconds].
    private static let mostMoment: UInt64 = 100_000_000_000_000_000

    /// The entries of the page and one more, by which one knows whether it is the last.
    /// - Parameter account: the id of one that was not merged.
    func entries(of account: Int64) throws -> SQL {
        let last = after.isEmpty ? nil : try Cursor(after, count: 2)
        guard let last else {
            return "select * from crm.timeline(\(account), \(before)::timestamptz, '', \(limit + 1))"
        }
        guard let moment = Int64(last.values[0]), moment.magnitude < Self.mostMoment else { throw Cursor.unread }
        return """
            select * from crm.timeline(\(account), to_timestamp(0) + \(moment) * interval '1 microsecond',
                \(last.values[1]), \(limit + 1))
            """
    }

    /// Pinned entries stand before the first page, and in their place in time too, so that pinning one between two pages
    /// loses none.
    func pinned(of account: Int64) -> SQL {
        "select * from crm.pinned(\(account)) where \(after.isEmpty && before == nil)"
    }

    /// What the next page begins behind.
    static func next(at: Date, place: String) -> String {
        Cursor([String(Int64((at.timeIntervalSince1970 * 1_000_000).rounded())), place]).text
    }

    /// `{"pinned": […], "items": […], "next_after": …}`
    func page(_ account: Int64, in pool: PostgresPool) async throws -> JSONText {
        let row = try await pool.first(
            """
            with rows as materialized (\(fragment: try entries(of: account))),
            shown as (select * from rows order by at desc, place desc limit \(limit)),
            pinned as (\(fragment: pinned(of: account)))
            select jsonb_build_object(
                'pinned', coalesce((select jsonb_agg(\(fragment: SQL(verbatim: Timeline.answer("p")))) from pinned p), '[]'),
                'items', coalesce((select jsonb_agg(\(fragment: SQL(verbatim: Timeline.answer("s"))) order by s.at desc, s.place desc) from shown s),
                    '[]'))::text as page,
                (select count(*) from rows) > \(limit) as is_more,
                (select at from shown order by at, place limit 1) as at,
                (select place from shown order by at, place limit 1) as place
            """)
        guard let row else { return JSONText("{}") }
        let (page, isMore, at, place) = try row.decode(String.self, Bool.self, Date?.self, String?.self)
        var next: String?
        if isMore, let at, let place { next = Self.next(at: at, place: place) }
        return JSONText(String(page.dropLast()) + ", \"next_after\": " + (try JSONText(encoding: next).text) + "}")
    }
}
