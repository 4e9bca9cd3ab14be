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
        let account = try await Feedback.account(accountKey, said: "somebody", words, in: connection)
        if let reason, try await connection.first("select from crm.loss_reason where key = \(reason)") == nil {
            throw JobFailure.dead("there is no loss reason “\(reason)”: GET /v1/loss-reasons lists them")
        }
        try await AccountLock.take([account], in: connection)
        let now = try await Moment.now(by: connection)
        return try await losses.set(account, at: now.at, reason: reason, words: words, in: connection)
    }
}
