import Foundation
import Glibc
import Model
import Postgres
import TestBed
import Testing

/// The commands of compose/, run as a person runs them.
@Suite(.serialized) struct ComposeCommandTests {
    @Test func upServesRecoversAndComesBackFromABackup() async throws {
        try await Installation.with { installation in
            let up = try await installation.compose("up", "--detach")
            try #require(up.status == 0, "\(up.output)")
            try await expectServing(installation)
            try await expectWrongPasswordRefused(installation)
            try await expectSecondUpStartsNothing(installation)
            try await expectRecovery(installation)
            try await expectBackupToComeBack(installation)
        }
    }

    /// Ready, each as its own role, and with an environment file that nobody else can read.
    private func expectServing(_ installation: Installation) async throws {
        let status = try await installation.compose("status")
        #expect(status.status == 0, "\(status.output)")
        let environment = installation.state.appending(path: "env").path
        let mode = try FileManager.default.attributesOfItem(atPath: environment)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try await installation.sql("select current_user", as: "HOLDFAST_OPERATOR_URL") == "holdfast_operator")
        #expect(try await installation.sql("select rolsuper from pg_roles where rolname = current_user") == "f")
        #expect(try await installation.sql("show fsync") == "on")
        #expect(try await installation.sql("select datlocprovider from pg_database where datname = 'holdfast'") == "i")
        let narrow = try await installation.compose("psql", "--report", "-c", "select count(*) from crm.account")
        #expect(narrow.status != 0 && narrow.output.contains("permission denied"), "\(narrow.output)")
        let large = try await installation.compose("psql", "-c", "select lo_create(0)")
        #expect(large.status != 0 && large.output.contains("permission denied"), "\(large.output)")
        let run = try await installation.compose("run", "contacts", "--version")
        #expect(run.status == 0, "\(run.output)")
    }

    /// Another installation can't use this one's database with a password that is not the owner's.
    private func expectWrongPasswordRefused(_ installation: Installation) async throws {
        let environment = try String(contentsOf: installation.state.appending(path: "env"), encoding: .utf8)
        let found = try #require(environment.firstMatch(of: /MIGRATE_URL=postgresql:\/\/holdfast:[0-9a-f]+@(\S+)/))
        try await Installation.with { other in
            let url = "postgresql://holdfast:wrong-word@\(found.1)"
            let up = try await other.compose("up", "--detach", "--database", url)
            #expect(up.status == 1)
            #expect(up.output.contains("refuses the password of holdfast"), "\(up.output)")
            #expect(!up.output.contains("wrong-word"))
            #expect(!other.has("env"))
        }
    }

    @Test func upUsesADatabaseThatItIsGivenAndLeavesItBehind() async throws {
        try await TestDatabase.with { database in
            // Other users can't see this state, as when the clone is under /root.
            try await Installation.with(closed: true) { installation in
                let up = try await installation.compose("up", "--detach", "--database", database.url(as: "holdfast"))
                try #require(up.status == 0, "\(up.output)")
                #expect(!installation.has("pg/PG_VERSION"))
                #expect(try await installation.compose("status").status == 0)
                let down = try await installation.compose("down", "--erase")
                #expect(down.status == 0 && !installation.has("env"), "\(down.output)")
                let kept: Int64? = try await database.owner.first("select count(*) from crm.api_key")?["count"]
                #expect(kept == 2)
            }
        }
    }

    private func expectSecondUpStartsNothing(_ installation: Installation) async throws {
        let before = try installation.pid(of: .scheduler)
        let up = try await installation.compose("up", "--detach")
        #expect(up.status == 0 && up.output.contains("runs already"), "\(up.output)")
        #expect(try installation.pid(of: .scheduler) == before)
    }

    /// Whatever is killed comes back by itself, the database too.
    private func expectRecovery(_ installation: Installation) async throws {
        for service in ServiceName.allCases {
            let old = try #require(try installation.pid(of: service))
            try #require(kill(old, SIGKILL) == 0)
            try await eventually(within: 30, "\(service.rawValue) is started again") {
                try installation.pid(of: service) != old
            }
        }
        let postmaster = try String(
            contentsOf: installation.state.appending(path: "pg/postmaster.pid"), encoding: .utf8)
        let pid = try #require(postmaster.split(separator: "\n").first.flatMap { pid_t($0) })
        try #require(kill(pid, SIGKILL) == 0)
        try await eventually(within: 60, "everything is ready again") {
            try await installation.compose("status").status == 0
        }
    }

    /// Row counts, owners and grants are the same after a restore into an empty database.
    private func expectBackupToComeBack(_ installation: Installation) async throws {
        let key = try await installation.compose("run", "contacts", "key", "add", "--scope", "write", "--name", "kept")
        try #require(key.status == 0, "\(key.output)")
        let backup = installation.state.deletingLastPathComponent().appending(path: "backup").path
        let stopped = try await installation.compose("down")
        try #require(stopped.status == 0, "\(stopped.output)")
        let saved = try await installation.compose("backup", backup)
        try #require(saved.status == 0, "\(saved.output)")
        #expect(try await installation.compose("backup", backup).output.contains("nothing is overwritten"))
        let refused = try await installation.compose("restore", backup)
        #expect(refused.status != 0 && refused.output.contains("not empty"), "\(refused.output)")

        let again = try await installation.compose("up", "--detach")
        try #require(again.status == 0, "\(again.output)")
        let before = try await contents(installation)
        let erased = try await installation.compose("down", "--erase")
        #expect(erased.status == 0 && !installation.has("pg"), "\(erased.output)")
        let restored = try await installation.compose("restore", backup)
        try #require(restored.status == 0, "\(restored.output)")
        let up = try await installation.compose("up", "--detach")
        try #require(up.status == 0, "\(up.output)")
        let after = try await contents(installation)
        #expect(before.count > 100)
        #expect(after.symmetricDifference(before) == [])
    }

    /// One line for each table with its rows (but for those that living services write), and for each object with its
    /// owner and grants.
    private func contents(_ installation: Installation) async throws -> Set<String> {
        let lines = try await installation.sql(
            """
            with grants as (
                select c.oid::regclass::text as object, c.relowner as owner, c.relnamespace as schema,
                    coalesce(c.relacl, acldefault((case relkind when 'S' then 's' else 'r' end)::"char", c.relowner)) as acl
                from pg_class c
                union all
                select p.oid::regprocedure::text, p.proowner, p.pronamespace,
                    coalesce(p.proacl, acldefault('f', p.proowner))
                from pg_proc p
                union all
                select c.oid::regclass || '.' || a.attname, null, c.relnamespace, a.attacl
                from pg_class c join pg_attribute a on a.attrelid = c.oid where a.attacl is not null
                union all
                select n.nspname, n.nspowner, n.oid, n.nspacl from pg_namespace n
            )
            select object || ' of ' || coalesce(owner::regrole::text, '') || ' for '
                || coalesce((select string_agg(a::text, ' ' order by a::text) from unnest(acl) a), 'nobody else')
            from grants where schema::regnamespace::text !~ '^(pg_|information_schema)'
            union all
            select format('%s has %s rows', c.oid::regclass, (xpath('/row/c/text()', query_to_xml(
                format('select count(*) as c from %s', c.oid::regclass), true, true, '')))[1])
            from pg_class c
            where c.relkind = 'r' and c.relnamespace::regnamespace::text in ('crm', 'plan', 'risk', 'notify')
                and c.relname !~ '^(api_key|audit)'
            union all
            select format('%s starts with %s', rolname, rolconfig) from pg_roles where rolname like 'holdfast%'
            union all
            select format('%s is in %s', member::regrole, roleid::regrole) from pg_auth_members
            """)
        return Set(lines.split(separator: "\n").map(String.init))
    }
}
