import AsyncHTTPClient
import Chassis
import Foundation
import Model
import NIOCore
import NIOHTTP1
import Postgres
import ServiceLifecycle
import TestBed

@testable import Contacts

/// The whole service as `serve` builds it, on a database of its own, asked over HTTP.
struct Office: Sendable {
    let desk: Desk
    let port: Int
    let key: String
    let client: HTTPClient

    static func with(
        _ settings: [String: String] = [:], _ body: @escaping @Sendable (Office) async throws -> Void
    ) async throws {
        try await Desk.with { desk in
            let environment = settings.merging(["HOLDFAST_CONTACTS_PORT": "0"]) { $1 }
            let runtime = Runtime(
                .contacts, settings: try SettingValues(of: .contacts, environment: environment),
                database: desk.pool.configuration, pool: desk.pool, logger: Desk.quiet)
            let parts = try await Serve.build(runtime)
            guard let server = parts.compactMap({ $0 as? HTTPServer }).first else { throw TestBedError("no server") }
            var settings = HTTPClient.Configuration()
            settings.redirectConfiguration = .disallow
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
            let group = ServiceGroup(
                configuration: .init(services: parts.map { .init(service: $0) }, logger: Desk.quiet))
            let outcome = await withTaskGroup(of: Result<Void, any Error>?.self) { tasks in
                tasks.addTask {
                    do { try await group.run() } catch { return .failure(error) }
                    return nil
                }
                let port = await server.listening.port()
                let outcome: Result<Void, any Error>
                do {
                    try await body(Office(desk: desk, port: port, key: try await Office.key(desk), client: client))
                    outcome = .success(())
                } catch {
                    outcome = .failure(error)
                }
                await group.triggerGracefulShutdown()
                return outcome
            }
            try await client.shutdown()
            try outcome.get()
        }
    }

    static func key(_ desk: Desk, _ scope: KeyScope = .api) async throws -> String {
        let (plaintext, hash) = Key.make(scope)
        _ = try await desk.pool.execute(
            "insert into crm.api_key (name, scope, hint, hash) values ('test', \(scope.rawValue), '…', \(Bytes(hash)))")
        return plaintext
    }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: String

        /// The JSON value at a path such as `items.0.key`, as text; a dash where there is none.
        subscript(_ path: String) -> String {
            var value = try? JSONDecoder().decode(FieldValue.self, from: Data(body.utf8))
            for step in path.split(separator: ".") {
                switch value {
                case .object(let object)?: value = object[String(step)]
                case .list(let list)?: value = Int(step).flatMap { list.indices.contains($0) ? list[$0] : nil }
                default: value = nil
                }
            }
            switch value {
            case .text(let text)?: return text
            case .integer(let number)?: return String(number)
            case .number(let number)?: return String(number)
            case .flag(let flag)?: return String(flag)
            case .list(let list)?: return "[\(list.count)]"
            case .object(let object)?: return "{\(object.count)}"
            case .null?: return "null"
            case nil: return "-"
            }
        }
    }

    func ask(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await client.execute(request, timeout: .seconds(60))
        let buffer = try await response.body.collect(upTo: 8 << 20)
        return Answer(status: Int(response.status.code), headers: response.headers, body: String(buffer: buffer))
    }

    /// With the key of scope api.
    func api(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        try await ask(
            method, path, body, headers: headers.merging(["Authorization": "Bearer \(key)"]) { given, _ in given })
    }
}
