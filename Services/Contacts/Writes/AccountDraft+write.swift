import Foundation
import Model
import Postgres

extension AccountDraft {
    /// Makes the accounts that are not there, changes those that differ, and makes real what was a stub.
    static func write(
        _ all: [AccountDraft], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> [Verdict] {
        let users = try await Owner.users(Set(all.compactMap(\.owner.value)), origin, in: connection)
        // Nothing is written of an account whose owner is no user.
        let drafts = all.filter { draft in draft.owner.value.map { users[$0] != nil } ?? true }
        let made = try await insert(drafts, origin, in: connection)
        let changed = try await update(drafts.filter { !made.contains($0.key) }, origin, in: connection)
        let ids = try await AccountIDs.of(drafts.map(\.key), in: connection)
        let owned = try await Owner.set(
            drafts.compactMap { draft in
                ids[draft.key].flatMap { Owner.Wish(accountID: $0, draft.owner) }
            }, users: users, in: connection)
        let tagged = try await Tag.put(
            drafts.flatMap { draft in
                (draft.tags ?? []).compactMap { tag in
                    ids[draft.key].map { Tag(accountID: $0, tag: tag, present: true) }
                }
            }, in: connection)
        let verdicts = all.map { draft -> Verdict in
            if let owner = draft.owner.value, users[owner] == nil { return .refused(Owner.unknown(owner)) }
            guard let id = ids[draft.key] else { return .unchanged }
            if made.contains(draft.key) { return .made }
            return changed.contains(draft.key) || owned.contains(id) || tagged.contains(id) ? .changed : .unchanged
        }
        let touched = zip(all, verdicts).compactMap { draft, verdict in
            verdict == .made || verdict == .changed ? ids[draft.key] : nil
        }
        try await Publication.accounts(touched, .accountChanged, in: connection)
        return verdicts
    }

    /// - Returns: the keys of the accounts that were made.
    private static func insert(
        _ drafts: [AccountDraft], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> Set<String> {
        let rows = try await connection.query(
            """
            insert into crm.account (key, name, kind, source, industry, country, language, time_zone, on_holiday_until,
                created_at, known_at)
            select g.key, coalesce(g.name, g.key), coalesce(g.kind, 'company'), \(origin.source), nullif(g.industry, ''),
                nullif(g.country, ''), nullif(g.language, ''), nullif(g.time_zone, ''), nullif(g.on_holiday_until, '')::date,
                coalesce(g.created_at, now()), case when \(origin.isHistory) then coalesce(g.created_at, now()) else now() end
            from \(fragment: given(drafts))
            order by g.key
            on conflict (key) do nothing
            returning key
            """)
        return Set(try rows.map { try $0["key"] })
    }

    /// - Returns: the keys of the accounts that were changed.
    private static func update(
        _ drafts: [AccountDraft], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> Set<String> {
        if drafts.isEmpty { return [] }
        let rows = try await connection.query(
            """
            with wanted as (
                select a.id, coalesce(g.name, a.name) as name, coalesce(g.kind, a.kind) as kind,
                    case when g.industry is null then a.industry else nullif(g.industry, '') end as industry,
                    case when g.country is null then a.country else nullif(g.country, '') end as country,
                    case when g.language is null then a.language else nullif(g.language, '') end as language,
                    case when g.time_zone is null then a.time_zone else nullif(g.time_zone, '') end as time_zone,
                    case when g.on_holiday_until is null then a.on_holiday_until
                        else nullif(g.on_holiday_until, '')::date end as on_holiday_until,
                    coalesce(g.created_at, a.created_at) as created_at
                from \(fragment: given(drafts)) join crm.account a on a.key = g.key
                order by a.id for update of a
            )
            update crm.account a set name = w.name, kind = w.kind, industry = w.industry, country = w.country,
                language = w.language, time_zone = w.time_zone, on_holiday_until = w.on_holiday_until,
                created_at = w.created_at, stub = false, source = case when a.stub then \(origin.source) else a.source end
            from wanted w
            where a.id = w.id and (a.stub or
                (a.name, a.kind, a.industry, a.country, a.language, a.time_zone, a.on_holiday_until, a.created_at)
                is distinct from
                (w.name, w.kind, w.industry, w.country, w.language, w.time_zone, w.on_holiday_until, w.created_at))
            returning a.key
            """)
        return Set(try rows.map { try $0["key"] })
    }

    /// The drafts as rows `g`; null is "not said", an empty text clears.
    private static func given(_ drafts: [AccountDraft]) -> SQL {
        """
        unnest(\(drafts.map(\.key)), \(drafts.map(\.name)), \(drafts.map(\.kind)), \(drafts.map(\.industry.sent)),
            \(drafts.map(\.country.sent)), \(drafts.map(\.language.sent)), \(drafts.map(\.timeZone.sent)),
            \(drafts.map { $0.onHolidayUntil.map(\.description).sent }), \(drafts.map(\.createdAt)))
            as g (key, name, kind, industry, country, language, time_zone, on_holiday_until, created_at)
        """
    }
}
