import Dispatch
import Foundation

/// Asks whether a program on this machine answers over HTTP. By a bare socket: URLSession would have to be linked with
/// curl into whatever uses this module.
enum HTTPProbe {
    private static let seconds = 5

    /// The status of a GET; nil if there was no answer within 5 seconds.
    static func status(_ url: URL) async -> Int? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: ask(url)) }
        }
    }

    private static func ask(_ url: URL) -> Int? {
        guard let port = url.port.flatMap({ UInt16(exactly: $0) }) else { return nil }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafeBytes(of: &address) { bytes in
            bytes.baseAddress.map {
                connect(descriptor, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count)) == 0
            } ?? false
        }
        let request = Array("GET \(url.path()) HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".utf8)
        guard isConnected, send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            return nil
        }
        var answer: [UInt8] = Array(repeating: 0, count: 64)
        let count = recv(descriptor, &answer, answer.count, Int32(MSG_WAITALL))
        guard count > 12 else { return nil }
        // HTTP/1.1 200 OK
        return Int(String(decoding: answer[9..<12], as: UTF8.self))
    }
}
