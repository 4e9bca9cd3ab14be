import Model

/// Who may what, said again in full after each migration: nothing that was granted by hand in our schemas survives.
enum Grants {
    /// Never in a report view, and never readable outside the service that keeps them.
    static let secretTables = [
        "crm.user_secret", "crm.session_secret", "notify.endpoint_secret", "notify.channel_secret",
    ]

    /// Rows are only ever added, also by the service that writes the schema.
    static let appendedTables = ["crm.audit"]

    /// What a service needs to tell whether two addresses or names are one.
    private static let crmFunctions = [
        "plain_phone", "plain_mail", "plain_address", "is_erased", "is_distinctive", "redact", "plain_name",
        "is_one_slip",
    ]

    /// The one service that writes a schema.
    static let writers: [(schema: String, service: ServiceName)] = [
        ("crm", .contacts), ("usage", .usageIngest), ("risk", .riskScorer), ("plan", .scheduler), ("notify", .notifier),
    ]

    private static let workerFunctions = [
        "enqueue", "enqueue_many", "publish", "register", "claim", "sleep", "complete", "fail", "release", "beat",
        "leave", "reclaim",
        "cancelled", "schedule", "unschedule", "subscribe", "unsubscribe", "id_of", "cause", "wake",
    ]
    private static let operatorFunctions = ["pause", "resume", "cancel", "redrive", "configure", "id_of", "cause"]

    static var sql: String {
        let services = ServiceName.allCases.map(\.role).joined(separator: ", ")
        let everyone = Role.all.map(\.name).joined(separator: ", ")
        var lines = [
            "revoke all on all tables in schema holdfast, crm, usage, risk, plan, notify, queue, report from \(everyone), public;",
            "revoke all on all sequences in schema holdfast, crm, usage, risk, plan, notify, queue from \(everyone), public;",
            "revoke all on all functions in schema holdfast, crm, queue from \(everyone), public;",
            "revoke all on all procedures in schema holdfast from \(everyone), public;",
            "revoke all on schema holdfast, crm, usage, risk, plan, notify, queue, report, custom from \(everyone), public;",
            "grant usage on schema holdfast, crm, usage, risk, plan, notify, queue, report to \(services), holdfast_operator;",
            "grant select on holdfast.migration, holdfast.compatibility to \(services), holdfast_operator;",
            "grant select on all tables in schema report to \(services), holdfast_operator, holdfast_report;",
            "grant usage on schema report to holdfast_report;",
            "grant usage on schema custom to holdfast_report, holdfast_risk_scorer;",
            "grant usage, create on schema custom to holdfast_operator;",
            "grant execute on function crm.check_key to \(services);",
            "grant execute on function holdfast.maintain_partitions to \(services);",
            "grant execute on function holdfast.held_horizon to \(everyone);",
            "grant execute on function crm.card, crm.contact_card, crm.pinned, crm.timeline to \(services), holdfast_operator;",
            "grant execute on function crm.money_rate, crm.working_time to \(services), holdfast_operator, holdfast_report;",
            "grant select on all tables in schema queue to holdfast_operator;",
        ]
        for (schema, writer) in writers {
            let readers = (ServiceName.allCases.filter { $0 != writer }.map(\.role) + ["holdfast_operator"])
                .joined(separator: ", ")
            lines += [
                "grant select on all tables in schema \(schema) to \(readers);",
                "grant select, insert, update, delete on all tables in schema \(schema) to \(writer.role);",
                "grant usage on all sequences in schema \(schema) to \(writer.role);",
            ]
            for table in secretTables where table.hasPrefix(schema + ".") {
                lines.append("revoke all on \(table) from \(readers);")
            }
        }
        lines += [
            "revoke all on crm.api_key from \(everyone);",
            "grant select, insert, update, delete on crm.api_key to holdfast_contacts;",
            """
            grant select (
                id, name, scope, hint, created_at, expires_at, revoked_at, used_at, events_per_second, events_per_day
            ) on crm.api_key
            to \(ServiceName.allCases.filter { $0 != .contacts }.map(\.role).joined(separator: ", ")), holdfast_operator;
            """,
        ]
        lines += appendedTables.map(appendOnly)
        lines += functionGrants(workerFunctions, to: services)
        lines += functionGrants(operatorFunctions, to: "holdfast_operator")
        lines += functionGrants(crmFunctions, of: "crm", to: services + ", holdfast_operator")
        lines += functionGrants(["redact_audit"], of: "crm", to: ServiceName.contacts.role)
        lines.append(viewOwner)
        return lines.joined(separator: "\n")
    }

    /// The table and its partitions; those to come are granted to nobody, and written through the table.
    private static func appendOnly(_ table: String) -> String {
        let services = ServiceName.allCases.map(\.role).joined(separator: ", ")
        return """
            do $$ declare part regclass; begin
                revoke update, delete on \(table) from \(services);
                for part in select inhrelid::regclass from pg_inherits where inhparent = '\(table)'::regclass loop
                    execute 'revoke update, delete on ' || part || ' from \(services)';
                end loop;
            end $$;
            """
    }

    private static func functionGrants(_ names: [String], of schema: String = "queue", to roles: String) -> [String] {
        names.map { name in
            """
            do $$ declare f regprocedure; begin
                for f in select oid::regprocedure from pg_proc where pronamespace = '\(schema)'::regnamespace and proname = '\(name)' loop
                    execute 'grant execute on function ' || f || ' to \(roles)';
                end loop;
            end $$;
            """
        }
    }

    /// Report views run with the rights of a role that can read the columns that they show, and nothing else: which those
    /// are is read from the views themselves. A view that shows a secret stops the migration.
    private static let viewOwner = #"""
        do $$
        declare used record; shown regclass;
        begin
            execute 'grant usage on schema crm, usage, risk, plan, notify, queue to holdfast_view';
            execute 'grant usage, create on schema report to holdfast_view';
            for shown in select oid::regclass from pg_class where relnamespace = 'report'::regnamespace and relkind = 'v' loop
                execute format('alter view %s owner to holdfast_view', shown);
            end loop;
            execute 'revoke create on schema report from holdfast_view';
            for used in
                select d.refobjid::regclass as relation, string_agg(distinct quote_ident(a.attname), ', ') as columns
                from pg_rewrite r
                join pg_class v on v.oid = r.ev_class and v.relnamespace = 'report'::regnamespace
                join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                    and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.refobjid <> v.oid
                join pg_class t on t.oid = d.refobjid and t.relnamespace <> 'pg_catalog'::regnamespace
                join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
                group by 1
            loop
                if used.relation::text ~ '_secret$' or used.columns ~ '\m(hash|password_hash|secret|address|body|payload|properties)\M' then
                    raise exception 'a report view shows % (%)', used.relation, used.columns
                        using hint = 'Report views show no address, no body and no secret.';
                end if;
                execute format('grant select (%s) on %s to holdfast_view', used.columns, used.relation);
            end loop;
        end $$;
        """#
}
