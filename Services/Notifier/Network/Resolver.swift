import Foundation
import NIOPosix

/// Turns a host name into all its addresses. A value, so that tests can bring answers of their own.
struct Resolver: Sendable {
    /// Numeric addresses in the order of preference; empty where the name is unknown. Ends at once when cancelled.
    let addresses: @Sendable (_ host: String) async -> [String]

    /// By the machine's own resolver.
    static let system = Resolver { host in
        let (stream, answer) = AsyncStream.makeStream(of: [String].self, bufferingPolicy: .bufferingNewest(1))
        threads.submit { state in
            if state == .active { answer.yield(lookUp(host)) }
            answer.finish()
        }
        // A look-up can't be cancelled; it goes on in its thread while nobody waits for it any more.
        for await addresses in stream { return addresses }
        return []
    }

    /// Threads of their own: names whose servers are dead must not hold up anything else.
    private static let threads: NIOThreadPool = {
        let threads = NIOThreadPool(numberOfThreads: 16)
        threads.start()
        return threads
    }()

    private static func lookUp(_ host: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var entry = list
        while let info = entry?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(
                info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
            {
                let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                if !addresses.contains(address) { addresses.append(address) }
            }
            entry = info.ai_next
        }
        return addresses
    }
}
