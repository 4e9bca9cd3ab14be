import Chassis
import HTTPTypes
import Model
import Postgres

/// One account read as another. No row moves: the merged account names its survivor, and everything that was its own is
/// found under the survivor as long as the merge stands.
///
/// What becomes of stubborn cases:
/// - an account with itself, or with one that it is one with already the other way round: refused, also by way of others;
/// - an account that was merged before: unchanged where into the same survivor, else refused;
/// - a survivor that was merged itself: its own survivor is meant;
/// - two at once: they take turns, and the second is judged by what the first did;
/// - undo of a merge whose survivor was merged onward: the account stands alone again, the onward merge stands;
/// - undo twice: unchanged.
struct Merge: Sendable {
    let id: Int64
    /// The key of the account that survives: that of the one asked for, or of its own survivor.
    let into: String
    let verdict: Verdict

    /// Merges in the caller's transaction.
    /// - Throws: `HTTPProblem` where one of the keys has no account, or where they can't be merged.
    static func run(
        _ key: String, into survivor: String, by actor: String, in connection: PostgresConnection
    ) async throws -> Merge {
        guard key != survivor else {
            throw refused("one_already", "“\(key)” can't be merged with itself: name another account.")
        }
        let (account, root) = try await locked(key, survivor, in: connection)
        if let standing = try await standing(account.id, in: connection) {
            guard standing.into == root.id else {
                throw refused(
                    "already_merged",
                    "“\(key)” was merged into another account already: undo merge \(standing.id) first.")
            }
            return Merge(id: standing.id, into: root.key, verdict: .unchanged)
        }
        guard account.id != root.id else {
            throw refused("one_already", "“\(key)” and “\(survivor)” are one account already: name another one.")
        }
        let row = try await connection.first(
            """
            insert into crm.merge (account_id, into_id, actor, merged_at)
            values (\(account.id), \(root.id), \(actor), clock_timestamp()) returning id
            """)
        guard let id: Int64 = try row?["id"] else {
            throw ProgramFailure(.internalError, "The merge could not be noted.")
        }
        try await connection.execute("update crm.account set merged_into = \(root.id) where id = \(account.id)")
        try await Membership.forget([account.id], in: connection)
        try await tell("merge", id, account, root, by: actor, in: connection)
        return Merge(id: id, into: root.key, verdict: .changed)
    }

    /// Makes an account that was merged stand for itself again, in the caller's transaction.
    static func undo(_ id: Int64, by actor: String, in connection: PostgresConnection) async throws -> Verdict {
        let row = try await connection.first(
            "select account_id, into_id, undone_at is not null as is_undone from crm.merge where id = \(id) for update")
        guard let row else {
            throw HTTPProblem(.notFound, code: "unknown_merge", "There is no merge \(id): GET /v1/merges lists them.")
        }
        let (account, root, isUndone) = try row.decode(Int64.self, Int64.self, Bool.self)
        if isUndone { return .unchanged }
        try await connection.execute(
            "select from crm.account where id in (\(account), \(root)) order by id for no key update")
        try await connection.execute(
            "update crm.merge set undone_at = clock_timestamp(), undone_by = \(actor) where id = \(id)")
        try await connection.execute(
            "update crm.account set merged_into = null where id = \(account) and merged_into = \(root)")
        try await tell(
            "undo merge", id, try await named(account, in: connection), try await named(root, in: connection),
            by: actor,
            in: connection)
        return .changed
    }

    private static func tell(
        _ verb: String, _ id: Int64, _ account: Named, _ root: Named, by actor: String,
        in connection: PostgresConnection
    ) async throws {
        try await Audit.record(
            actor, verb, account.object, try JSONText(encoding: ["merge": String(id), "into": root.object]),
            in: connection)
        // The survivor's own segments, tasks and scores follow, and after an undo those of both.
        try await Publication.accounts([account.id, root.id], .accountMerged, in: connection)
    }

    static func refused(_ code: String, _ words: String) -> HTTPProblem { HTTPProblem(.conflict, code: code, words) }
}
