import CLibPQ

extension PostgresConnection {
    /// A password as the server stores it, made here, so that neither the server nor its log sees the password itself.
    package func encrypted(password: String, for role: String) throws -> String {
        try onLink { link in
            guard let verifier = PQencryptPasswordConn(link.raw, password, role, "scram-sha-256") else {
                throw PostgresError.value("the password of \(role) could not be encrypted")
            }
            defer { PQfreemem(verifier) }
            return String(cString: verifier)
        }
    }
}
