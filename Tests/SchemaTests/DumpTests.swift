import Foundation
import Postgres
import TestBed
import Testing

/// `Shared/Schema/schema.sql` is what the migrations make, for people who read SQL.
@Suite struct DumpTests {
    private static let committed = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Shared/Schema/schema.sql").standardized

    @Test func `the committed dump is what the migrations make`() async throws {
        try await TestDatabase.with { database in
            let dump = try Self.dump(database.owner.configuration.url)
            let known = (try? String(contentsOf: Self.committed, encoding: .utf8)) ?? ""
            guard dump != known else { return }
            let fresh = FileManager.default.temporaryDirectory.appending(path: "holdfast-schema.sql")
            try dump.write(to: fresh, atomically: true, encoding: .utf8)
            Issue.record("the schema has changed: read \(fresh.path()) and copy it to Shared/Schema/schema.sql")
        }
    }

    /// Without partitions, whose names have dates, and without what differs by pg_dump's version.
    private static func dump(_ url: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "pg_dump", "--schema-only", "--no-owner", "--no-privileges", "--exclude-table=*.*_20[0-9]*",
            "--dbname=\(url)",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "pg_dump failed")
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        var kept: [Substring] = []
        for line in lines where !line.hasPrefix("--") && !line.hasPrefix("SET ") && !line.hasPrefix("\\") {
            if line.isEmpty, kept.last?.isEmpty ?? true { continue }
            kept.append(line)
        }
        return kept.joined(separator: "\n")
    }
}
