import Foundation

/// A network in CIDR notation, of either address family: `10.0.0.0/8`, `fd00::/8`, `192.0.2.7` (one address).
package struct NetworkRange: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 bytes in network order, zero behind the prefix.
    private let address: [UInt8]
    private let prefix: Int

    /// Nil where `text` is no network. Bits behind the prefix are ignored.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = NetworkRange.bytes(ofAddress: String(parts[0])) else {
            return nil
        }
        let longest = address.count * 8
        guard let prefix = parts.count == 2 ? Int(parts[1]) : longest, (0...longest).contains(prefix) else {
            return nil
        }
        self.prefix = prefix
        self.address = NetworkRange.masked(address, to: prefix)
    }

    /// Whether the numeric address lies within. An IPv4 address mapped into IPv6 counts as IPv4.
    package func contains(_ address: String) -> Bool {
        guard var bytes = NetworkRange.bytes(ofAddress: address) else { return false }
        if bytes.count == 16, bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 255, bytes[11] == 255 {
            bytes = Array(bytes.suffix(4))
        }
        return bytes.count == self.address.count && NetworkRange.masked(bytes, to: prefix) == self.address
    }

    /// The 4 or 16 bytes of a numeric address; nil for a name.
    package static func bytes(ofAddress text: String) -> [UInt8]? {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 { return four }
        var sixteen = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, text, &sixteen) == 1 ? sixteen : nil
    }

    private static func masked(_ address: [UInt8], to prefix: Int) -> [UInt8] {
        address.enumerated().map { index, byte in
            let bits = min(8, max(0, prefix - index * 8))
            return bits == 0 ? 0 : byte & (0xFF << UInt8(8 - bits))
        }
    }

    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = address.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, address, &text, socklen_t(text.count)) != nil else { return "?/\(prefix)" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/\(prefix)"
    }
}
