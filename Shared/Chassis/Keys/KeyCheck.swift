import Foundation
import Metrics
package import Postgres
import Synchronization

/// The one place where keys are checked, against `crm.check_key`, with what was said lately remembered. A key is compared
/// by its SHA-256 alone, here and in the index there: how long that takes tells of a hash that nobody can choose.
package final class KeyCheck: Sendable {
    private let pool: PostgresPool
    private let cache = Mutex(KeyCache())

    package init(pool: PostgresPool) { self.pool = pool }

    /// Whom the key stands for; nil where it is unknown, expired, withdrawn or of another scope. One of scope read is one of scope
    /// api that may do less: who asks for that looks at what it has. A key that was withdrawn is believed for 30 s more. Throws where the database can't be asked.
    package func check(_ plaintext: String, scope: KeyScope) async throws -> KeyIdentity? {
        guard Key.isWellFormed(plaintext) else { return nil }
        let hash = Key.hash(of: plaintext)
        guard let identity = try await identity(of: hash),
            identity.scope == scope || scope == .api && identity.scope == .read
        else { return nil }
        if let end = identity.expiresAt, end <= Date() { return nil }
        return identity
    }

    private func identity(of hash: [UInt8]) async throws -> KeyIdentity? {
        let now = ContinuousClock.now
        switch cache.withLock({ $0.answer(hash, at: now) }) {
        case .valid(let identity): return identity
        case .unknown: return nil
        case nil: break
        }
        let row = try await pool.first(
            "select id, scope, expires_at, events_per_second, events_per_day from crm.check_key(\(Bytes(hash)))")
        let identity = try row.flatMap { row -> KeyIdentity? in
            guard let id: Int64 = try row["id"], let scope: String? = try row["scope"] else { return nil }
            return scope.flatMap(KeyScope.init).map {
                KeyIdentity(
                    id: id, scope: $0, expiresAt: try? row["expires_at"],
                    limits: KeyLimits(
                        eventsPerSecond: try? row["events_per_second"], eventsPerDay: try? row["events_per_day"]))
            }
        }
        cache.withLock { $0.note(identity, for: hash, at: now) }
        Counter(label: "keys.checked", dimensions: [("known", identity == nil ? "no" : "yes")]).increment()
        return identity
    }
}
