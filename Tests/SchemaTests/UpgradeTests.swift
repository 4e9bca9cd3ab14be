import Logging
import Model
import Postgres
import TestBed
import Testing

@testable import Schema

@Suite struct UpgradeTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func ahead(_ sql: String, outside: Bool = false, compatibleFrom: Int? = nil) -> Migrator {
        var next = Migration(number: Migration.all.count + 1, name: "next release", sql: sql)
        next.outsideTransaction = outside
        next.compatibleFrom = compatibleFrom
        return Migrator(migrations: Migration.all + [next], logger: quiet)
    }

    private static func version(_ database: TestDatabase) async throws -> Int32? {
        try await database.owner.first("select max(number) as n from holdfast.migration")?["n"]
    }

    @Test func `several programs migrate at once, also with an index built concurrently`() async throws {
        try await TestDatabase.with { database in
            let next = Self.ahead(
                "create index concurrently if not exists note on crm.interaction (kind)", outside: true)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...4 {
                    group.addTask { try await next.run(database.owner.configuration, passwords: [:]) }
                }
                try await group.waitForAll()
            }
            #expect(try await Self.version(database) == Int32(Migration.all.count + 1))
            let index = try await database.owner.first(
                "select indisvalid from pg_index where indexrelid = 'crm.note'::regclass")
            #expect(try index?["indisvalid"] == true)
        }
    }

    @Test func `this release fits a database that the next one expanded, not one it contracted`() async throws {
        try await TestDatabase.with { database in
            try await Self.ahead("alter table crm.account add column mood text").run(
                database.owner.configuration, passwords: [:])
            try await database.owner.withConnection { try await Schema.check($0) }
        }
        try await TestDatabase.with { database in
            let number = Migration.all.count + 1
            try await Self.ahead("alter table crm.import drop column digest", compatibleFrom: number).run(
                database.owner.configuration, passwords: [:])
            let mismatch = await #expect(throws: Schema.Mismatch.self) {
                try await database.owner.withConnection { try await Schema.check($0) }
            }
            #expect(
                mismatch?.description
                    == "the database serves programs from schema version \(number) on, this one has \(number - 1): "
                    + "start the newer release")
        }
    }

    @Test func `an older release's migrate leaves the views and functions of a newer one as they are`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            try await Self.ahead("alter table crm.account add column mood text").run(
                owner.configuration, passwords: [:])
            try await owner.withConnection { connection in
                try await connection.script(
                    """
                    create view report.mood as select key as account_key, mood from crm.account;
                    create function queue.of_next_release() returns integer language sql return 1;
                    grant select on report.mood to holdfast_report;
                    update holdfast.compatibility set objects = 'of the next release';
                    """)
            }
            try await Schema.migrate(owner.configuration, logger: Self.quiet)
            let kept = try await owner.first(
                """
                select queue.of_next_release() as answer, objects,
                    has_table_privilege('holdfast_report', 'report.mood', 'select') as granted
                from holdfast.compatibility
                """)
            #expect(try kept?["answer"] == Int32(1))
            #expect(try kept?["objects"] == "of the next release")
            #expect(try kept?["granted"] == true)
        }
    }

    @Test func `migrate of a release that is shut out refuses and changes nothing`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            let number = Migration.all.count + 1
            try await Self.ahead("alter table crm.import drop column digest", compatibleFrom: number).run(
                owner.configuration, passwords: [:])
            try await owner.execute("update holdfast.compatibility set objects = 'of the next release'")
            let mismatch = await #expect(throws: Schema.Mismatch.self) {
                try await Schema.migrate(owner.configuration, logger: Self.quiet)
            }
            #expect(mismatch?.description.hasSuffix("this one has \(number - 1): start the newer release") == true)
            let objects = try await owner.first("select objects from holdfast.compatibility")
            #expect(try objects?["objects"] == "of the next release")
        }
    }

    @Test func `a migration that fails leaves nothing behind`() async throws {
        try await TestDatabase.with { database in
            await #expect(throws: PostgresError.self) {
                try await Self.ahead("create table crm.half (id integer); select 1 / 0").run(
                    database.owner.configuration, passwords: [:])
            }
            #expect(try await Self.version(database) == Int32(Migration.all.count))
            let half = try await database.owner.first("select to_regclass('crm.half') is null as gone")
            #expect(try half?["gone"] == true)
        }
    }

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

    @Test func `a partition that somebody reads stays, and it alone`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            func parts() async throws -> [String] {
                try await owner.query(
                    "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'queue.done'::regclass order by 1"
                ).map { try $0["name"] }
            }
            let before = try await parts()
            let read = try #require(before.first)
            try await owner.withConnection { reader in
                try await reader.script("begin; lock table \(read) in access share mode")
                _ = try await owner.first("select holdfast.maintain_partitions(now() + interval '90 days')")
                try await reader.script("rollback")
            }
            let after = try await parts()
            #expect(before.count >= 3)
            #expect(before.filter(after.contains) == [read])
            #expect(after.count > 1, "those of the days to come are made all the same")
            _ = try await owner.first("select holdfast.maintain_partitions(now() + interval '90 days')")
            #expect(try await !parts().contains(read))
        }
    }

    @Test func `partitions are dropped when their time is over, but never under a live job`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            _ = try await owner.first("select queue.enqueue('contacts', 'k')")
            _ = try await owner.first("select holdfast.maintain_partitions(now() + interval '60 days')")
            let waiting = try await owner.first("select count(*) as n from report.job where state = 'ready'")
            #expect(try waiting?["n"] == Int64(1))
            try await owner.execute("delete from queue.ready")
            _ = try await owner.first("select holdfast.maintain_partitions(now() + interval '60 days')")
            let bodies = try await owner.first("select count(*) as n from queue.job")
            #expect(try bodies?["n"] == Int64(0))
        }
    }
}
