import Foundation
import Model
import Postgres

extension AccountDraft {
    /// Makes the accounts that are not there, changes those that differ, and makes real what was a stub.
    static func write(
        _ all: [AccountDraft], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> [Verdict] {
        let users = try await Owner.users(Set(all.compactMap(\.owner.value)), origin, in: connection)
        let custom = try await CustomValues.judge(all.map { ($0.key, $0.custom) }, .account, in: connection)
        var refusals = try await customers(all, in: connection).merging(custom.refusals) { $1 }
            .merging(try await merged(all, in: connection)) { $1 }
        for draft in all {
            guard let owner = draft.owner.value, users[owner] == nil else { continue }
            refusals[draft.key] = Owner.unknown(owner)
        }
        // Nothing is written of an account of which one thing can't be taken.
        let drafts = all.filter { refusals[$0.key] == nil }
        let made = try await insert(drafts, custom, origin, in: connection)
        let changed = try await update(drafts.filter { !made.contains($0.key) }, custom, origin, in: connection)
        let ids = try await AccountIDs.of(drafts.map(\.key), in: connection)
        let owned = try await Owner.set(
            drafts.compactMap { draft in
                ids[draft.key].flatMap { Owner.Wish(accountID: $0, draft.owner) }
            }, users: users, in: connection)
        let tagged = try await Tag.put(
            drafts.flatMap { draft in
                (draft.tags.value ?? []).compactMap { tag in
                    ids[draft.key].map { Tag(accountID: $0, tag: tag, present: true) }
                }
            } + Tag.all(of: drafts.compactMap { $0.tags == .cleared ? ids[$0.key] : nil }, in: connection),
            in: connection)
        let verdicts = all.map { draft -> Verdict in
            if let refusal = refusals[draft.key] { return .refused(refusal) }
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

    /// Those that were merged: what is written of them nobody would see before the merge is undone.
    private static func merged(
        _ drafts: [AccountDraft], in connection: PostgresConnection
    ) async throws -> [String: Refusal] {
        let rows = try await connection.query(
            """
            select a.key, s.key as survivor from crm.account a left join crm.account s on s.id = a.root_id
            where a.key = any(\(drafts.map(\.key))) and a.merged_into is not null
            """)
        var refusals: [String: Refusal] = [:]
        for row in rows {
            let (key, survivor) = try row.decode(String.self, String?.self)
            refusals[key] = Refusal.conflict(
                keyField, "was merged into “\(survivor ?? "another")”: write to that one, or undo the merge first",
                code: "merged")
        }
        return refusals
    }

    /// Those that are to be leads and won a deal already.
    private static func customers(
        _ drafts: [AccountDraft], in connection: PostgresConnection
    ) async throws -> [String: Refusal] {
        let leads = drafts.filter { $0.lead == true }.map(\.key)
        if leads.isEmpty { return [:] }
        let rows = try await connection.query(
            "select key from crm.account where key = any(\(leads)) and became_customer_at is not null for no key update"
        )
        var refusals: [String: Refusal] = [:]
        for row in rows {
            refusals[try row["key"]] = Refusal.conflict(
                "lead", "the account won a deal and is a customer: leave it out", code: "is_customer")
        }
        return refusals
    }

    /// - Returns: the keys of the accounts that were made.
    private static func insert(
        _ drafts: [AccountDraft], _ custom: CustomValues, _ origin: Origin, in connection: PostgresConnection
    ) async throws -> Set<String> {
        if drafts.isEmpty { return [] }
        let rows = try await connection.query(
            """
            insert into crm.account (key, name, kind, source, industry, country, city, language, time_zone, employees, domain,
                preferred_channel, came_for, strategy, on_holiday_until, do_not_disturb_until, lead, fields, created_at,
                known_at)
            select g.key, coalesce(nullif(g.name, ''), g.key), coalesce(nullif(g.kind, ''), 'company'), \(origin.source), nullif(g.industry, ''),
                nullif(g.country, ''), nullif(g.city, ''), nullif(g.language, ''), nullif(g.time_zone, ''),
                nullif(g.employees, '')::integer, nullif(g.domain, ''), nullif(g.preferred_channel, ''),
                nullif(g.came_for, ''), nullif(g.strategy, ''), nullif(g.on_holiday_until, '')::date,
                nullif(g.do_not_disturb_until, '')::timestamptz, coalesce(g.lead, false), jsonb_strip_nulls(g.fields::jsonb),
                coalesce(g.created_at, now()), case when \(origin.isHistory) then coalesce(g.created_at, now()) else now() end
            from \(fragment: try given(drafts, custom))
            order by g.key
            on conflict (key) do nothing
            returning key
            """)
        return Set(try rows.map { try $0["key"] })
    }

    /// - Returns: the keys of the accounts that were changed.
    private static func update(
        _ drafts: [AccountDraft], _ custom: CustomValues, _ origin: Origin, in connection: PostgresConnection
    ) async throws -> Set<String> {
        if drafts.isEmpty { return [] }
        let rows = try await connection.query(
            """
            with wanted as (
                select a.id, coalesce(case when g.name is null then a.name else nullif(g.name, '') end, a.key) as name,
                    coalesce(case when g.kind is null then a.kind else nullif(g.kind, '') end, 'company') as kind,
                    case when g.industry is null then a.industry else nullif(g.industry, '') end as industry,
                    case when g.country is null then a.country else nullif(g.country, '') end as country,
                    case when g.city is null then a.city else nullif(g.city, '') end as city,
                    case when g.language is null then a.language else nullif(g.language, '') end as language,
                    case when g.time_zone is null then a.time_zone else nullif(g.time_zone, '') end as time_zone,
                    case when g.employees is null then a.employees else nullif(g.employees, '')::integer end as employees,
                    case when g.domain is null then a.domain else nullif(g.domain, '') end as domain,
                    case when g.preferred_channel is null then a.preferred_channel
                        else nullif(g.preferred_channel, '') end as preferred_channel,
                    case when g.came_for is null then a.came_for else nullif(g.came_for, '') end as came_for,
                    case when g.strategy is null then a.strategy else nullif(g.strategy, '') end as strategy,
                    case when g.on_holiday_until is null then a.on_holiday_until
                        else nullif(g.on_holiday_until, '')::date end as on_holiday_until,
                    case when g.do_not_disturb_until is null then a.do_not_disturb_until
                        else nullif(g.do_not_disturb_until, '')::timestamptz end as do_not_disturb_until,
                    coalesce(g.lead, a.lead) as lead, jsonb_strip_nulls(a.fields || g.fields::jsonb) as fields,
                    coalesce(g.created_at, a.created_at) as created_at
                from \(fragment: try given(drafts, custom)) join crm.account a on a.key = g.key
                order by a.id for update of a
            )
            update crm.account a set name = w.name, kind = w.kind, industry = w.industry, country = w.country, city = w.city,
                language = w.language, time_zone = w.time_zone, employees = w.employees, domain = w.domain,
                preferred_channel = w.preferred_channel, came_for = w.came_for, strategy = w.strategy,
                on_holiday_until = w.on_holiday_until, do_not_disturb_until = w.do_not_disturb_until, lead = w.lead,
                fields = w.fields, created_at = w.created_at, stub = false,
                source = case when a.stub then \(origin.source) else a.source end
            from wanted w
            where a.id = w.id and (a.stub or
                (a.name, a.kind, a.industry, a.country, a.city, a.language, a.time_zone, a.employees, a.domain,
                    a.preferred_channel, a.came_for, a.strategy, a.on_holiday_until, a.do_not_disturb_until, a.lead,
                    a.fields, a.created_at)
                is distinct from
                (w.name, w.kind, w.industry, w.country, w.city, w.language, w.time_zone, w.employees, w.domain,
                    w.preferred_channel, w.came_for, w.strategy, w.on_holiday_until, w.do_not_disturb_until, w.lead,
                    w.fields, w.created_at))
            returning a.key
            """)
        return Set(try rows.map { try $0["key"] })
    }

    /// The drafts as rows `g`; null is "not said", an empty text clears.
    private static func given(_ drafts: [AccountDraft], _ custom: CustomValues) throws -> SQL {
        """
        unnest(\(drafts.map(\.key)), \(drafts.map(\.name.sent)), \(drafts.map(\.kind.sent)), \(drafts.map(\.industry.sent)),
            \(drafts.map(\.country.sent)), \(drafts.map(\.city.sent)), \(drafts.map(\.language.sent)),
            \(drafts.map(\.timeZone.sent)), \(drafts.map(\.employees.sent)), \(drafts.map(\.domain.sent)),
            \(drafts.map(\.preferredChannel.sent)), \(drafts.map(\.cameFor.sent)), \(drafts.map(\.strategy.sent)),
            \(drafts.map { $0.onHolidayUntil.map(\.description).sent }),
            \(drafts.map { $0.doNotDisturbUntil.map(Timestamp.write).sent }), \(drafts.map(\.lead)),
            \(try drafts.map { try custom.patch($0.key) }), \(drafts.map(\.createdAt)))
            as g (key, name, kind, industry, country, city, language, time_zone, employees, domain, preferred_channel,
                came_for, strategy, on_holiday_until, do_not_disturb_until, lead, fields, created_at)
        """
    }
}
