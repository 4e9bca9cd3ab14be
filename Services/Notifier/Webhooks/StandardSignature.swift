import Crypto
import Foundation

/// Signatures of Standard Webhooks 1.0.0, by which a receiver knows who sent a request and that nobody changed it.
enum StandardSignature {
    /// The value of `webhook-signature`: one `v1,` entry for each secret, so that a receiver may hold either one during a
    /// rotation. Signed is `{id}.{timestamp}.{body}`, the body exactly as it is sent.
    /// - Parameters:
    ///   - id: holds no full stop, or what is signed would be ambiguous.
    ///   - timestamp: of this attempt [seconds since 1970].
    static func sign(id: String, timestamp: Int64, body: [UInt8], secrets: [EndpointSecret]) -> String {
        let signed = Array("\(id).\(timestamp).".utf8) + body
        return secrets.map { secret in
            let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: secret.bytes))
            return "v1," + Data(code).base64EncodedString()
        }.joined(separator: " ")
    }
}
