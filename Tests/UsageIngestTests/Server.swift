import Foundation
import Model
import Postgres
import TestBed

@testable import UsageIngest

/// The real executable, serving on a database of a test.
struct Server: Sendable {
    let program: RunningProgram
    let database: TestDatabase
    let port: Int

    static func with<Result>(
        on database: TestDatabase, _ settings: [String: String] = [:], through proxy: StallingProxy? = nil,
        _ body: nonisolated(nonsending) (Server) async throws -> Result
    ) async throws -> Result {
        var environment = settings
        let direct = database.configuration(as: ServiceName.usageIngest.role)
        environment["HOLDFAST_USAGE_INGEST_DATABASE_URL"] = (proxy?.configuration(direct) ?? direct).url
        environment["HOLDFAST_USAGE_INGEST_PORT"] = "0"
        environment["HOLDFAST_USAGE_INGEST_HEALTH_PORT"] = "0"
        return try await RunningProgram.with("usage-ingest", ["serve"], environment: environment) { program in
            try await program.says("on which port it listens") { port($0) != nil }
            guard let port = port(program.output) else { throw TestBedError("no port") }
            return try await body(Server(program: program, database: database, port: port))
        }
    }

    /// That of the API, which may be told before that of health or after it.
    private static func port(_ output: String) -> Int? {
        let line = output.split(separator: "\n").first { $0.contains("\"HOLDFAST_USAGE_INGEST_PORT\"") }
        return line?.firstMatch(of: /Listening on 127\.0\.0\.1:([0-9]+)/).flatMap { Int($0.1) }
    }

    var url: String { "http://127.0.0.1:\(port)" }

    func post(_ path: String, _ body: String, key: String) async throws -> Answer {
        try await Ingest.post(
            url + path, Array(body.utf8), ["Authorization": "Bearer \(key)"])
    }
}
