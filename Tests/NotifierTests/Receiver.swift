import Foundation
import Synchronization

/// An HTTP server on 127.0.0.1 that behaves as badly as it is told: the other side of a webhook.
final class Receiver: Sendable {
    struct Request: Sendable {
        let line: String
        /// Names in lower case.
        let headers: [String: String]
        var body: [UInt8]
    }

    enum Answer: Sendable {
        case status(Int, headers: [String: String] = [:], body: String = "ok")
        /// Takes the request and never answers.
        case hang
        /// Says 200 and sends one byte now and then, for ever.
        case drip
        /// Says 200 and sends without end, as fast as it can.
        case flood
        /// Closes the connection instead of answering.
        case close
    }

    private struct State {
        var requests: [Request] = []
        var sockets: [Int32] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let listener: Int32
    private let answer: @Sendable (Request, Int) -> Answer
    let port: Int

    var requests: [Request] { state.withLock { $0.requests } }
    var url: String { "http://127.0.0.1:\(port)/hook" }

    /// - Parameter answer: what to do with a request, which is told with its number from 1.
    init(_ answer: @escaping @Sendable (Request, Int) -> Answer) throws {
        self.answer = answer
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let listens = withUnsafeMutableBytes(of: &address) { bytes in
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
            return bind(listener, base, length) == 0 && listen(listener, 128) == 0
                && getsockname(listener, base, &length) == 0
        }
        guard listens else { throw POSIXError(.EADDRNOTAVAIL) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread { self.accept() }.start()
    }

    deinit { close() }

    static func answering(_ statuses: Int...) throws -> Receiver {
        try Receiver { _, number in .status(statuses[min(number, statuses.count) - 1]) }
    }

    /// Only once, and before the other threads close what they see to be closed: a number that was given back is soon
    /// another's, and `deinit` closed the listener of another test.
    func close() {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.isClosed = true
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
            shutdown(listener, Int32(SHUT_RDWR))
        }
    }

    private var isClosed: Bool { state.withLock(\.isClosed) }

    private func accept() {
        while !isClosed {
            let client = Foundation.accept(listener, nil, nil)
            guard client >= 0 else { continue }
            state.withLock { $0.sockets.append(client) }
            Thread { self.serve(client) }.start()
        }
        Foundation.close(listener)
    }

    private func serve(_ client: Int32) {
        defer {
            state.withLock { $0.sockets.removeAll { $0 == client } }
            Foundation.close(client)
        }
        guard let request = read(client) else { return }
        let number = state.withLock { state in
            state.requests.append(request)
            return state.requests.count
        }
        switch answer(request, number) {
        case .status(let status, let headers, let body):
            let fields = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
            send(client, "HTTP/1.1 \(status) X\r\n\(fields)content-length: \(body.utf8.count)\r\n\r\n\(body)")
        case .hang: while !isClosed, isOpen(client) {}
        case .drip:
            send(client, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            while !isClosed, isOpen(client), send(client, "1\r\nx\r\n") {}
        case .flood:
            send(client, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
            while !isClosed, send(client, chunk) {}
        case .close: break
        }
    }

    private func read(_ client: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let end = Data(bytes).firstRange(of: Data("\r\n\r\n".utf8)) {
                let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    headers[parts[0].lowercased()] = parts.last?.trimmingCharacters(in: .whitespaces)
                }
                let length = Int(headers["content-length"] ?? "") ?? 0
                let body = bytes[end.upperBound...]
                if body.count >= length {
                    return Request(line: lines[0], headers: headers, body: Array(body.prefix(length)))
                }
            }
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
    }

    /// Waits a moment and says whether the client is still there.
    private func isOpen(_ client: Int32) -> Bool {
        var end = pollfd(fd: client, events: Int16(POLLIN), revents: 0)
        guard poll(&end, 1, 50) > 0 else { return true }
        var byte: UInt8 = 0
        return recv(client, &byte, 1, Int32(MSG_PEEK)) > 0
    }

    @discardableResult
    private func send(_ client: Int32, _ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let step = bytes[sent...].withUnsafeBytes {
                Foundation.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard step > 0 else { return false }
            sent += step
        }
        return true
    }
}
