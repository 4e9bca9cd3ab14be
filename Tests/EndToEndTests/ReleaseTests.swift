import Foundation
import Logging
import Model
import Postgres
@testable import Schema
import TestBed
import Testing

/// The programs of this release beside a database of the next one.
@Suite(.serialized) struct ReleaseTests {
    /// Migrates as the next release would: by the same steps, one migration further.
    private static func migrate(
        _ database: TestDatabase, by sql: String, compatibleFrom: Int? = nil
    ) async throws {
        var next = Migration(number: Migration.all.count + 1, name: "next release", sql: sql)
        next.compatibleFrom = compatibleFrom
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await Migrator(migrations: Migration.all + [next], logger: quiet).run(
            database.owner.configuration, passwords: [:])
    }

    private static let expanding = """
        alter table crm.account add column mood text;
        alter table plan.task add column minutes integer not null default 30;
        create table notify.digest (
            id bigint generated always as identity primary key,
            user_id bigint not null,
            sent_at timestamptz not null default now()
        );
        """

    private static let contracting = "alter table crm.import drop column digest"

    @Test func `all five serve, restart and work on a database that the next release expanded`() async throws {
        try await TestDatabase.with { database in
            try await Holdfast.with(database) { holdfast in
                try await Self.migrate(database, by: Self.expanding)
                for service in ServiceName.allCases { try await holdfast.ready(service) }
                for service in ServiceName.allCases {
                    await holdfast.kill(service)
                    try holdfast.start(service)
                }
                for service in ServiceName.allCases { try await holdfast.ready(service) }
                _ = try await Story.begin(holdfast, accounts: 2)
                try await eventually(within: 60, "what comes in is scored") {
                    let row = try await database.owner.first("select count(*) as n from risk.score")
                    return try row?["n"] == Int64(4)
                }
            }
        }
    }

    @Test func `all five refuse a database that the next release contracted, in one sentence`() async throws {
        try await TestDatabase.with { database in
            try await Self.migrate(
                database, by: Self.contracting, compatibleFrom: Migration.all.count + 1)
            let holdfast = try Holdfast(database)
            for service in ServiceName.allCases {
                let (exit, output) = try await RunningProgram.run(
                    service.rawValue, ["serve"], environment: holdfast.environment(service))
                #expect(exit != .code(0), "\(service)")
                #expect(output.contains("start the newer release"), "\(service): \(output)")
            }
        }
    }

    @Test func `no service serves as the owner`() async throws {
        try await TestDatabase.with { database in
            let holdfast = try Holdfast(database)
            for service in ServiceName.allCases {
                var environment = holdfast.environment(service)
                environment["HOLDFAST_\(service.settingPrefix)_DATABASE_URL"] = database.owner.configuration.url
                let (exit, output) = try await RunningProgram.run(service.rawValue, ["serve"], environment: environment)
                #expect(exit != .code(0), "\(service)")
                #expect(output.contains("owns the database"), "\(service): \(output)")
            }
        }
    }
}
