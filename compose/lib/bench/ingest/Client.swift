import Foundation

/// One HTTP/1.1 connection that is kept alive, by blocking calls: nothing between the server and the figure.
final class Client {
    private let descriptor: Int32
    private var buffer: [UInt8] = Array(repeating: 0, count: 16_384)

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafeBytes(of: &address) { bytes in
            bytes.baseAddress.map {
                connect(descriptor, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count)) == 0
            } ?? false
        }
        guard isConnected else { throw Failure(description: "can't connect to port \(port): errno \(errno)") }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }

    /// Posts the body and waits for the answer; returns its status.
    func post(_ path: String, key: String, _ body: [UInt8]) throws -> Int {
        try send(head(path, key: key, length: body.count))
        try send(body)
        return try answer()
    }

    func head(_ path: String, key: String, length: Int) -> [UInt8] {
        let basic = Data("\(key):".utf8).base64EncodedString()
        return Array(
            ("POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic \(basic)\r\n"
                + "Content-Type: application/json\r\nContent-Length: \(length)\r\n\r\n").utf8)
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let step = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard step > 0 else { throw Failure(description: "the connection broke while sending: errno \(errno)") }
            sent += step
        }
    }

    /// Reads one answer with a Content-Length; returns its status.
    func answer() throws -> Int {
        var text: [UInt8] = []
        var end: Int?
        var length = 0
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw Failure(description: "the connection broke while reading: errno \(errno)") }
            text += buffer[..<count]
            if end == nil, let found = text.firstRange(of: Array("\r\n\r\n".utf8)) {
                end = found.upperBound
                let head = String(decoding: text[..<found.lowerBound], as: UTF8.self).lowercased()
                length = head.firstMatch(of: /content-length: *([0-9]+)/).flatMap { Int($0.1) } ?? 0
            }
            if let end, text.count >= end + length { break }
        }
        let head = String(decoding: text.prefix(15), as: UTF8.self).split(separator: " ")
        return head.count > 1 ? Int(head[1]) ?? 0 : 0
    }
}
