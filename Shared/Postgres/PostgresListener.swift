package import Logging
import ServiceLifecycle
import Synchronization

package enum PostgresNotification: Equatable, Sendable {
    case notified(channel: String, payload: String)
    /// Listening began, perhaps after a gap, or notifications were too many to keep: look for yourself what is to do.
    /// From then on nothing is missed.
    case reconnected
}

/// Listens on channels over a connection of its own and hands what arrives to everybody who asked.
///
/// A wake-up is never lost: whenever one may have been (before the first connection, while it was broken, when a reader
/// is too slow), the reader gets `.reconnected`. A connection that is silent is asked for a sign of life every
/// `heartbeat`; without an answer it is made anew.
package final class PostgresListener: Service, Sendable {
    /// So many notifications wait for a slow reader; then the oldest go, and `.reconnected` says so.
    static let backlog = 1_024

    private struct State {
        var readers: [Int: AsyncStream<PostgresNotification>.Continuation] = [:]
        var numbers = 0
        var isListening = false
        var isOver = false
    }

    package let channels: [String]
    private let configuration: PostgresConfiguration
    private let heartbeat: Duration
    private let logger: Logger
    private let state = Mutex(State())

    package init(
        _ configuration: PostgresConfiguration, channels: [String], heartbeat: Duration = .seconds(30), logger: Logger
    ) {
        self.configuration = configuration
        self.channels = channels
        self.heartbeat = heartbeat
        self.logger = logger
    }

    /// A stream of what arrives from now on. Begins with `.reconnected` as soon as the listener listens.
    package func notifications() -> AsyncStream<PostgresNotification> {
        let (stream, reader) = AsyncStream.makeStream(
            of: PostgresNotification.self, bufferingPolicy: .bufferingNewest(Self.backlog))
        let number = state.withLock { state -> Int? in
            guard !state.isOver else { return nil }
            state.numbers += 1
            state.readers[state.numbers] = reader
            if state.isListening { reader.yield(.reconnected) }
            return state.numbers
        }
        guard let number else {
            reader.finish()
            return stream
        }
        reader.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.readers.removeValue(forKey: number) }
        }
        return stream
    }

    /// Listens until the service is stopped or the task cancelled; then all streams end.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.listen() }
        let readers = state.withLock { state in
            state.isOver = true
            defer { state.readers = [:] }
            return Array(state.readers.values)
        }
        for reader in readers { reader.finish() }
    }

    private func listen() async {
        var failures = 0
        while !Task.isCancelled {
            do {
                try await listenOnce { failures = 0 }
            } catch is CancellationError {
                break
            } catch {
                failures += 1
                logger.warning("listening broke off, trying again: \(error)")
            }
            state.withLock { $0.isListening = false }
            try? await Task.sleep(for: Backoff.delay(after: failures))
        }
        state.withLock { $0.isListening = false }
    }

    private func listenOnce(_ didListen: () -> Void) async throws {
        let connection = try await PostgresConnection.connect(configuration, logger: logger)
        do {
            for channel in channels { try await connection.execute("listen \(identifier: channel)") }
            didListen()
            state.withLock { $0.isListening = true }
            give(.reconnected)
            while true {
                let arrived = try await connection.notifications(within: heartbeat)
                for (channel, payload) in arrived { give(.notified(channel: channel, payload: payload)) }
                if arrived.isEmpty, try await !connection.answers(within: PostgresPool.pingLimit) {
                    throw PostgresError.lost("the server gives no sign of life")
                }
            }
        } catch {
            await connection.close()
            throw error
        }
    }

    private func give(_ notification: PostgresNotification) {
        for reader in state.withLock({ Array($0.readers.values) }) {
            if case .dropped = reader.yield(notification) { reader.yield(.reconnected) }
        }
    }
}
