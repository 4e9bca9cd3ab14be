import Model
import Postgres
import TestBed
import Testing

@testable import Schema

/// What each role may call, draw numbers from and make, to the last function, sequence and schema.
@Suite struct FunctionPrivilegeTests {
    private static let logins = Role.all.filter(\.canLogIn).map(\.name)
    private static let schemas =
        "'crm', 'usage', 'risk', 'plan', 'notify', 'queue', 'holdfast', 'report', 'custom', 'public'"
    private static let plain: Set<String> = [
        "crm.is_distinctive", "crm.is_erased", "crm.is_one_slip", "crm.plain_address", "crm.plain_mail",
        "crm.plain_name", "crm.plain_phone",
        "crm.redact",
    ]
    private static let ofServices: Set<String> = plain.union([
        "crm.card", "crm.check_key", "crm.contact_card", "crm.money_rate", "crm.pinned", "crm.timeline",
        "crm.working_time",
        "holdfast.held_horizon", "holdfast.maintain_partitions",
        "queue.beat", "queue.cancelled",
        "queue.cause", "queue.claim", "queue.complete", "queue.enqueue", "queue.enqueue_many", "queue.fail",
        "queue.id_of",
        "queue.leave", "queue.publish", "queue.reclaim", "queue.register", "queue.release", "queue.schedule",
        "queue.sleep", "queue.subscribe", "queue.unschedule", "queue.unsubscribe", "queue.wake",
    ])
    private static let ofOperators: Set<String> = plain.union([
        "crm.card", "crm.contact_card", "crm.money_rate", "crm.pinned", "crm.timeline", "crm.working_time",
        "holdfast.held_horizon",
        "queue.cancel", "queue.cause", "queue.configure",
        "queue.id_of", "queue.pause",
        "queue.redrive", "queue.resume",
    ])

    /// The texts of the column `may` by role.
    private func byRole(_ database: TestDatabase, _ sql: SQL) async throws -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        for row in try await database.owner.query(sql) { found[try row["role"], default: []].insert(try row["may"]) }
        return found
    }

    @Test func `each role calls just the functions that are meant for it`() async throws {
        try await TestDatabase.with { database in
            let may = try await byRole(
                database,
                """
                select r.rolname as role, n.nspname || '.' || p.proname as may from pg_proc p
                join pg_namespace n on n.oid = p.pronamespace
                join pg_roles r on r.rolname = any (\(Self.logins))
                where n.nspname in (\(fragment: SQL(verbatim: Self.schemas)))
                    and has_schema_privilege(r.oid, n.oid, 'usage') and has_function_privilege(r.oid, p.oid, 'execute')
                """)
            for service in ServiceName.allCases {
                let own: Set<String> = service == .contacts ? ["crm.redact_audit"] : []
                #expect(may[service.role] == Self.ofServices.union(own), "\(service)")
            }
            #expect(may["holdfast_operator"] == Self.ofOperators)
            #expect(may["holdfast_report"] == nil)
        }
    }

    @Test func `only a schema's writer draws numbers from its sequences, and nobody sets them`() async throws {
        try await TestDatabase.with { database in
            let may = try await byRole(
                database,
                """
                select r.rolname as role, n.nspname || case
                    when has_sequence_privilege(r.oid, c.oid, 'select, update') then ' and more' else '' end as may
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                join pg_roles r on r.rolname = any (\(Self.logins))
                where c.relkind = 'S' and has_sequence_privilege(r.oid, c.oid, 'usage, select, update')
                """)
            let writers = Dictionary(
                grouping: Grants.writers.filter { $0.schema != "queue" }, by: \.service.role
            ).mapValues { Set($0.map(\.schema)) }
            #expect(may == writers)
        }
    }

    @Test func `nobody makes anything in our schemas, and only operators in their own`() async throws {
        try await TestDatabase.with { database in
            let may = try await byRole(
                database,
                """
                select r.rolname as role, n.nspname as may from pg_namespace n
                join pg_roles r on r.rolname = any (\(Self.logins)) where has_schema_privilege(r.oid, n.oid, 'create')
                """)
            #expect(may == ["holdfast_operator": ["custom"]])
            let reached = try await byRole(
                database,
                """
                select r.rolname as role, n.nspname as may from pg_namespace n
                join pg_roles r on r.rolname = any (\(Self.logins))
                where n.nspname in (\(fragment: SQL(verbatim: Self.schemas))) and n.nspname <> 'public'
                    and has_schema_privilege(r.oid, n.oid, 'usage')
                """)
            #expect(reached["holdfast_report"] == ["report", "custom"])
        }
    }

    @Test func `security definer functions have a fixed search path, and report views a barrier`() async throws {
        try await TestDatabase.with { database in
            let open = try await database.owner.query(
                """
                select p.oid::regprocedure::text as name from pg_proc p
                where p.prosecdef and p.pronamespace in ('queue'::regnamespace, 'crm'::regnamespace, 'holdfast'::regnamespace)
                    and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)
                union all
                select oid::regclass::text from pg_class
                where relnamespace = 'report'::regnamespace and relkind = 'v' and (relowner <> 'holdfast_view'::regrole
                    or not coalesce('security_barrier=true' = any (reloptions), false))
                """)
            #expect(try open.map { try $0["name"] as String } == [])
        }
    }
}
