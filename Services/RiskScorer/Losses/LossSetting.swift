import Foundation
import Jobs
import Model
import Postgres

/// Somebody says that an account is lost: the payload of `loss.set`.
struct LossSetting: Codable, Sendable {
    let accountKey: String
    /// Key of a loss reason.
    let reason: String?
    let words: String?

    enum CodingKeys: String, CodingKey {
        case reason, words
        case accountKey = "account_key"
    }

    static let kind = "loss.set"

    /// - Throws: `JobFailure` that says what is wrong with it.
    func apply(_ losses: Losses, in connection: PostgresConnection) async throws -> Bool {
        let row = try await connection.first(
            """
            select r.root_id from crm.account a join crm.account_root r on r.account_id = a.id where a.key = \(accountKey)
            """)
        guard let account: Int64 = try row?["root_id"] else {
            throw JobFailure.dead("there is no account with the key “\(accountKey)”")
        }
        if let reason, try await connection.first("select from crm.loss_reason where key = \(reason)") == nil {
            throw JobFailure.dead("there is no loss reason “\(reason)”: GET /v1/loss-reasons lists them")
        }
        if let words, words.unicodeScalars.count > 2_000 {
            throw JobFailure.dead("the words are longer than 2,000 characters")
        }
        try await AccountLock.take([account], in: connection)
        let now = try await Moment.now(by: connection)
        return try await losses.set(account, at: now.at, reason: reason, words: words, in: connection)
    }
}
