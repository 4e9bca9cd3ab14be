import Foundation

extension SettingKind<String> {
    /// A PostgreSQL URL or a conninfo string (`host=… user=…`). What it means in full is libpq's to say; here it is
    /// checked to be one of the two, so that a swapped value is found at start.
    package static var databaseURL: Self {
        SettingKind("PostgreSQL URL or conninfo") { text in
            let isURL = text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
            guard text.utf8.count <= 8_192, isURL || (text.contains("=") && !text.contains("://")) else {
                throw SettingFault("is no PostgreSQL address, such as postgresql://role:password@host:5432/database")
            }
            return text
        } write: {
            $0
        }
    }
}

/// The user and password of a PostgreSQL URL, which `migrate` gives to the roles that it creates.
package struct DatabaseSignIn: Equatable, Sendable {
    package let user: String
    package let password: String

    /// Nil where the URL names no password. A conninfo string is not read: write the URL.
    package init?(url text: String) {
        guard let scheme = text.range(of: "://") else { return nil }
        let authority = text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@") else { return nil }
        let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let user = String(parts[0]).removingPercentEncoding,
            let password = String(parts[1]).removingPercentEncoding, !user.isEmpty, !password.isEmpty
        else { return nil }
        self.user = user
        self.password = password
    }
}
