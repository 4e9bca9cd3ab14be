import Foundation
package import Logging
package import Postgres
import Synchronization

/// One start of a job, as its handler sees it.
package struct Job: Sendable {
    /// The same over all starts: the idempotency key of effects outside the database.
    package let id: Int64
    package let kind: String
    /// Which start this is, from 1.
    package let attempt: Int
    /// The job whose handler enqueued this one.
    package let causeJobID: Int64?
    let base: Logger

    /// Says which job it speaks of. Made when it is asked for: most jobs have nothing to say.
    package var logger: Logger {
        var logger = base
        logger[metadataKey: "job"] = "\(id)"
        logger[metadataKey: "kind"] = "\(kind)"
        return logger
    }

    let token: Int64
    let body: JSONText
    let pool: PostgresPool
    let settled = Settled()

    /// Whether the handler's own transaction completed the job.
    final class Settled: Sendable {
        private let value = Mutex(false)
        var isTrue: Bool { value.withLock { $0 } }
        func set() { value.withLock { $0 = true } }
    }

    /// The payload. One that does not decode makes the job a dead letter that says where.
    package func payload<Payload: Decodable>(_ type: Payload.Type = Payload.self) throws -> Payload {
        do {
            return try JSONDecoder().decode(type, from: Data(body.text.utf8))
        } catch let error as DecodingError {
            throw JobFailure.dead("the payload is no \(type): \(Self.place(of: error))")
        }
    }

    /// Runs the handler's writes and completes the job, in one transaction: exactly once inside the database. Jobs that it
    /// enqueues have this job as their cause. Call it once, last. It may run `body` again after a deadlock or a
    /// serialisation failure. Throws `JobFailure.leaseLost`, with all undone, where another worker has the job by now.
    /// - Parameter timeout: how long each of its statements may take, instead of the configuration's.
    package func transaction<Result: Sendable>(
        timeout: Duration? = nil, _ body: @escaping @Sendable (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        precondition(!settled.isTrue, "job \(id) (\(kind)) is completed twice")
        let result = try await pool.transaction(timeout: timeout) { connection in
            try await setCause(connection)
            let result = try await body(connection)
            let row = try await connection.first("select queue.complete(array[\(id)], array[\(token)]) as accepted")
            let accepted: [Int64] = try row?["accepted"] ?? []
            guard accepted == [id] else { throw JobFailure.leaseLost }
            return result
        }
        settled.set()
        return result
    }

    /// Runs writes in a transaction without completing the job, with this job as the cause of what they enqueue.
    package func withCause<Result: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        try await pool.transaction { connection in
            try await setCause(connection)
            return try await body(connection)
        }
    }

    private func setCause(_ connection: PostgresConnection) async throws {
        _ = try await connection.first("select set_config('holdfast.job_id', \(String(id)), true)")
    }

    /// Where in the payload, without its values.
    private static func place(of error: DecodingError) -> String {
        let (path, words): ([any CodingKey], String) =
            switch error {
            case .typeMismatch(let type, let context): (context.codingPath, "expected \(type)")
            case .valueNotFound(let type, let context): (context.codingPath, "expected \(type), found null")
            case .keyNotFound(let key, let context): (context.codingPath + [key], "is missing")
            case .dataCorrupted(let context): (context.codingPath, "is malformed")
            @unknown default: ([], "is malformed")
            }
        return "/" + path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "/") + " " + words
    }
}
