import Chassis
import HTTPTypes
import Postgres

/// Enrolling one account because somebody says so. It overrides the re-entry rule; a holdout, a refusal and a run that is
/// still going it does not.
enum ByHand {
    struct Request: Decodable, Sendable {
        var account: String
        /// Why, in words; else the account's first reason is taken.
        var reason: String?

        enum CodingKeys: String, CodingKey {
            case account = "account_key"
            case reason
        }
    }

    struct Made: Encodable, Equatable, Sendable {
        var enrollmentID: Int64
        var state: String

        enum CodingKeys: String, CodingKey {
            case enrollmentID = "enrollment_id"
            case state
        }
    }

    static func enrol(
        _ asked: Request, playbook key: String, _ versions: Versions, in connection: PostgresConnection
    ) async throws -> Made {
        let found = try await connection.first("select enabled from plan.playbook where key = \(key)")
        guard let enabled: Bool = try found?["enabled"] else { throw API.unknownPlaybook(key) }
        let picked = try await Enrolling.current(where: "p.key = \(key)", versions, in: connection)
        guard enabled, let current = picked.first else {
            throw HTTPProblem(.conflict, code: "disabled_playbook", "The playbook \(key) is disabled: enable it first.")
        }
        let row = try await connection.first(
            """
            select a.id, a.key from crm.account asked
            join crm.account_root r on r.account_id = asked.id join crm.account a on a.id = r.root_id
            where asked.key = \(asked.account.replacing("\0", with: ""))
            """)
        guard let row else {
            throw HTTPProblem(
                .notFound, code: "unknown_account", "There is no account with the key \(asked.account.prefix(200)).")
        }
        let candidate = Enrolling.Candidate(account: try row["id"], key: try row["key"])
        let refused = try await connection.first(
            """
            select from (\(fragment: Enrolling.blocks(current, among: [candidate.account]))) b
            join plan.enrollment e on e.playbook_id = \(current.id) and e.end_reason = 'refused'
            join crm.account_root r on r.account_id = e.account_id and r.root_id = b.root_id
            """)
        guard refused == nil else {
            throw HTTPProblem(
                .conflict, code: "refused", "The account refused this playbook's messages: it is not enrolled again.")
        }
        let words = asked.reason.map { String($0.replacing("\0", with: "").prefix(2_000)) }
        let made = try await Enrolling.enrol([candidate], in: current, because: words, in: connection)
        guard let made = made.first else {
            throw HTTPProblem(
                .conflict, code: "already_enrolled", "The account runs through \(key) already, or is left out of it.")
        }
        return Made(enrollmentID: made.id, state: made.isHoldout ? "holdout" : "active")
    }
}
