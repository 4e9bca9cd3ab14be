import Foundation
import Model
import Postgres

extension ContactDraft {
    static func write(
        _ drafts: [ContactDraft], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> [Verdict] {
        let accounts = try await AccountIDs.standing(
            of: drafts.map { ($0.key, $0.accountKey) }, in: "crm.contact", telling: .accountChanged, in: connection)
        let custom = try await CustomValues.judge(drafts.map { ($0.key, $0.custom) }, .contact, in: connection)
        let known = drafts.filter { accounts[$0.key] != nil && custom.refusals[$0.key] == nil }
        let given = try given(known, accounts, custom)
        let made = try await insert(given, origin, in: connection)
        let changed = try await update(given, in: connection)
        let ids = try await ids(of: known.map(\.key), in: connection)
        let reached = try await setAddresses(known, ids, in: connection)
        let consented = try await Consent.record(
            known.flatMap { draft in
                draft.consents.compactMap { consent in
                    ids[draft.key].map { Consent.Given(contactID: $0, consent: consent) }
                }
            }, origin, in: connection)
        let verdicts = drafts.map { draft -> Verdict in
            guard accounts[draft.key] != nil else { return .refused(AccountIDs.unknown(draft.accountKey)) }
            if let refusal = custom.refusals[draft.key] { return .refused(refusal) }
            guard let id = ids[draft.key], !made.contains(id) else { return .made }
            return changed.contains(id) || reached.contains(id) || consented.contains(id) ? .changed : .unchanged
        }
        let touched = zip(drafts, verdicts).compactMap { draft, verdict in
            verdict == .made || verdict == .changed ? ids[draft.key] : nil
        }
        try await Publication.contacts(touched, .contactChanged, in: connection)
        return verdicts
    }

    /// What to say of a key without a contact.
    static func unknown(_ key: String) -> Refusal {
        Refusal(
            "contact_key", "there is no contact with the key “\(key)”: write the contact first", code: "unknown_contact"
        )
    }

    static func ids(of keys: [String], in connection: PostgresConnection) async throws -> [String: Int64] {
        let rows = try await connection.query("select key, id from crm.contact where key = any(\(keys))")
        var ids: [String: Int64] = [:]
        for row in rows {
            let (key, id) = try row.decode(String.self, Int64.self)
            ids[key] = id
        }
        return ids
    }

    private static func insert(
        _ given: SQL, _ origin: Origin, in connection: PostgresConnection
    ) async throws -> Set<Int64> {
        let rows = try await connection.query(
            """
            insert into crm.contact (key, account_id, name, role, language, time_zone, do_not_disturb_until, fields, source)
            select g.key, g.account_id, coalesce(nullif(g.name, ''), g.key), nullif(g.role, ''), nullif(g.language, ''),
                nullif(g.time_zone, ''), nullif(g.do_not_disturb_until, '')::timestamptz, jsonb_strip_nulls(g.fields::jsonb),
                \(origin.source)
            from \(fragment: given)
            order by g.key
            on conflict (key) do nothing
            returning id
            """)
        return Set(try rows.map { try $0["id"] })
    }

    private static func update(_ given: SQL, in connection: PostgresConnection) async throws -> Set<Int64> {
        let rows = try await connection.query(
            """
            with wanted as (
                select c.id, g.account_id, coalesce(case when g.name is null then c.name else nullif(g.name, '') end, c.key) as name,
                    case when g.role is null then c.role else nullif(g.role, '') end as role,
                    case when g.language is null then c.language else nullif(g.language, '') end as language,
                    case when g.time_zone is null then c.time_zone else nullif(g.time_zone, '') end as time_zone,
                    case when g.do_not_disturb_until is null then c.do_not_disturb_until
                        else nullif(g.do_not_disturb_until, '')::timestamptz end as do_not_disturb_until,
                    jsonb_strip_nulls(c.fields || g.fields::jsonb) as fields
                from \(fragment: given) join crm.contact c on c.key = g.key
                order by c.id for update of c
            )
            update crm.contact c set account_id = w.account_id, name = w.name, role = w.role, language = w.language,
                time_zone = w.time_zone, do_not_disturb_until = w.do_not_disturb_until, fields = w.fields
            from wanted w
            where c.id = w.id
                and (c.account_id, c.name, c.role, c.language, c.time_zone, c.do_not_disturb_until, c.fields)
                is distinct from
                (w.account_id, w.name, w.role, w.language, w.time_zone, w.do_not_disturb_until, w.fields)
            returning c.id
            """)
        return Set(try rows.map { try $0["id"] })
    }

    /// What is said of a channel replaces what was known of it.
    private static func setAddresses(
        _ drafts: [ContactDraft], _ ids: [String: Int64], in connection: PostgresConnection
    ) async throws -> Set<Int64> {
        var channels: (contacts: [Int64], names: [String]) = ([], [])
        var values: (contacts: [Int64], channels: [String], texts: [String]) = ([], [], [])
        for draft in drafts {
            guard let id = ids[draft.key] else { continue }
            for (channel, texts) in draft.addresses.sorted(by: { $0.key < $1.key }) {
                channels.contacts.append(id)
                channels.names.append(channel)
                for text in texts {
                    values.contacts.append(id)
                    values.channels.append(channel)
                    values.texts.append(text)
                }
            }
        }
        if channels.contacts.isEmpty { return [] }
        let rows = try await connection.query(
            """
            with said as (select * from unnest(\(channels.contacts), \(channels.names)) as s (contact_id, channel)),
            given as (
                select distinct * from unnest(\(values.contacts), \(values.channels), \(values.texts))
                    as g (contact_id, channel, value)
            ), gone as (
                delete from crm.contact_address a using said s
                where a.contact_id = s.contact_id and a.channel = s.channel and not exists (
                    select from given g
                    where g.contact_id = a.contact_id and g.channel = a.channel and g.value = a.value)
                returning a.contact_id
            ), added as (
                insert into crm.contact_address (contact_id, channel, value)
                select contact_id, channel, value from given on conflict do nothing returning contact_id
            )
            select contact_id from gone union select contact_id from added
            """)
        return Set(try rows.map { try $0["contact_id"] })
    }

    private static func given(
        _ drafts: [ContactDraft], _ accounts: [String: Int64], _ custom: CustomValues
    ) throws -> SQL {
        """
        unnest(\(drafts.map(\.key)), \(drafts.map { accounts[$0.key] }), \(drafts.map(\.name.sent)),
            \(drafts.map(\.role.sent)), \(drafts.map(\.language.sent)), \(drafts.map(\.timeZone.sent)),
            \(drafts.map { $0.doNotDisturbUntil.map(Timestamp.write).sent }), \(try drafts.map { try custom.patch($0.key) }))
            as g (key, account_id, name, role, language, time_zone, do_not_disturb_until, fields)
        """
    }
}
