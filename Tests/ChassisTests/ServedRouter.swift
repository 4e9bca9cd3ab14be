import AsyncHTTPClient
@testable import Chassis
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// A real server on a free port, for as long as the body runs; then it is stopped gracefully.
struct ServedRouter: Sendable {
    let port: Int

    static func with<Result: Sendable>(
        _ router: Router<ServiceContext>, limits: HTTPLimits = HTTPLimits(),
        _ body: @escaping @Sendable (ServedRouter) async throws -> Result
    ) async throws -> Result {
        let logger = Said().logger
        let server = HTTPServer(
            router, host: "127.0.0.1", port: 0, settingName: "HOLDFAST_X_PORT", limits: limits, logger: logger)
        let group = ServiceGroup(services: [server], logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try await within(.seconds(20)) { await server.listening.port() }
            let result = try await body(ServedRouter(port: port))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
    }

    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let body: String
        /// The fields of a JSON object of strings.
        var fields: [String: String] {
            let members = (try? JSONDecoder().decode([String: JSON].self, from: Data(body.utf8))) ?? [:]
            return members.compactMapValues { $0.string ?? $0.integer.map(String.init) }
        }
    }

    func send(
        _ method: String = "GET", _ path: String, headers: [(String, String)] = [], body: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .RAW(value: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        let named = response.headers.map { ($0.name.lowercased(), $0.value) }
        return Answer(
            status: Int(response.status.code), headers: Dictionary(named, uniquingKeysWith: { $1 }),
            body: String(buffer: bytes))
    }
}
