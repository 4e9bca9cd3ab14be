import Jobs
import Model
import Postgres

/// Tells the other services what was touched, in the caller's transaction.
enum Publication {
    static func accounts(_ ids: [Int64], _ topic: Topic, in connection: PostgresConnection) async throws {
        try await Queue.publish(topic, ids: ids, in: connection) { AccountsTouched(accounts: $0) }
    }

    static func contacts(_ ids: [Int64], _ topic: Topic, in connection: PostgresConnection) async throws {
        try await Queue.publish(topic, ids: ids, in: connection) { ContactsTouched(contacts: $0) }
    }

    static func requests(_ ids: [Int64], _ topic: Topic, in connection: PostgresConnection) async throws {
        try await Queue.publish(topic, ids: ids, in: connection) { RequestsTouched(requests: $0) }
    }
}
