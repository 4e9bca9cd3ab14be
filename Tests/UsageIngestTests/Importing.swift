import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import UsageIngest

/// `usage-ingest import` with files of its own, on a database of its own.
struct Importing: Sendable {
    let database: TestDatabase
    let folder: URL

    static func with(_ body: (Importing) async throws -> Void) async throws {
        try await TestDatabase.with { database in
            let folder = FileManager.default.temporaryDirectory.appending(path: "import-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            try await body(Importing(database: database, folder: folder))
        }
    }

    var environment: [String: String] {
        ["HOLDFAST_USAGE_INGEST_DATABASE_URL": database.url(as: ServiceName.usageIngest.role)]
    }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let url = folder.appending(path: name)
        try Data(bytes).write(to: url)
        return url.path()
    }

    func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }

    @discardableResult
    func take(_ arguments: String..., expecting code: Int32 = 0) async throws -> String {
        let (exit, output) = try await RunningProgram.run(
            "usage-ingest", ["import"] + arguments, environment: environment)
        #expect(exit == .code(code), "\(output)")
        return output
    }

    func texts(_ sql: SQL) async throws -> [String] { try await database.owner.query(sql).map { try $0[0] } }
    func count(_ sql: SQL) async throws -> Int { try await database.owner.first(sql)?[0] ?? 0 }

    /// The UTC day so many days ago, as it is written.
    static func day(_ ago: Int) -> String { "\(UTCTime.now.day.advanced(by: -ago))" }
}
