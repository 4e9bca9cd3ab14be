import CLibPQ

/// Where a database is, and how each connection to it behaves. Its description holds no password.
package struct PostgresConfiguration: Sendable {
    /// libpq's connection keywords (host, port, dbname, user, password, sslmode …).
    private(set) var keywords: [String: String]

    /// What `pg_stat_activity` shows.
    package var applicationName = "holdfast"
    /// For resolving, reaching and signing in.
    package var connectTimeout: Duration = .seconds(5)
    /// The server ends a longer statement; zero: never. `transaction(timeout:)` changes it for one transaction.
    package var statementTimeout: Duration = .seconds(30)
    package var lockTimeout: Duration = .seconds(10)
    package var idleInTransactionTimeout: Duration = .seconds(60)
    /// How long past its time-out an answer may stay out before the connection counts as lost.
    package var answerGrace: Duration = .seconds(5)
    /// Statements used more than once are prepared. False for PgBouncer below 1.21 in transaction mode.
    package var preparedStatements = true
    /// Time-outs, time zone and message level are sent as the session starts. False for PgBouncer in transaction mode,
    /// which refuses them: give them to the role instead (`alter role … set`).
    package var sessionDefaults = true
    /// False: a commit is answered before it is on disk, and a crash of the server may undo it. For what is done again then.
    package var durableCommits = true

    /// Reads `postgresql://user:password@host:port/database?sslmode=verify-full` or libpq's `host=… dbname=…`.
    /// The error never repeats the text, for it may hold a password.
    package init(url: String) throws {
        var refusal: UnsafeMutablePointer<CChar>?
        defer { PQfreemem(refusal) }
        let meant = url.contains("=") || url.hasPrefix("postgres://") || url.hasPrefix("postgresql://")
        guard meant, !url.utf8.contains(0), let options = PQconninfoParse(url, &refusal) else {
            throw PostgresError(
                .configuration,
                "the database URL can't be read: give postgresql://USER:PASSWORD@HOST:PORT/DATABASE with special "
                    + "characters percent-encoded, or libpq's host=… dbname=…")
        }
        defer { PQconninfoFree(options) }
        var keywords: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { keywords[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        self.keywords = keywords
    }

    package var host: String { keywords["host"] ?? keywords["hostaddr"] ?? "" }
    package var port: String { keywords["port"] ?? "5432" }
    package var user: String { keywords["user"] ?? "" }
    package var database: String { keywords["dbname"] ?? user }

    /// The same with another user, database or place. A new user without a password has none.
    package func with(
        user: String? = nil, password: String? = nil, database: String? = nil, host: String? = nil, port: String? = nil
    ) -> PostgresConfiguration {
        var other = self
        if let user, user != self.user {
            other.keywords["user"] = user
            other.keywords["password"] = nil
        }
        if let password { other.keywords["password"] = password }
        if let database { other.keywords["dbname"] = database }
        if let host { other.keywords["host"] = host }
        if let port { other.keywords["port"] = port }
        return other
    }

    /// As a URL that libpq and other clients read, password included: not for logs.
    package var url: String {
        func escaped(_ text: String) -> String {
            text.utf8.map { byte in
                let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                if isPlain || byte == 45 || byte == 46 || byte == 95 { return String(UnicodeScalar(byte)) }
                return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }.joined()
        }
        var rest = keywords
        let user = rest.removeValue(forKey: "user").map(escaped) ?? ""
        let password = rest.removeValue(forKey: "password").map { ":" + escaped($0) } ?? ""
        let database = rest.removeValue(forKey: "dbname").map(escaped) ?? ""
        var place = ""
        if let host = rest["host"], !host.contains("/"), !host.contains(","), !host.contains(":") {
            place = host + ":" + (rest.removeValue(forKey: "port") ?? "5432")
            rest["host"] = nil
        }
        let query = rest.sorted { $0.key < $1.key }.map { $0.key + "=" + escaped($0.value) }.joined(separator: "&")
        let sign = user.isEmpty && password.isEmpty ? "" : user + password + "@"
        return "postgresql://" + sign + place + "/" + database + (query.isEmpty ? "" : "?" + query)
    }

    /// Texts that no message may repeat.
    var secrets: [String] {
        ["password", "sslpassword"].compactMap { keywords[$0] }.filter { !$0.isEmpty }
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "PostgreSQL \(host):\(port), database \(database), user \(user)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
