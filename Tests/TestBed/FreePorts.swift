import Foundation

/// Ports that were free a moment ago, below those that the kernel gives to whoever connects somewhere: one of these may be
/// taken again while its program is restarted.
package enum FreePorts {
    private static let range = 12_000..<32_000
    private static let attempts = 1_000

    package static func take(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            for _ in 0..<attempts {
                let port = Int.random(in: range)
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                guard descriptor >= 0 else { throw TestBedError("no socket") }
                sockets.append(descriptor)
                if isFree(port, descriptor) { return port }
            }
            throw TestBedError("no free port")
        }
    }

    /// Whether the socket can be bound to it; it then is.
    private static func isFree(_ port: Int, _ descriptor: Int32) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 }
        }
    }
}
