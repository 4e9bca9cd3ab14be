package import Foundation

/// What a key may do. The raw value stands in the key itself: `hf_write_…`.
package enum KeyScope: String, CaseIterable, Codable, Sendable {
    /// Send events to usage-ingest.
    case write
    /// Use the APIs of contacts, scheduler and notifier.
    case api
}

/// Whom a valid key stands for.
package struct KeyIdentity: Equatable, Sendable {
    /// The row in `crm.api_key`.
    package let id: Int64
    package let scope: KeyScope
    /// Nil for a key without an end.
    package let expiresAt: Date?

    package init(id: Int64, scope: KeyScope, expiresAt: Date?) {
        self.id = id
        self.scope = scope
        self.expiresAt = expiresAt
    }
}
