import Foundation
import Model
import Postgres
import TestBed
import Testing

/// The programs of this release beside a database of the next one.
@Suite(.serialized) struct ReleaseTests {
    private static func ahead(_ database: TestDatabase, compatibleFrom: Int32) async throws {
        try await database.owner.withConnection { connection in
            try await connection.execute(
                """
                insert into holdfast.migration (number, name, checksum)
                select max(number) + 1, 'next release', 'x' from holdfast.migration
                """)
            try await connection.execute("update holdfast.compatibility set compatible_from = \(compatibleFrom)")
        }
    }

    @Test func `all five serve and restart on a database that the next release expanded`() async throws {
        try await TestDatabase.with { database in
            try await Holdfast.with(database) { holdfast in
                try await Self.ahead(database, compatibleFrom: 1)
                for service in ServiceName.allCases {
                    await holdfast.kill(service)
                    try holdfast.start(service)
                }
                for service in ServiceName.allCases { try await holdfast.ready(service) }
            }
        }
    }

    @Test func `all five refuse a database that the next release contracted, in one sentence`() async throws {
        try await TestDatabase.with { database in
            try await Self.ahead(database, compatibleFrom: 10_000)
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
