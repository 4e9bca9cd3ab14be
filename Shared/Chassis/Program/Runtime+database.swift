import Postgres
import Schema

extension Runtime {
    /// Ready means: the database answers, and is migrated to a version that this program works with.
    func requireDatabase() {
        let pool = pool
        health.require("database") {
            try await pool.withConnection { try await Schema.check($0) }
        }
    }
}
