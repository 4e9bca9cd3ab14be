import Postgres

/// Which messages are there already, found by reading alone: no subject is made, and nothing is locked. Another process
/// may write one meanwhile; only writing it says for certain.
struct Duplicates: Sendable {
    let pool: PostgresPool

    /// The indices of those that are in the database, or stand earlier in the same list.
    func among(_ entries: [Parcel.Taken]) async throws -> Set<Int> {
        var found: Set<Int> = []
        var seen: Set<[String]> = []
        for taken in entries where !seen.insert(identity(taken.entry)).inserted { found.insert(taken.index) }
        return try await found.union(stored(entries))
    }

    private func identity(_ entry: Entry) -> [String] {
        let subject = [entry.subject.kind.rawValue, entry.subject.key, entry.messageID]
        switch entry.row {
        case .event: return subject + ["event", "\(entry.sentOn)"]
        case .identification(let kind): return subject + [kind]
        }
    }

    private func stored(_ taken: [Parcel.Taken]) async throws -> Set<Int> {
        guard !taken.isEmpty else { return [] }
        let entries = taken.map(\.entry)
        let calls = entries.map { entry -> String? in
            if case .identification(let kind) = entry.row { kind } else { nil }
        }
        let rows = try await pool.query(
            """
            select i.index from unnest(
                \(taken.map { Int64($0.index) }), \(entries.map(\.subject.kind.rawValue)), \(entries.map(\.subject.key)),
                \(entries.map(\.messageID)), \(entries.map(\.sentOn)), \(entries.map(\.isTimeless)), \(calls)
            ) as i (index, kind, key, message_id, sent_on, timeless, call)
            join usage.subject s on s.kind = i.kind and s.key = i.key
            where case when i.call is null then
                exists (
                    select from usage.event e
                    where e.subject_id = s.id and e.message_id = i.message_id collate "C" and e.sent_on = i.sent_on)
                or i.timeless and exists (
                    select from usage.event e
                    where e.subject_id = s.id and e.message_id = i.message_id collate "C" and e.sent_on = i.sent_on - 1)
            else exists (
                select from usage.identification n
                where n.subject_id = s.id and n.kind = i.call and n.message_id = i.message_id)
            end
            """)
        return try rows.reduce(into: []) { $0.insert(try $1["index"]) }
    }
}
