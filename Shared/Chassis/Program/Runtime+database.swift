import Postgres

extension Runtime {
    /// Ready means: the database answers, and is migrated to a version that this program works with.
    func requireDatabase() {
        let pool = pool
        health.require("database") {
            _ = try await pool.first("select 1")
        }
    }
}
