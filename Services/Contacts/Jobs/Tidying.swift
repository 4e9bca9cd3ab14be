import Jobs
import Postgres

/// Hourly: sign-ins that are over, orders that could not be read long ago and answers of yesterday are forgotten, and the audit has a partition
/// for the time to come.
enum Tidying {
    static let kind = "contacts.tidy"

    static func run(_ job: Job) async throws {
        try await job.transaction { connection in
            _ = try await connection.execute("delete from crm.session_secret where expires_at < now()")
            _ = try await connection.execute(
                "delete from crm.order_refusal where noted_at < now() - interval '90 days'")
            _ = try await connection.execute(
                "delete from crm.idempotency where created_at < now() - \(Repeatable.kept)::interval")
            _ = try await connection.query("select holdfast.maintain_partitions() as changed")
        }
    }
}
