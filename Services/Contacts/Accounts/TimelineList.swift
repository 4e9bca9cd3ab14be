import Foundation
import Model
import Postgres

/// The timeline of one account, a page at a time, the newest first.
struct TimelineList: Sendable {
    var limit: Int64 = 50
    /// The `next_after` of the page before.
    var after = ""
    /// Only what happened before; where a page before said where it ended, that counts.
    var before: Date?

    /// `{"pinned": […], "items": […], "next_after": …}`: pinned entries stand on the first page, and in their place in time
    /// too, so that pinning one between two pages loses none.
    /// - Parameter account: the id of one that was not merged.
    func page(_ account: Int64, in pool: PostgresPool) async throws -> JSONText {
        let last = after.isEmpty ? nil : try Cursor(after, count: 2)
        guard let moment = last == nil ? 0 : last.flatMap({ Int64($0.values[0]) }) else {
            throw Refusal("after", "expected the next_after of a page")
        }
        let place = last?.values[1] ?? ""
        let time: SQL =
            last == nil ? "\(before)::timestamptz" : "to_timestamp(0) + \(moment) * interval '1 microsecond'"
        let row = try await pool.first(
            """
            with rows as materialized (
                select * from crm.timeline(\(account), \(fragment: time), \(place), \(limit + 1))
            ), shown as (select * from rows order by at desc, place desc limit \(limit))
            select jsonb_build_object('pinned', coalesce((
                    select jsonb_agg(jsonb_build_object('at', i.occurred_at, 'kind', i.kind, 'words', i.title, 'pinned', true)
                        order by i.occurred_at desc, i.id desc)
                    from crm.interaction i
                    where i.pinned_at is not null and i.account_id in (
                        select r.account_id from crm.account_root r where r.root_id = \(account)) and \(after.isEmpty)), '[]'),
                'items', coalesce((select jsonb_agg(to_jsonb(s) - 'place' order by s.at desc, s.place desc) from shown s), '[]')
                )::text as page,
                (select count(*) from rows) > \(limit) as is_more,
                (select (extract(epoch from at) * 1000000)::bigint from shown order by at, place limit 1) as moment,
                (select place from shown order by at, place limit 1) as place
            """)
        guard let row else { return JSONText("{}") }
        let (page, isMore, lastMoment, lastPlace) = try row.decode(String.self, Bool.self, Int64?.self, String?.self)
        var next: String?
        if isMore, let lastMoment, let lastPlace { next = Cursor([String(lastMoment), lastPlace]).text }
        return JSONText(String(page.dropLast()) + ", \"next_after\": " + (try JSONText(encoding: next).text) + "}")
    }
}
