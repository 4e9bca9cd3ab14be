/// Which statements the session has prepared. A statement is prepared when it is used for the second time, so that one
/// that is used once costs one round trip.
struct StatementCache {
    struct Key: Hashable {
        let text: String
        let types: [UInt32]
    }

    private struct Entry {
        var name: String?
        var lastUse: Int
    }

    /// How a statement goes to the server.
    enum Plan {
        case once
        case prepare(name: String)
        case prepared(name: String)
    }

    static let capacity = 256

    private var entries: [Key: Entry] = [:]
    private var uses = 0
    private var names = 0
    /// Prepared in the session and no longer wanted.
    private(set) var dropped: [String] = []

    mutating func plan(for key: Key) -> Plan {
        uses += 1
        guard let entry = entries[key] else {
            if entries.count >= Self.capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
                forget(oldest.key)
            }
            entries[key] = Entry(name: nil, lastUse: uses)
            return .once
        }
        entries[key]?.lastUse = uses
        if let name = entry.name { return .prepared(name: name) }
        names += 1
        return .prepare(name: "holdfast_\(names)")
    }

    mutating func wasPrepared(_ key: Key, as name: String) {
        entries[key]?.name = name
    }

    mutating func forget(_ key: Key) {
        if let name = entries.removeValue(forKey: key)?.name { dropped.append(name) }
    }

    /// The session has none any more (DISCARD ALL, DEALLOCATE ALL).
    mutating func forgetAll() {
        entries = [:]
        dropped = []
    }

    /// Names to deallocate now.
    mutating func takeDropped() -> [String] {
        defer { dropped = [] }
        return dropped
    }
}
