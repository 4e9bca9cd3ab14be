import Postgres
import Synchronization

/// Playbooks by version. A version never changes, so what was read once need not be read again.
final class Versions: Sendable {
    private static let most = 500
    private let known = Mutex<[Int64: Playbook]>([:])

    /// Throws `PlaybookUnusable` where it can't be read by this release.
    func playbook(version: Int64, in connection: PostgresConnection) async throws -> Playbook {
        if let playbook = known.withLock({ $0[version] }) { return playbook }
        let row = try await connection.first("select definition from plan.playbook_version where id = \(version)")
        guard let row else { throw PlaybookUnusable(words: "there is no version \(version) of a playbook") }
        let text: JSONText = try row["definition"]
        let playbook = try Versions.decode(text)
        known.withLock { known in
            if known.count >= Versions.most { known.removeAll() }
            known[version] = playbook
        }
        return playbook
    }

    static func decode(_ text: JSONText) throws -> Playbook {
        do {
            return try text.decode(Playbook.self)
        } catch let error as DecodingError {
            throw PlaybookUnusable(words: "this release can't read the playbook's definition: \(error)")
        }
    }
}
