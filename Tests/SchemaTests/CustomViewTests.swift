import Logging
import Postgres
import TestBed
import Testing

@testable import Schema

/// What operators build on ours in schema `custom`, over a migration.
@Suite struct CustomViewTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `operators' views survive, and one that no longer fits stops the migration by name`() async throws {
        try await TestDatabase.with { database in
            try await database.owner.withConnection { connection in
                try await connection.script(
                    """
                    create view custom.high as select account_key, money from report.at_risk where band = 'high';
                    create view custom.higher as select * from custom.high;
                    grant select on custom.higher to holdfast_report;
                    comment on view custom.higher is 'it''s ours';
                    update holdfast.compatibility set objects = null;
                    """)
            }
            try await Schema.migrate(database.owner.configuration, logger: Self.quiet)
            let kept = try await database.owner.first(
                """
                select has_table_privilege('holdfast_report', 'custom.higher', 'select') as granted,
                    obj_description('custom.higher'::regclass) as comment
                """)
            #expect(try kept?["granted"] == true)
            #expect(try kept?["comment"] == "it's ours")
        }
        try await TestDatabase.with { database in
            try await database.owner.withConnection { connection in
                try await connection.script(
                    """
                    drop view report.at_risk;
                    create view report.at_risk as select 1 as former_column;
                    create view custom.mine as select former_column from report.at_risk;
                    update holdfast.compatibility set objects = null;
                    """)
            }
            let mismatch = await #expect(throws: Schema.Mismatch.self) {
                try await Schema.migrate(database.owner.configuration, logger: Self.quiet)
            }
            #expect(mismatch?.description.hasPrefix("the view custom.mine no longer fits") == true)
        }
    }

    @Test func `a materialized view keeps its indexes over a migration`() async throws {
        try await TestDatabase.with { database in
            try await database.owner.withConnection { connection in
                try await connection.script(
                    """
                    create materialized view custom.list as select account_key, name, money from report.at_risk;
                    create unique index list_key on custom.list (account_key);
                    create index "By Money" on custom.list (money desc nulls last) where money > 0;
                    update holdfast.compatibility set objects = null;
                    """)
            }
            func indexes() async throws -> [String] {
                try await database.owner.query(
                    "select indexdef from pg_indexes where schemaname = 'custom' and tablename = 'list' order by 1"
                ).map { try $0["indexdef"] }
            }
            let before = try await indexes()
            try await Schema.migrate(database.owner.configuration, logger: Self.quiet)
            #expect(before.count == 2)
            #expect(try await indexes() == before)
            try await database.owner.execute("refresh materialized view concurrently custom.list")
        }
    }
}
