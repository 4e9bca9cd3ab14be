import Jobs
import Postgres

/// Sign-ins that are over are forgotten.
enum SessionExpiry {
    static func run(_ job: Job) async throws {
        try await job.transaction { connection in
            _ = try await connection.execute("delete from crm.session_secret where expires_at < now()")
        }
    }
}
