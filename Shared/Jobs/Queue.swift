package import Model
package import Postgres

/// Adding jobs to queues. Every call is part of the caller's transaction: it commits with it, or not at all.
package enum Queue {
    /// How long a unique key is held.
    package enum UniqueScope: String, Sendable {
        /// Until the job starts: a later one may wait while it runs.
        case waiting
        /// Until the job ends for good.
        case live
    }

    /// Adds a job and answers its id, or the id of the job that already holds `uniqueKey`.
    /// - Parameters:
    ///   - payload: what the handler gets, as JSON; at most 1 MB.
    ///   - runIn: how long to wait first, by the server's clock.
    ///   - priority: the lower runs first.
    ///   - groupKey: jobs of one group are limited together, where the queue has a limit by group.
    ///   - maxAttempts: starts that may end in an error before the job is a dead letter.
    /// - Throws: `PostgresError`, with a hint, for an unknown queue or a value out of its range; `EncodingError`.
    @discardableResult
    package static func enqueue(
        _ kind: String, on queue: String, _ payload: some Encodable & Sendable, runIn: Duration = .zero,
        priority: Int16 = 0, uniqueKey: String? = nil, scope: UniqueScope = .live, groupKey: String? = nil,
        maxAttempts: Int16 = 20, in connection: PostgresConnection
    ) async throws -> Int64 {
        let seconds = Double(runIn.components.seconds) + Double(runIn.components.attoseconds) * 1e-18
        let row = try await connection.first(
            """
            select queue.enqueue(\(queue), \(kind), \(try JSONText(encoding: payload)), make_interval(secs => \(seconds)),
                \(Int32(priority)), \(uniqueKey), \(scope.rawValue), \(groupKey), \(Int32(maxAttempts))) as id
            """)
        guard let row else { throw JobFailure.dead("queue.enqueue answered nothing") }
        return try row["id"]
    }

    /// Adds a job to each queue that is subscribed to the topic and answers how many. `key` becomes their group key.
    @discardableResult
    package static func publish(
        _ topic: Topic, key: String? = nil, _ payload: some Encodable & Sendable, in connection: PostgresConnection
    ) async throws -> Int {
        let row = try await connection.first(
            "select queue.publish(\(topic.rawValue), \(key), \(try JSONText(encoding: payload))) as jobs")
        let jobs: Int32 = try row?["jobs"] ?? 0
        return Int(jobs)
    }

    /// Publishes ids in as few jobs as the limit of ids a job allows. Order and duplicates are dropped.
    package static func publish(
        _ topic: Topic, ids: some Sequence<Int64>, in connection: PostgresConnection,
        _ payload: ([Int64]) -> some Encodable & Sendable
    ) async throws {
        let distinct = Set(ids).sorted()
        for start in stride(from: 0, to: distinct.count, by: Topic.idsPerJob) {
            let part = Array(distinct[start..<min(start + Topic.idsPerJob, distinct.count)])
            try await publish(topic, payload(part), in: connection)
        }
    }
}
