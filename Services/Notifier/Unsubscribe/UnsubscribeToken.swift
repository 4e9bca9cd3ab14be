import Crypto
import Foundation

/// What an unsubscribe link says: this contact wants nothing more about this topic by this channel. Signed, so that
/// nobody can unsubscribe others by guessing.
struct UnsubscribeToken: Equatable, Sendable {
    let contactID: Int64
    let channel: String
    let topic: String

    /// Longer texts are no tokens [bytes].
    static let limit = 300

    /// The token as it stands in the link: letters, digits, `-`, `_` and one full stop.
    func text(key: [UInt8]) -> String {
        let payload = Array("1|\(contactID)|\(channel)|\(topic)".utf8)
        return UnsubscribeToken.encoded(payload) + "." + UnsubscribeToken.encoded(code(payload, key))
    }

    init(contactID: Int64, channel: String, topic: String) {
        self.contactID = contactID
        self.channel = channel
        self.topic = topic
    }

    /// Nil where the text was not made with this key.
    init?(_ text: String, key: [UInt8]) {
        guard text.utf8.count <= UnsubscribeToken.limit else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let payload = UnsubscribeToken.decoded(parts[0]),
            let code = UnsubscribeToken.decoded(parts[1]),
            HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: payload, using: SymmetricKey(data: key))
        else { return nil }
        let fields = String(decoding: payload, as: UTF8.self).split(separator: "|", omittingEmptySubsequences: false)
        guard fields.count == 4, fields[0] == "1", let contact = Int64(fields[1]) else { return nil }
        self.init(contactID: contact, channel: String(fields[2]), topic: String(fields[3]))
    }

    private func code(_ payload: [UInt8], _ key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: payload, using: SymmetricKey(data: key)))
    }

    private static func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func decoded(_ text: Substring) -> [UInt8]? {
        var text = text.replacing("-", with: "+").replacing("_", with: "/")
        while text.utf8.count % 4 != 0 { text += "=" }
        return Data(base64Encoded: String(text)).map { Array($0) }
    }
}
