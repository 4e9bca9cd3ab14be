import AsyncHTTPClient
import Chassis
import Foundation
import Logging
import Model
import NIOCore
import NIOHTTP1
import Postgres
import ServiceLifecycle
import TestBed

@testable import UsageIngest

/// The whole service as `serve` builds it, on a database of its own, asked over HTTP.
struct Ingest: Sendable {
    let database: TestDatabase
    let runtime: Runtime
    let key: String
    let port: Int

    /// Runs the body with the service, and stops it afterwards.
    static func with<Result: Sendable>(
        _ settings: [String: String] = [:], _ body: @escaping @Sendable (Ingest) async throws -> Result
    ) async throws -> Result {
        try await TestDatabase.with { database in
            try await on(database, settings, body)
        }
    }

    /// The same on a database that is there already, for several processes on one.
    static func on<Result: Sendable>(
        _ database: TestDatabase, _ settings: [String: String] = [:], through proxied: PostgresConfiguration? = nil,
        _ body: @escaping @Sendable (Ingest) async throws -> Result
    ) async throws -> Result {
        var environment = settings
        environment["HOLDFAST_USAGE_INGEST_PORT"] = "0"
        let signIn = proxied ?? database.configuration(as: ServiceName.usageIngest.role)
        let runtime = Runtime(
            .usageIngest, settings: try SettingValues(of: .usageIngest, environment: environment),
            database: signIn, pool: PostgresPool(signIn, size: 6, logger: quiet), logger: quiet)
        let key = try await writeKey(database)
        let parts = try await Serve.build(runtime)
        guard let server = parts.compactMap({ $0 as? HTTPServer }).first else { throw TestBedError("no HTTP server") }
        var configuration = ServiceGroupConfiguration(services: parts, logger: quiet)
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        let group = ServiceGroup(configuration: configuration)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = await server.listening.port()
            let ingest = Ingest(database: database, runtime: runtime, key: key, port: port)
            let result = await asResult { try await body(ingest) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            await runtime.pool.close()
            return try result.get()
        }
    }

    static var quiet: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .warning
        return logger
    }

    /// A new key of scope write, stored as contacts stores it.
    static func writeKey(_ database: TestDatabase, scope: KeyScope = .write) async throws -> String {
        let (plaintext, hash) = Key.make(scope)
        try await database.owner.execute(
            "insert into crm.api_key (name, scope, hint, hash) values ('test', \(scope.rawValue), '…', \(Bytes(hash)))")
        return plaintext
    }
}

private func asResult<Value>(_ body: () async throws -> Value) async -> Result<Value, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
}

/// An answer, read whole.
struct Answer: Sendable {
    let status: Int
    let headers: [String: String]
    let body: String

    /// The member of a JSON object that is a text.
    func text(_ name: String) -> String? {
        guard case .object(let object) = (try? JSONParser.parse(Array(body.utf8)))?.value,
            case .string(let text) = object[name]
        else { return nil }
        return text
    }
}

extension Ingest {
    /// One that says at once when nobody listens.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(configuration: configuration)
    }()

    func post(_ path: String, _ body: String, headers: [String: String]? = nil) async throws -> Answer {
        try await post(path, bytes: Array(body.utf8), headers: headers)
    }

    func post(_ path: String, bytes: [UInt8], headers: [String: String]? = nil) async throws -> Answer {
        try await Ingest.post("http://127.0.0.1:\(port)\(path)", bytes, headers ?? ["Authorization": "Bearer \(key)"])
    }

    static func post(_ url: String, _ bytes: [UInt8], _ headers: [String: String]) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: bytes))
        let response = try await client.execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 16 << 20)
        let fields = Dictionary(
            response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        return Answer(status: Int(response.status.code), headers: fields, body: String(buffer: body))
    }

    /// One number from the database, as its owner.
    func count(_ sql: SQL) async throws -> Int {
        let row = try await database.owner.first(sql)
        return try row.map { try $0[0] } ?? 0
    }

    func dailyDiffersFromRecount() async throws -> Int { try await database.dailyDiffersFromRecount() }
}

extension TestDatabase {
    /// How often the roll-ups and a recount of the events differ: 0 is right.
    func dailyDiffersFromRecount() async throws -> Int {
        let row = try await owner.first(
            """
            select count(*) from (
                select subject_id, (occurred_at at time zone 'UTC')::date as day, event,
                    (known_at at time zone 'UTC')::date as known_on, count(*) as count
                from usage.event group by 1, 2, 3, 4) as e
            full join usage.daily d using (subject_id, day, event, known_on)
            where e.count is distinct from d.count
            """)
        return try row.map { try $0[0] } ?? -1
    }
}

/// A track call in Segment's shape, as JSON.
func track(
    _ event: String = "Report Exported", id: String? = nil, user: String? = "u1", group: String? = "acme",
    at time: String? = isoNow(), _ rest: String = "\"properties\":{\"n\":1}"
) -> String {
    var members = ["\"type\":\"track\"", "\"event\":\"\(event)\""]
    if let id { members.append("\"messageId\":\"\(id)\"") }
    if let user { members.append("\"userId\":\"\(user)\"") }
    if let group { members.append("\"context\":{\"groupId\":\"\(group)\"}") }
    if let time { members.append("\"timestamp\":\"\(time)\"") }
    return "{" + (members + [rest]).joined(separator: ",") + "}"
}

func batch(_ calls: [String], _ rest: String = "") -> String {
    "{\"batch\":[" + calls.joined(separator: ",") + "]" + rest + "}"
}

func isoNow(plus seconds: Double = 0) -> String {
    Date(timeIntervalSinceNow: seconds).ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true))
}
