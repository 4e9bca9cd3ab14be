import Crypto

/// Keys as they are made and written: `hf_<scope>_<32 letters and digits>`, 190 bits of chance. Only the SHA-256 of
/// the whole text is ever stored.
package enum Key {
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    private static let length = 32

    /// A new key: the text to hand out once, and the hash to store.
    package static func make(_ scope: KeyScope) -> (plaintext: String, hash: [UInt8]) {
        var random = SystemRandomNumberGenerator()
        let tail = (0..<length).map { _ in alphabet[Int.random(in: alphabet.indices, using: &random)] }
        let plaintext = "hf_\(scope.rawValue)_" + String(decoding: tail, as: UTF8.self)
        return (plaintext, hash(of: plaintext))
    }

    /// The SHA-256 of the text, 32 bytes.
    package static func hash(of plaintext: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(plaintext.utf8)))
    }

    /// Whether the text can be a key at all: what can't costs the database no query.
    static func isWellFormed(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.starts(with: "hf_".utf8), (12...128).contains(bytes.count) else { return false }
        return bytes.allSatisfy { UInt8.isLetterOrDigit($0) || $0 == UInt8(ascii: "_") }
    }
}
