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
}
