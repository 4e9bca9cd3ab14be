import Jobs
import Model
import Postgres

/// Segment's e-commerce events, by whatever format they came, are told to contacts, which makes orders of them.
enum OrderEvents {
    /// Spelled as Segment's specification does.
    static let names: Set<String> = ["Order Completed", "Order Refunded", "Checkout Started"]

    /// Numbers those of the events that were written, and publishes the numbers: in the transaction that writes them, so
    /// that each is told once and a duplicate never.
    static func record(
        _ rows: [EventRow], _ fates: [(origin: Batch.Origin, fate: Fate)], _ connection: PostgresConnection
    ) async throws {
        let orders = rows.filter { names.contains($0.name) }
        guard !orders.isEmpty else { return }
        let written = Set(fates.filter { $0.fate == .written }.map(\.origin))
        let new = orders.filter { written.contains($0.origin) }
        guard !new.isEmpty else { return }
        let found = try await connection.query(
            """
            insert into usage.order_event (subject_id, message_id, sent_on, received_at)
            select * from unnest(
                \(new.map(\.subject)), \(new.map(\.entry.messageID)), \(new.map(\.entry.sentOn)),
                \(new.map(\.entry.receivedAt)))
            returning id
            """)
        let ids: [Int64] = try found.map { try $0["id"] }
        try await Queue.publish(.orderReceived, ids: ids, in: connection) { OrdersReceived(events: $0) }
    }
}
