import Model
import Postgres
import TestBed

@testable import Contacts

/// One person of whom everything is known that can be known, in all schemas.
enum Olena {
    static let key = "olena-petrenko"
    static let name = "Олена Петренко"
    static let mail = "olena.petrenko@example.com"
    static let phone = "+380671234567"
    static let all = [key, name, mail, phone]
}

extension Desk {
    /// Olena at the company acme, where Ivan works too.
    func olena() async throws {
        try await importing(
            .accounts, "key,name,created_at\nacme,Acme,2026-01-01\n")
        try await importing(
            .contacts,
            """
            account_key,contact_key,name,email,phone,consents
            acme,\(Olena.key),\(Olena.name),\(Olena.mail),\(Olena.phone),mail:marketing=granted
            acme,ivan,Ivan,ivan@example.com,,mail:marketing=granted
            nobody,\(Olena.key),\(Olena.name),\(Olena.mail),\(Olena.phone),
            """)
        try await importing(
            .contacts, "account_key,contact_key,role\nacme,\(Olena.key),decides\n", source: "from \(Olena.mail)")
        try await importing(
            .orders, "account_key,order_key,ordered_at,amount,currency\nacme,o1,2026-05-01,29.33,USD\n")
        try await database.owner.withConnection { try await $0.script(Self.rows) }
    }

