import Chassis
import Crypto
import CryptoExtras
import Foundation

/// Passwords as scrypt keeps them (RFC 7914): `scrypt$15$8$3$SALT$HASH`, salt and hash in Base64. N = 2^15, r = 8, p = 3
/// is one of the settings that OWASP names as enough: 32 MiB and about a tenth of a second each.
enum Password {
    static let shortest = 12
    static let longest = 200

    static let log2Rounds = 15
    private static let blockSize = 8
    private static let parallelism = 3
    private static let length = 32
    /// Without letters and digits that look alike.
    private static let alphabet = Array("23456789abcdefghjkmnpqrstuvwxyz")

    /// A new password of 20 characters, 98 bits of chance.
    static func make() -> String {
        var random = SystemRandomNumberGenerator()
        let groups = (0..<4).map { _ in
            String((0..<5).map { _ in alphabet[Int.random(in: alphabet.indices, using: &random)] })
        }
        return groups.joined(separator: "-")
    }

    /// - Parameter log2Rounds: only tests take less; a hash says what it took.
    static func hash(_ password: String, log2Rounds: Int = log2Rounds) throws -> String {
        var random = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let hash = try derive(password, salt, log2Rounds, blockSize, parallelism)
        return "scrypt$\(log2Rounds)$\(blockSize)$\(parallelism)$\(base64(salt))$\(base64(hash))"
    }

    /// Whether the password is the one that was hashed. False for a hash of another form.
    static func matches(_ password: String, _ hash: String) throws -> Bool {
        let parts = hash.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]), let size = Int(parts[2]),
            let lanes = Int(parts[3]), (10...20).contains(rounds), (1...32).contains(size), (1...16).contains(lanes),
            let salt = Data(base64Encoded: parts[4]), let known = Data(base64Encoded: parts[5])
        else { return false }
        let tried = try derive(password, Array(salt), rounds, size, lanes)
        return isEqual(tried, Array(known))
    }

    /// What costs as much as checking a password, for a name that is nobody's: the answer's time tells nothing.
    static func spendTime(on password: String) throws {
        _ = try derive(password, Array(repeating: 0, count: 16), log2Rounds, blockSize, parallelism)
    }

    private static func derive(
        _ password: String, _ salt: [UInt8], _ rounds: Int, _ size: Int, _ lanes: Int
    ) throws -> [UInt8] {
        let bytes = Array(password.precomposedStringWithCanonicalMapping.utf8)
        let key = try KDF.Scrypt.deriveKey(
            from: bytes, salt: salt, outputByteCount: length, rounds: 1 << rounds, blockSize: size, parallelism: lanes)
        return key.withUnsafeBytes { Array($0) }
    }

    private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// In a time that does not depend on where they differ.
    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
