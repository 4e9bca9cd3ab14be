import Foundation
import Postgres

/// One playbook in lists.
struct PlaybookEntry: Codable, Equatable, Sendable {
    var key: String
    var title: String
    var enabled: Bool
    var version: Int32
    /// When this version was loaded.
    var loadedAt: Date
    var active: Int64
    var ended: Int64
    var holdout: Int64

    enum CodingKeys: String, CodingKey {
        case key, title, enabled, version, active, ended, holdout
        case loadedAt = "loaded_at"
    }
}

extension PlaybookStore {
    /// Every playbook with the numbers of its runs, by key.
    static func list(in connection: PostgresConnection) async throws -> [PlaybookEntry] {
        try await connection.query(
            """
            select p.key, v.title, p.enabled, p.version, v.created_at,
                count(e.id) filter (where e.state = 'active') as active,
                count(e.id) filter (where e.state = 'ended') as ended,
                count(e.id) filter (where e.state = 'holdout') as holdout
            from plan.playbook p
            join plan.playbook_version v on v.playbook_id = p.id and v.version = p.version
            left join plan.enrollment e on e.playbook_id = p.id
            group by p.id, v.id order by p.key
            """
        ).map { row in
            PlaybookEntry(
                key: try row["key"], title: try row["title"], enabled: try row["enabled"], version: try row["version"],
                loadedAt: try row["created_at"], active: try row["active"], ended: try row["ended"],
                holdout: try row["holdout"])
        }
    }

    static func keys(in connection: PostgresConnection) async throws -> [String] {
        try await connection.query("select key from plan.playbook order by key").map { try $0["key"] }
    }
}