    /// What the other services and people wrote of her. `said` names her.
    private static let rows = """
        create temporary table she as select c.id, c.account_id, c.name, 'Call \(Olena.name) at \(Olena.phone), \(Olena.mail)' as said
        from crm.contact c where c.key = '\(Olena.key)';
        insert into crm.interaction (account_id, contact_id, kind, title, body, entry_key)
        select account_id, id, 'mail', 'Re: price', 'I am not content. Olena', 'mail:1' from she
        union all select account_id, null, 'note', she.said, upper(she.said), 'talk:\(Olena.mail)' from she;
        insert into crm.ticket (account_id, contact_id, key, subject, feedback_words, occurred_at)
        select account_id, id, 't1', 'Help me', 'slow', now() from she
        union all select account_id, null, 't2', she.said, null, now() from she;
        insert into crm.deal (account_id, contact_id, key, name, fields)
        select account_id, id, 'd1', 'Deal with \(Olena.name)', jsonb_build_object('who', she.said) from she;
        insert into crm.deal_state (deal_id, stage, loss_words) select d.id, 'lost', she.said from crm.deal d, she;
        insert into crm.product_request (key, title) select 'r', she.said from she;
        insert into crm.request_vote (request_id, account_id, contact_id, words)
        select r.id, account_id, she.id, she.said from crm.product_request r, she;
        insert into crm.goal (account_id, key, words) select account_id, 'g', she.said from she;
        insert into crm.goal_review (goal_id, words) select g.id, she.said from crm.goal g, she;
        update crm.account set came_for = she.said, strategy = she.said from she where crm.account.id = she.account_id;
        insert into crm.idempotency (api_key_id, key, digest, status, answer)
        values (1, 'i', sha256('x'), 200, '{"key": "\(Olena.key)"}');
        insert into usage.subject (kind, key) values ('group', 'acme'), ('user', '\(Olena.key)'), ('anonymous', 'anon-77');
        insert into crm.account_subject (subject_id, account_id, identified_as)
        select s.id, she.account_id, case when s.kind = 'anonymous' then (select id from usage.subject where kind = 'user') end
        from usage.subject s, she;
        insert into usage.event (subject_id, message_id, sent_on, event, user_subject_id, occurred_at, known_at, properties)
        select s.id, 'm-' || s.kind || '-\(Olena.mail)', current_date, 'Opened', (select id from usage.subject where kind = 'user'),
            now(), now(), jsonb_build_object('email', '\(Olena.mail)', 'plan', 'pro') from usage.subject s;
        insert into usage.event (subject_id, message_id, sent_on, event, occurred_at, known_at, properties)
        select s.id, 'm2', current_date, 'Invited', now(), now(), jsonb_build_object('whom', '\(Olena.name)', 'plan', 'pro')
        from usage.subject s where kind = 'group';
        insert into usage.daily_folded (subject_id, day, event, known_on, count)
        select subject_id, sent_on, event, sent_on, count(*) from usage.event group by 1, 2, 3;
        insert into usage.identification (kind, subject_id, traits, occurred_at)
        select 'identify', id, '{"name": "\(Olena.name)", "phone": "\(Olena.phone)"}', now() from usage.subject where kind = 'user';
        insert into usage.quarantine (format, reason, content)
        values ('segment', 'bad', convert_to('{"userId": "\(Olena.key)", "traits": {"email": "\(Olena.mail)"}', 'UTF8')),
            ('segment', 'bad', convert_to('{"n": "\\u041e\\u043b\\u0435\\u043d\\u0430 \\u041f\\u0435\\u0442\\u0440\\u0435\\u043d\\u043a\\u043e"}', 'UTF8')),
            ('segment', 'bad', convert_to('{"userId": "somebody else"}', 'UTF8'));
        insert into risk.verdict (account_id, verdict, said_by, words) select account_id, 'known', 'ines', she.said from she;
        insert into risk.loss (account_id, lost_at, source, kind, words, returned_at)
        select account_id, now() - interval '9 days', 'hand', 'hand', she.said, now() from she;
        insert into risk.band_override (account_id, band, why, said_by, until)
        select account_id, 'low', she.said, 'ines', now() + interval '9 days' from she;
        insert into plan.playbook (key, version) values ('p', 1);
        insert into plan.playbook_version (playbook_id, version, title, source, definition) values (1, 1, 'P', '', '{}');
        insert into plan.enrollment (playbook_id, version_id, account_id, state, reason, ended_at, end_reason)
        select 1, 1, account_id, 'ended', she.said, now(), 'completed' from she;
        insert into plan.step_run (enrollment_id, step, kind, outcome, detail) select 1, 's', 'task', 'done', she.said from she;
        insert into plan.task (account_id, title, reason, script) select account_id, she.said, she.said, she.said from she;
        insert into plan.message (account_id, contact_id, channel, subject, body)
        select account_id, id, 'mail', she.said, she.said from she union all select account_id, null, 'slack', she.said, she.said from she;
        insert into notify.delivery (delivery_key, account_id, contact_id, channel, address, subject, body, state, sandbox)
        select 'd' || n, account_id, id, 'mail', '\(Olena.mail)', she.said, she.said, case n when 1 then 'delivered' else 'pending' end, true
        from she, generate_series(1, 2) n
        union all select 'd3', account_id, null, 'webhook', null, null, json_build_object('title', she.said)::text, 'delivered', false from she;
        insert into notify.attempt (delivery_id, attempt, outcome, job_id, detail)
        select d.id, 1, 'delivered', 1, 'To: \(Olena.mail)' from notify.delivery d;
        insert into notify.refusal (contact_id, channel, topic) select id, 'mail', 'marketing' from she;
        insert into notify.suppression (channel, address, reason) values ('mail', '\(Olena.mail)', 'bounced');
        """

    /// `table.column` of each place, in the whole database, in which one of the texts stands.
    func places(naming texts: [String]) async throws -> Set<String> {
        let columns = try await database.owner.query(
            """
            select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as relation, a.attname as name, t.typname as type
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            join pg_type t on t.oid = a.atttypid
            where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema)'
                and t.typname in ('text', 'varchar', '_text', 'json', 'jsonb', 'bytea', 'name', 'xml')
            """)
        var found: Set<String> = []
        for column in columns {
            let (relation, name, type) = try column.decode(String.self, String.self, String.self)
            let text: SQL =
                type == "bytea" ? "encode(\(identifier: name), 'escape')" : "\(identifier: name)::text"
            let sought: SQL = type == "bytea" ? "encode(convert_to(v, 'UTF8'), 'escape')" : "v"
            let row = try await database.owner.first(
                """
                select from \(fragment: SQL(verbatim: relation)), unnest(\(texts)) as v
                where strpos(lower(\(fragment: text) collate "und-x-icu"), lower(\(fragment: sought) collate "und-x-icu")) > 0
                limit 1
                """)
            if row != nil { found.insert("\(relation).\(name)") }
        }
        return found
    }
}
