import Jobs
import Logging
import Model
import Postgres

/// Compares the members of the playbooks' segments with the runs. What is taken at once is limited; the rest follows in a
/// job of its own, so that no transaction grows with the number of accounts.
enum CatchUp {
    struct Payload: Codable, Sendable {}

    static func run(_ versions: Versions, logger: Logger, in connection: PostgresConnection) async throws {
        var hasMore = false
        let playbooks = try await connection.query("select id, key from plan.playbook where enabled order by id")
        for row in playbooks {
            let (id, key) = try row.decode(Int64.self, String.self)
            do {
                for current in try await Enrolling.current(where: "p.id = \(id)", versions, in: connection) {
                    if try await Enrolling.catchUp(current, in: connection) { hasMore = true }
                }
            } catch let error as PlaybookUnusable {
                // One of a later release must not keep the others waiting.
                logger.warning("A playbook can't be read.", metadata: ["playbook": "\(key)", "error": "\(error)"])
            }
        }
        guard hasMore else { return }
        try await enqueue(in: connection)
    }

    static func enqueue(in connection: PostgresConnection) async throws {
        try await Queue.enqueue(
            Engine.catchUpKind, on: ServiceName.scheduler.queue, Payload(), in: connection)
    }
}
