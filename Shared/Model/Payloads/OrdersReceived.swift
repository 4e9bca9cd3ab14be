/// The payload of `order.received`: e-commerce events that usage-ingest wrote and contacts has yet to read.
package struct OrdersReceived: Codable, Equatable, Sendable {
    /// Ids in `usage.order_event`, at most `Topic.idsPerJob`.
    package var events: [Int64]

    package init(events: [Int64]) { self.events = events }
}
