import Crypto
import Foundation

/// A key that an endpoint's webhooks are signed with: 24 to 64 bytes. Its description does not show it.
struct EndpointSecret: Equatable, Sendable, CustomStringConvertible {
    static let prefix = "whsec_"
    static let length = 24...64

    let bytes: [UInt8]

    init?(_ bytes: [UInt8]) {
        guard EndpointSecret.length.contains(bytes.count) else { return nil }
        self.bytes = bytes
    }

    /// A new one of 32 random bytes.
    static func make() -> EndpointSecret {
        let key = SymmetricKey(size: .bits256)
        return EndpointSecret(key)
    }

    private init(_ key: SymmetricKey) {
        bytes = key.withUnsafeBytes { Array($0) }
    }

    /// Reads `whsec_` and base64, padded or not. Nil where it is none.
    init?(text: String) {
        guard text.hasPrefix(EndpointSecret.prefix) else { return nil }
        var encoded = String(text.dropFirst(EndpointSecret.prefix.count))
        while encoded.utf8.count % 4 != 0, encoded.utf8.count < 128 { encoded += "=" }
        guard let data = Data(base64Encoded: encoded) else { return nil }
        self.init(Array(data))
    }

    /// What the receiver's side is given, once.
    var text: String { EndpointSecret.prefix + Data(bytes).base64EncodedString() }

    var description: String { EndpointSecret.prefix + "***" }
}
