import Crypto

/// Accounts deliberately left out, so that the playbook's effect can be measured.
struct Holdout: Codable, Equatable, Sendable {
    /// How many of a hundred, 0 to 50.
    var percent: Double
    /// Another salt leaves other accounts out.
    var salt: String

    /// Whether the account is left out: always the same for the same account, playbook and salt, and a larger share
    /// leaves out those of a smaller one too.
    func leavesOut(account: String, of playbook: String) -> Bool {
        Holdout.place(account: account, playbook: playbook, salt: salt) * 100 < percent
    }

    /// Where the account stands between 0 and 1: the first 53 bits of the SHA-256 of the three, which no two texts share
    /// by being cut differently.
    static func place(account: String, playbook: String, salt: String) -> Double {
        let text = [account, playbook, salt].map { "\($0.utf8.count):\($0)" }.joined()
        let bits = SHA256.hash(data: Array(text.utf8)).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Double(bits >> 11) / Double(UInt64(1) << 53)
    }
}
