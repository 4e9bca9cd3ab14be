import Chassis
import Crypto
import Foundation
import Model
import Postgres

/// A sign-in of a person: a random token in a cookie, of which only the hash is kept.
struct Session: Sendable {
    static let lifetime: Duration = .seconds(12 * 3_600)

    let user: User
    /// In a hidden field of each form: a page of another site can't know it.
    let formToken: String

    /// Begins a session.
    /// - Returns: the token for the cookie.
    static func begin(_ user: User, in connection: PostgresConnection) async throws -> String {
        let token = Token.make()
        try await connection.execute(
            """
            insert into crm.session_secret (hash, user_id, expires_at)
            values (\(Token.hash(token)), \(user.id), now() + \(lifetime))
            """)
        return token
    }

    /// The session of this token; nil where it is unknown or over, or its user may not sign in any more.
    static func of(_ token: String, in pool: PostgresPool) async throws -> Session? {
        guard Token.isWellFormed(token) else { return nil }
        let row = try await pool.first(
            """
            select u.id, u.name, u.role from crm.session_secret s join crm.team_user u on u.id = s.user_id
            where s.hash = \(Token.hash(token)) and s.expires_at > now() and u.disabled_at is null
            """)
        guard let row else { return nil }
        let (id, name, role) = try row.decode(Int64.self, String.self, String.self)
        return Session(user: User(id: id, name: name, role: role), formToken: Token.form(token))
    }

    static func end(_ token: String, in pool: PostgresPool) async throws {
        try await pool.execute("delete from crm.session_secret where hash = \(Token.hash(token))")
    }
}

/// Tokens that nobody can guess: 32 random bytes in hex.
enum Token {
    static func make() -> String {
        var random = SystemRandomNumberGenerator()
        return hex((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    static func isWellFormed(_ token: String) -> Bool {
        token.utf8.count == 64 && token.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    static func hash(_ token: String) -> Bytes { Bytes(SHA256.hash(data: Array(token.utf8))) }

    /// What the forms of a page with this token carry; it tells nothing of the token.
    static func form(_ token: String) -> String {
        hex(HMAC<SHA256>.authenticationCode(for: Array("form".utf8), using: SymmetricKey(data: Array(token.utf8))))
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
