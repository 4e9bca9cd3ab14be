import Jobs
import Model
import Postgres

/// Compares the members of the playbooks' segments with the runs. What is taken at once is limited; the rest follows in a
/// job of its own, so that no transaction grows with the number of accounts.
enum CatchUp {
    struct Payload: Codable, Sendable {}

    static func run(_ versions: Versions, in connection: PostgresConnection) async throws {
        var hasMore = false
        for current in try await Enrolling.current(versions, in: connection) {
            if try await Enrolling.catchUp(current, in: connection) { hasMore = true }
        }
        guard hasMore else { return }
        try await enqueue(in: connection)
    }

    static func enqueue(in connection: PostgresConnection) async throws {
        try await Queue.enqueue(
            Engine.catchUpKind, on: ServiceName.scheduler.queue, Payload(), in: connection)
    }
}
