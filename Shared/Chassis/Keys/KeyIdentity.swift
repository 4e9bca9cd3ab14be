package import Foundation

/// What a key may do. The raw value stands in the key itself: `hf_write_…`.
package enum KeyScope: String, CaseIterable, Codable, Sendable {
    /// Send events to usage-ingest.
    case write
    /// Use the APIs of contacts, scheduler and notifier.
    case api
    /// Read by them, and change nothing.
    case read
}

/// Whom a valid key stands for.
package struct KeyIdentity: Equatable, Sendable {
    /// The row in `crm.api_key`.
    package let id: Int64
    package let scope: KeyScope
    /// Nil for a key without an end.
    package let expiresAt: Date?
    package let limits: KeyLimits

    package init(id: Int64, scope: KeyScope, expiresAt: Date?, limits: KeyLimits = KeyLimits()) {
        self.id = id
        self.scope = scope
        self.expiresAt = expiresAt
        self.limits = limits
    }
}

/// How much a key of scope write may send; nil is without limit.
package struct KeyLimits: Equatable, Sendable {
    /// To one process of usage-ingest, over ten seconds [events/s].
    package var eventsPerSecond: Int?
    /// Taken from it in a UTC day [events].
    package var eventsPerDay: Int?

    package init(eventsPerSecond: Int? = nil, eventsPerDay: Int? = nil) {
        self.eventsPerSecond = eventsPerSecond
        self.eventsPerDay = eventsPerDay
    }
}
