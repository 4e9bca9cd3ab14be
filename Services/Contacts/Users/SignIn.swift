import Chassis
import Metrics
import NIOPosix
import Postgres

/// Checks names and passwords. Hashes are slow on purpose and are computed outside of the threads that serve.
struct SignIn: Sendable {
    let pool: PostgresPool
    let limit = SignInLimit()

    enum Outcome: Sendable {
        /// The token for the cookie.
        case signedIn(String)
        case refused
        case tooMany(retryAfter: Int)
    }

    func attempt(name: String, password: String, from address: String) async throws -> Outcome {
        if let seconds = limit.admit(name: name, address: address) { return .tooMany(retryAfter: seconds) }
        guard (1...200).contains(name.utf8.count), (1...800).contains(password.utf8.count),
            !name.unicodeScalars.contains("\0")
        else { return .refused }
        let row = try await pool.first(
            """
            select u.id, u.name, u.role, s.password_hash from crm.team_user u
            join crm.user_secret s on s.user_id = u.id where u.name = \(name) and u.disabled_at is null
            """)
        let known = try row?.decode(Int64.self, String.self, String.self, String.self)
        let hash = known?.3
        let isRight = try await NIOThreadPool.singleton.runIfActive { () -> Bool in
            guard let hash else {
                try Password.spendTime(on: password)
                return false
            }
            return try Password.matches(password, hash)
        }
        Counter(label: "contacts.sign_ins", dimensions: [("outcome", isRight ? "right" : "wrong")]).increment()
        guard isRight, let known else {
            limit.failed(name: name, address: address)
            return .refused
        }
        limit.succeeded(name: name)
        let user = User(id: known.0, name: known.1, role: known.2)
        let token = try await pool.transaction { connection in
            let token = try await Session.begin(user, in: connection)
            try await Audit.record("user \(user.name)", "sign in", "user \(user.name)", in: connection)
            return token
        }
        return .signedIn(token)
    }
}
