import Logging
import Model
import Postgres
import TestBed
import Testing

@testable import Schema

/// What each role may and may not, asked of the database itself for every table, column and function there is.
@Suite struct PrivilegeTests {
    private static let schemas = "'crm', 'usage', 'risk', 'plan', 'notify', 'queue', 'holdfast', 'report'"
    private static let logins = Role.all.filter(\.canLogIn).map(\.name)

    /// `role: action on relation` for everything that a role may do.
    private func allowed(_ database: TestDatabase) async throws -> Set<String> {
        var found: Set<String> = []
        for action in ["select", "insert", "update", "delete", "truncate", "references", "trigger"] {
            let rows = try await database.owner.query(
                """
                select r.rolname || ': ' || \(action) || ' ' || n.nspname || '.' || c.relname as may
                from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                join pg_roles r on r.rolname = any (\(Self.logins))
                where n.nspname in (\(fragment: SQL(verbatim: Self.schemas))) and c.relkind in ('r', 'p', 'v')
                    and has_schema_privilege(r.oid, n.oid, 'usage') and has_table_privilege(r.oid, c.oid, \(action))
                """)
            for row in rows { found.insert(try row["may"]) }
        }
        return found
    }

    @Test func `a service's time-outs hold where its sessions can't ask for them`() async throws {
        try await TestDatabase.with { database in
            for service in ServiceName.allCases {
                var configuration = database.configuration(as: service.role)
                configuration.sessionDefaults = false
                let connection = try await PostgresConnection.connect(configuration, logger: .init(label: "test"))
                let row = try await connection.first(
                    """
                    select concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'),
                        current_setting('idle_in_transaction_session_timeout'), current_setting('TimeZone')) as defaults
                    """)
                await connection.close()
                #expect(try row?["defaults"] == "1min 10s 1min UTC", "\(service)")
            }
        }
    }

    @Test func `a service writes its own schema and reads the others without queue and secrets`() async throws {
        try await TestDatabase.with { database in
            let allowed = try await allowed(database)
            let tables = try await database.owner.query(
                """
                select n.nspname as schema, c.relname as name, c.relkind = 'v' as view from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in (\(fragment: SQL(verbatim: Self.schemas))) and c.relkind in ('r', 'p', 'v')
                    and not c.relispartition
                """)
            let writers = Dictionary(uniqueKeysWithValues: Grants.writers.map { ($0.schema, $0.service.role) })
            for row in tables {
                let schema: String = try row["schema"]
                let name: String = try row["name"]
                let isView: Bool = try row["view"]
                let table = "\(schema).\(name)"
                let isSecret = Grants.secretTables.contains(table) || table == "crm.api_key"
                for role in Self.logins {
                    let isService = ServiceName.allCases.contains { $0.role == role }
                    let mayWrite = writers[schema] == role && !isView
                    for action in ["insert", "update", "delete"] where !isView {
                        let may = allowed.contains("\(role): \(action) \(table)")
                        let isKept = Grants.appendedTables.contains(table) && action != "insert"
                        #expect(may == (mayWrite && !isKept), "\(role) \(action) \(table)")
                    }
                    for action in ["truncate", "references", "trigger"] {
                        #expect(!allowed.contains("\(role): \(action) \(table)"), "\(role) \(action) \(table)")
                    }
                    let mayRead =
                        switch schema {
                        case "report": true
                        case "queue": role == "holdfast_operator"
                        case "holdfast": (isService || role == "holdfast_operator") && name != "partitioning"
                        default: writers[schema] == role || (!isSecret && role != "holdfast_report")
                        }
                    #expect(allowed.contains("\(role): select \(table)") == mayRead, "\(role) select \(table)")
                }
            }
        }
    }

    @Test func `no role but contacts reads the hash of a key`() async throws {
        try await TestDatabase.with { database in
            for role in Self.logins {
                let row = try await database.owner.first(
                    "select has_column_privilege(\(role), 'crm.api_key', 'hash', 'select') as may")
                #expect(try row?["may"] == (role == "holdfast_contacts"), "\(role)")
            }
        }
    }

    @Test(arguments: [
        "create table crm.mine (id integer)", "create table public.mine (id integer)", "create schema mine",
        "create temporary table mine (id integer)", "insert into crm.account (key, name) values ('k', 'n')",
        "update risk.score set probability = 0", "delete from usage.event", "select * from queue.job",
        "select * from crm.contact_address", "select queue.enqueue('contacts', 'k')", "select queue.pause('contacts')",
        "select * from queue.claim(1, 1)", "select lo_create(0)", "copy report.account to '/tmp/stolen'",
        "select pg_read_file('/etc/passwd')", "alter role holdfast_report createrole", "set role holdfast_view",
        "select crm.check_key('\\x00')", "select holdfast.maintain_partitions()",
    ])
    func `the report role is refused`(statement: String) async throws {
        try await TestDatabase.with { database in
            let pool = database.pool(as: "holdfast_report", size: 1)
            let error = await #expect(throws: PostgresError.self) { _ = try await pool.query(SQL(verbatim: statement)) }
            // 42501: insufficient privilege. 25006: its transactions only read.
            #expect(["42501", "25006"].contains(error?.sqlState ?? ""), "\(statement): \(error?.sqlState ?? "")")
        }
    }

    @Test func `the report role reads every report view`() async throws {
        try await TestDatabase.with { database in
            let pool = database.pool(as: "holdfast_report", size: 1)
            let views = try await database.owner.query(
                "select relname as name from pg_class where relnamespace = 'report'::regnamespace and relkind = 'v'")
            #expect(views.count >= 11)
            for view in views {
                let name: String = try view["name"]
                _ = try await pool.query("select * from report.\(identifier: name)")
            }
        }
    }
}
