import Foundation
package import Postgres
import Synchronization

/// A TCP proxy in front of PostgreSQL that can stall: it keeps its connections open and passes nothing on, like a
/// network that swallows packets. It can also cut all connections.
package final class StallingProxy: Sendable {
    private struct State {
        var isStalled = false
        var isRefusing = false
        var isClosed = false
        var delay: Int32 = 0
        var accepted = 0
        var sockets: [Int32] = []
    }

    /// How soon a change of state reaches a thread that waits, in milliseconds.
    private static let tick: Int32 = 10

    private let state = Mutex(State())
    private let listener: Int32
    private let host: String
    private let targetPort: UInt16
    package let port: UInt16

    /// Listens on a free port of 127.0.0.1 and passes on to this database.
    package init(to configuration: PostgresConfiguration) throws {
        guard let targetPort = UInt16(configuration.port) else { throw TestBedError("no port to pass on to") }
        host = configuration.host == "localhost" ? "127.0.0.1" : configuration.host
        self.targetPort = targetPort
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address("127.0.0.1", 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutableBytes(of: &address) { bytes in
            guard let base = bytes.baseAddress else { return false }
            let pointer = base.assumingMemoryBound(to: sockaddr.self)
            return bind(listener, pointer, length) == 0 && listen(listener, 64) == 0
                && getsockname(listener, pointer, &length) == 0
        }
        guard isListening else { throw TestBedError("can't listen: errno \(errno)") }
        port = UInt16(bigEndian: address.sin_port)
        Thread { self.accept() }.start()
    }

    /// The same database through this proxy.
    package func configuration(_ configuration: PostgresConfiguration) -> PostgresConfiguration {
        configuration.with(host: "127.0.0.1", port: String(port))
    }

    /// From now on nothing passes, either way; new connections are taken and get no answer.
    package func stall() { state.withLock { $0.isStalled = true } }
    /// Passes on again, also what was held up.
    package func resume() { state.withLock { $0.isStalled = false } }

    /// How many connections it has taken.
    package var accepted: Int { state.withLock(\.accepted) }

    /// From now on what passes is late by this many milliseconds, either way.
    package func delay(_ milliseconds: Int32) { state.withLock { $0.delay = milliseconds } }

    /// Breaks all connections.
    package func cut() {
        state.withLock { state in
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    /// Breaks all connections, and new ones as soon as they are made: as if the server were gone.
    package func refuse() {
        state.withLock { $0.isRefusing = true }
        cut()
    }
    /// Takes connections again.
    package func admit() { state.withLock { $0.isRefusing = false } }

    /// Ends it all; a second time is harmless: the number of the listening socket may be somebody else's by then.
    package func close() {
        cut()
        state.withLock { state in
            if !state.isClosed { shutdown(listener, Int32(SHUT_RDWR)) }
            state.isClosed = true
        }
    }

    private func accept() {
        while true {
            let client = Foundation.accept(listener, nil, nil)
            guard client >= 0 else {
                if state.withLock(\.isClosed) { break }
                continue
            }
            let isRefused = state.withLock { state in
                state.accepted += 1
                if !state.isRefusing { state.sockets.append(client) }
                return state.isRefusing
            }
            if isRefused {
                Foundation.close(client)
                continue
            }
            Thread { self.pass(client) }.start()
        }
        Foundation.close(listener)
    }

    private func pass(_ client: Int32) {
        var address = Self.address(host, targetPort)
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let isConnected = withUnsafeBytes(of: &address) { bytes in
            bytes.baseAddress.map {
                connect(server, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count)) == 0
            } ?? false
        }
        state.withLock { $0.sockets.append(server) }
        while isConnected, !state.withLock(\.isClosed) {
            guard !state.withLock(\.isStalled) else {
                _ = poll(nil, 0, Self.tick)
                continue
            }
            var ends = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&ends, 2, Self.tick) > 0, !state.withLock(\.isStalled) else { continue }
            let delay = state.withLock(\.delay)
            if delay > 0 { _ = poll(nil, 0, delay) }
            if ends[0].revents != 0, !Self.move(client, server) { break }
            if ends[1].revents != 0, !Self.move(server, client) { break }
        }
        state.withLock { $0.sockets.removeAll { $0 == client || $0 == server } }
        Foundation.close(client)
        Foundation.close(server)
    }

    private static func move(_ from: Int32, _ to: Int32) -> Bool {
        var buffer: [UInt8] = Array(repeating: 0, count: 65_536)
        let count = recv(from, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        var sent = 0
        while sent < count {
            let step = buffer[sent..<count].withUnsafeBytes {
                send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard step > 0 else { return false }
            sent += step
        }
        return true
    }

    private static func address(_ host: String, _ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        return address
    }
}
