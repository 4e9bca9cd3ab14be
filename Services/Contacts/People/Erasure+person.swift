import Chassis
import HTTPTypes
import Model
import Postgres

extension Erasure {
    /// Whom a key names.
    struct Found: Sendable {
        let contacts: [Int64]
        /// The account that the person is at, or is.
        let account: Int64
        let isWhole: Bool
    }

    /// Locked until the transaction's end: of two who erase one person, the second finds nobody.
    static func find(_ who: Who, in connection: PostgresConnection) async throws -> Found {
        switch who {
        case .contact(let key):
            let row = try await connection.first(
                "select id, account_id from crm.contact where key = \(key) for update")
            guard let row else {
                throw HTTPProblem(
                    .notFound, code: "unknown_contact",
                    "There is no contact with the key “\(key)”: it was erased already, never there, or is an account.")
            }
            return Found(contacts: [try row["id"]], account: try row["account_id"], isWhole: false)
        case .account(let key):
            let root = try await connection.first(
                """
                select a.id, a.kind, k.kind as own, a.key as root from crm.account k join crm.account_root r on r.account_id = k.id
                join crm.account a on a.id = r.root_id where k.key = \(key) and a.erased_at is null
                """)
            guard let root else {
                throw HTTPProblem(
                    .notFound, code: "unknown_account",
                    "There is no account with the key “\(key)”: it was erased already, or never there.")
            }
            let (id, kind, own, survivor) = try root.decode(Int64.self, String.self, String.self, String.self)
            if kind != "person", own == "person" {
                throw Refusal(
                    "key",
                    "“\(key)” is a person that was merged into “\(survivor)”, which is a company: undo the merge, then erase it",
                    code: "merged")
            }
            guard kind == "person" else {
                throw Refusal("key", "“\(key)” is a company: name its contacts, each by its own key", code: "no_person")
            }
            let company = try await connection.first(
                """
                select a.key from crm.account a join crm.account_root r on r.account_id = a.id
                where r.root_id = \(id) and a.kind <> 'person' order by a.id limit 1
                """)
            if let company: String = try company?["key"] {
                throw Refusal(
                    "key",
                    "“\(company)” is a company that was merged into the person “\(survivor)”: undo the merge first, or it goes too",
                    code: "merged")
            }
            try await connection.execute(
                """
                select from crm.account where id in (select account_id from crm.account_root where root_id = \(id))
                order by id for update
                """)
            let contacts = try await connection.query(
                """
                select c.id from crm.contact c join crm.account_root r on r.account_id = c.account_id
                where r.root_id = \(id) order by c.id for update of c
                """)
            return Found(contacts: try contacts.map { try $0["id"] }, account: id, isWhole: true)
        }
    }

    /// Whom the person's usage is about: users with the person's key or address, whoever turned out to be one of them, and all who
    /// belong to an account that is the person.
    static func subjects(_ found: Found, in connection: PostgresConnection) async throws -> [Int64] {
        let rows = try await connection.query(
            """
            with \(fragment: former(found)), own as (
                select s.id from usage.subject s join former f on f.address = s.key or f.address = lower(s.key)
                where length(f.address) >= 5
                union
                select s.id from usage.subject s join crm.contact c on c.key = s.key
                where s.kind = 'user' and c.id = any(\(found.contacts))
                union
                select s.id from usage.subject s join crm.contact_address d on d.value = s.key or d.value = lower(s.key)
                where d.contact_id = any(\(found.contacts)) and length(d.value) >= 5
                union
                select l.subject_id from crm.account_subject l join crm.account_root r on r.account_id = l.account_id
                where \(found.isWhole) and r.root_id = \(found.account)
            )
            select id from own
            union select l.subject_id from crm.account_subject l join own o on o.id = l.identified_as
            order by 1
            """)
        return try rows.map { try $0["id"] }
    }

    /// What the person was called and where it was reached before, as changes of it say: a common table expression `former` with
    /// name, channel and address.
    private static func former(_ found: Found) -> SQL {
        """
        said as materialized (
            select side.value as said from crm.audit_personal p cross join lateral jsonb_each(p.detail) side
            where jsonb_typeof(p.detail) = 'object' and jsonb_typeof(side.value) = 'object' and (p.contact_id = any(\(found.contacts))
                or \(found.isWhole) and p.account_id in (select account_id from crm.account_root where root_id = \(found.account)))
            union all
            -- A file's changes are not in the audit, but what was there before them is kept to undo them.
            select b.before from crm.import_before b join crm.import i on i.id = b.import_id
            where i.kind = 'contacts' and b.row_id = any(\(found.contacts)) or i.kind = 'accounts' and \(found.isWhole)
                and b.row_id in (select account_id from crm.account_root where root_id = \(found.account))
        ), former as materialized (
            select said ->> 'name' as name, null as channel, null as address from said
            union select null, d ->> 0, d ->> 1 from said cross join lateral jsonb_array_elements(
                case jsonb_typeof(said -> 'addresses') when 'array' then said -> 'addresses' else '[]' end) d
        )
        """
    }

    /// Keeps what the services are to look for, and by what the addresses will be known again. Keys of a few letters or
    /// digits stand for too much else to be looked for in words; a name or a key of one word is looked for in what is the person's
    /// own alone.
    static func note(_ found: Found, _ id: Int64, in connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            with \(fragment: former(found)), called as (
                select c.name, false as is_address from crm.contact c where c.id = any(\(found.contacts))
                union all select c.key, false from crm.contact c where c.id = any(\(found.contacts))
                union all select d.value, true from crm.contact_address d where d.contact_id = any(\(found.contacts))
                union all select unnest(array[a.name, a.key]), false from crm.account a
                    join crm.account_root r on r.account_id = a.id where \(found.isWhole) and r.root_id = \(found.account)
                union all select f.name, false from former f
                union all select f.address, true from former f
            )
            insert into crm.erasure_value (erasure_id, value, is_distinctive)
            select \(id)::bigint, v.value, bool_or(c.is_address or crm.is_distinctive(v.value))
            from called c (value, is_address) cross join lateral (
                -- Names of two words are written the other way round too.
                values (c.value), (regexp_replace(c.value, '^([[:alpha:]''’-]+) ([[:alpha:]''’-]+)$', '\\2 \\1'))
            ) v (value)
            where length(v.value) >= 3 and v.value !~ '^[0-9]{1,6}$' group by v.value
            """)
        try await connection.execute(
            """
            with \(fragment: former(found))
            insert into crm.erased_address (channel, hash)
            select distinct d.channel, sha256(convert_to(crm.plain_address(d.channel, d.value), 'UTF8')) from (
                select channel, value from crm.contact_address where contact_id = any(\(found.contacts))
                union select channel, address from former where address is not null
            ) d
            on conflict do nothing
            """)
    }
}
