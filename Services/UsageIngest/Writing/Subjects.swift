import Postgres
import Synchronization

/// Subjects by key. One is made when it is first named, in a commit of its own, so that its row is locked for a moment
/// only and its id can be remembered at once: a key means the same subject for ever.
final class Subjects: Sendable {
    /// Above it everything is forgotten and learned anew; about 100 bytes each.
    static let mostRemembered = 200_000

    private let pool: PostgresPool
    private let known = Mutex<[SubjectKey: Int64]>([:])

    init(pool: PostgresPool) { self.pool = pool }

    /// What was remembered is asked for again.
    func forget() { known.withLock { $0 = [:] } }

    /// The ids of whom each entry is about and of the other one that it names; those that are new are made.
    func ids(of entries: [Entry]) async throws -> [(subject: Int64?, other: Int64?)] {
        var missing: Set<SubjectKey> = []
        var found = known.withLock { known in
            entries.map { entry in
                let (subject, other) = (known[entry.subject], entry.other.flatMap { known[$0] })
                if subject == nil { missing.insert(entry.subject) }
                if other == nil, let key = entry.other { missing.insert(key) }
                return (subject: subject, other: other)
            }
        }
        guard !missing.isEmpty else { return found }
        let ids = try await ids(of: missing)
        for (index, entry) in entries.enumerated() {
            found[index].subject = found[index].subject ?? ids[entry.subject]
            found[index].other = found[index].other ?? entry.other.flatMap { ids[$0] }
        }
        return found
    }

    private func ids(of keys: Set<SubjectKey>) async throws -> [SubjectKey: Int64] {
        var ids: [SubjectKey: Int64] = [:]
        var missing = keys
        do {
            let former = missing.filter { $0.kind == .former }
            missing.subtract(former)
            ids.merge(try await resolved(missing)) { $1 }
            for (key, id) in try await resolvedFormer(former) { ids[key] = id }
        } catch let error as PostgresError where error.isConnectionLost {
            // Whoever answers next may be another database, restored from a backup.
            known.withLock { $0 = [:] }
            throw error
        }
        let learned = ids
        known.withLock { known in
            if known.count + learned.count > Self.mostRemembered { known = [:] }
            for (key, id) in learned where key.kind != .former { known[key] = id }
        }
        return ids
    }

    private func resolved(_ keys: Set<SubjectKey>) async throws -> [SubjectKey: Int64] {
        var ids = try await found(keys)
        let new = Array(keys.filter { ids[$0] == nil })
        guard !new.isEmpty else { return ids }
        // In one order in all processes, so that two that make the same subjects wait for each other and never in a ring.
        _ = try await pool.execute(
            """
            insert into usage.subject (kind, key)
            select kind, key from unnest(\(new.map(\.kind.rawValue)), \(new.map(\.key))) as s (kind, key)
            order by kind, key collate "C" on conflict do nothing
            """)
        ids.merge(try await found(Set(new))) { $1 }
        return ids
    }

    /// What an alias call gives up may be an anonymous id or a user's.
    private func resolvedFormer(_ keys: Set<SubjectKey>) async throws -> [SubjectKey: Int64] {
        guard !keys.isEmpty else { return [:] }
        let anonymous = Dictionary(uniqueKeysWithValues: keys.map { ($0, SubjectKey(kind: .anonymous, key: $0.key)) })
        let users = Dictionary(uniqueKeysWithValues: keys.map { ($0, SubjectKey(kind: .user, key: $0.key)) })
        var ids = try await found(Set(anonymous.values).union(users.values))
        let unknown = keys.compactMap { key -> SubjectKey? in
            guard let asAnonymous = anonymous[key], let asUser = users[key] else { return nil }
            return ids[asAnonymous] == nil && ids[asUser] == nil ? asAnonymous : nil
        }
        if !unknown.isEmpty { ids.merge(try await resolved(Set(unknown))) { $1 } }
        return keys.reduce(into: [:]) { result, key in
            result[key] = anonymous[key].flatMap { ids[$0] } ?? users[key].flatMap { ids[$0] }
        }
    }

    private func found(_ keys: Set<SubjectKey>) async throws -> [SubjectKey: Int64] {
        guard !keys.isEmpty else { return [:] }
        let list = Array(keys)
        let rows = try await pool.query(
            """
            select s.id, s.kind, s.key
            from unnest(\(list.map(\.kind.rawValue)), \(list.map(\.key))) as k (kind, key)
            join usage.subject s on s.kind = k.kind and s.key = k.key
            """)
        return try rows.reduce(into: [:]) { ids, row in
            let (id, kind, key) = try row.decode(Int64.self, String.self, String.self)
            if let kind = SubjectKey.Kind(rawValue: kind) { ids[SubjectKey(kind: kind, key: key)] = id }
        }
    }
}
