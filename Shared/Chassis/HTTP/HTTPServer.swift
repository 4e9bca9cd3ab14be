import Foundation
import HTTPTypes
package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Where an HTTP server listens and what it takes.
package struct HTTPLimits: Sendable {
    package var maxConnections = 1_024
    package var requestTimeout: Duration = .seconds(30)
    /// How long after it a client that does not send or read to the end is cut off.
    package var cutAfter: Duration = .seconds(15)
    package var idleTimeout: Duration = .seconds(60)
    package var maxBodyBytes = 10 << 20
    /// All header fields of a request together, and each of them [bytes].
    package var maxHeaderBytes = 32 << 10
    package var maxHeaderFields = 100

    package init() {}
}

/// An HTTP server as a service: listens when run, stops gracefully, and says in one sentence why it can't listen.
package struct HTTPServer: Service {
    /// The port that it listens on once it does, for tests that asked for port 0.
    package let listening = Listening()
    private let host: String
    private let port: Int
    /// The names of the settings that move it elsewhere, for the sentence about a port in use.
    private let settingName: String
    private let start: @Sendable (Listening) async throws -> Void

    package init<Context: RequestContext>(
        _ router: Router<Context>, host: String, port: Int, settingName: String, limits: HTTPLimits, logger: Logger
    ) where Context.Source == ApplicationRequestContextSource {
        self.host = host
        self.port = port
        self.settingName = settingName
        let edge = Edge(
            routes: router.buildResponder(), logger: logger, maxBodyBytes: limits.maxBodyBytes,
            timeout: limits.requestTimeout)
        // What Hummingbird says itself is how it stops; what matters comes here as an error or an answer.
        var quiet = logger
        quiet.logLevel = .critical
        let (quietLogger, logger) = (quiet, logger)
        start = { listening in
            let application = Application(
                responder: edge, server: .http1(configuration: limits.channel),
                configuration: ApplicationConfiguration(
                    address: .hostname(host, port: port), backlog: 1_024,
                    availableConnectionsDelegate: MaximumAvailableConnections(
                        limits.maxConnections, logger: quietLogger)),
                onServerRunning: { channel in
                    let port = channel.localAddress?.port ?? port
                    logger.info("Listening on \(host):\(port).", metadata: ["setting": "\(settingName)"])
                    listening.set(port)
                },
                logger: quietLogger)
            try await application.run()
        }
    }

    package func run() async throws {
        do {
            try await start(listening)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw ProgramFailure(
                .unavailable,
                "Port \(port) on \(host) is in use already: stop what listens there, or set \(settingName) to another.")
        } catch let error as IOError where error.errnoCode == EACCES {
            throw ProgramFailure(
                .notAllowed, "Port \(port) on \(host) is closed to this user: set \(settingName) to one above 1023.")
        } catch let error as IOError where error.errnoCode == EADDRNOTAVAIL {
            throw ProgramFailure(
                .configuration, "\(host) is no address of this machine: set another host beside \(settingName).")
        }
    }
}

extension HTTPLimits {
    fileprivate var channel: HTTP1Channel.Configuration {
        let cut = TimeAmount.nanoseconds((requestTimeout + cutAfter).nanoseconds)
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [RequestDeadline(limit: cut)],
            idleTimeout: .nanoseconds(idleTimeout.nanoseconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: maxHeaderBytes, maxHeaderListSize: maxHeaderBytes,
                maxHeaderFieldCount: maxHeaderFields))
    }
}

/// The port that a server listens on, awaited until it does.
package final class Listening: Sendable {
    private let state = Mutex<(port: Int?, waiting: [CheckedContinuation<Int, Never>])>((nil, []))

    /// The port, as soon as the server listens. Waits for ever where it never does: cancel by a deadline around it.
    package func port() async -> Int {
        await withCheckedContinuation { continuation in
            let port = state.withLock { state -> Int? in
                if state.port == nil { state.waiting.append(continuation) }
                return state.port
            }
            if let port { continuation.resume(returning: port) }
        }
    }

    func set(_ port: Int) {
        let waiting = state.withLock { state in
            state.port = port
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: port) }
    }
}
