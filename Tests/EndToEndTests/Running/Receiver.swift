import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Somebody else's server that gets signed webhooks: it keeps what was said and whether the signature holds.
final class Receiver: Sendable {
    struct Received: Sendable {
        let id: String
        let body: String
        let isSigned: Bool
        let at: ContinuousClock.Instant
    }

    private let key: Mutex<SymmetricKey?> = Mutex(nil)
    private let received = Mutex<[Received]>([])

    var all: [Received] { received.withLock { $0 } }

    /// `whsec_` and base64, as `notifier endpoint add` prints it.
    func expect(secret: String) {
        let bytes = Data(base64Encoded: String(secret.dropFirst("whsec_".count))) ?? Data()
        key.withLock { $0 = SymmetricKey(data: bytes) }
    }

    /// Listens on a free port of 127.0.0.1 while the body runs, which gets the address.
    static func with(_ body: @Sendable @escaping (Receiver, String) async throws -> Void) async throws {
        let receiver = Receiver()
        let router = Router()
        router.post("hook") { request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            receiver.took(request.headers, body: Data(body.readableBytesView))
            return HTTPResponse.Status.noContent
        }
        let port = AsyncStream.makeStream(of: Int.self)
        var quiet = Logger(label: "receiver")
        quiet.logLevel = .error
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                port.continuation.yield(channel.localAddress?.port ?? 0)
                port.continuation.finish()
            }, logger: quiet)
        let group = ServiceGroup(configuration: .init(services: [.init(service: application)], logger: quiet))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var number = 0
            for await bound in port.stream { number = bound }
            do {
                try await body(receiver, "http://127.0.0.1:\(number)/hook")
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func took(_ headers: HTTPFields, body: Data) {
        let id = header("webhook-id", headers)
        let signed = Data("\(id).\(header("webhook-timestamp", headers)).".utf8) + body
        let isSigned = key.withLock { key in
            guard let key else { return false }
            let mac = Data(HMAC<SHA256>.authenticationCode(for: signed, using: key)).base64EncodedString()
            return header("webhook-signature", headers).split(separator: " ").contains("v1,\(mac)")
        }
        let entry = Received(id: id, body: String(decoding: body, as: UTF8.self), isSigned: isSigned, at: .now)
        received.withLock { $0.append(entry) }
    }

    private func header(_ name: String, _ headers: HTTPFields) -> String {
        HTTPField.Name(name).flatMap { headers[$0] } ?? ""
    }
}
