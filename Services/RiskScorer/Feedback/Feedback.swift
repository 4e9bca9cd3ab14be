import Foundation
import Jobs
import Model
import Postgres

/// What somebody says to an account's score: the payload of `verdict.add`.
struct VerdictAddition: Codable, Sendable {
    static let kind = "verdict.add"
    static let verdicts = ["right", "false_alarm", "known"]
    /// What one person says of one reason within so long is one verdict, the last [days].
    private static let daysOfOne = 7

    let accountKey: String
    let verdict: String
    let by: String
    let words: String?

    enum CodingKeys: String, CodingKey {
        case verdict, by, words
        case accountKey = "account_key"
    }

    /// - Throws: `JobFailure` that says what is wrong with it.
    func apply(in connection: PostgresConnection) async throws {
        guard Self.verdicts.contains(verdict) else {
            throw JobFailure.dead(
                "“\(verdict)” is no verdict: expected one of \(Self.verdicts.joined(separator: ", "))")
        }
        let account = try await Feedback.account(accountKey, said: by, words, in: connection)
        try await AccountLock.take([account], in: connection)
        // Who says it twice, or thinks better of it, has said one thing of this score.
        try await connection.execute(
            """
            delete from risk.verdict v where v.account_id = \(account) and v.said_by = \(by)
                and v.said_at > now() - \(Self.daysOfOne)::int * interval '1 day' and v.signal is not distinct from (
                    select s.first_signal from risk.score s where s.account_id = \(account) and s.horizon_days = 90)
            """)
        try await connection.execute(
            """
            insert into risk.verdict (account_id, verdict, signal, probability, said_by, words)
            select \(account), \(verdict), s.first_signal, s.probability, \(by), \(words) from (select) one
            left join risk.score s on s.account_id = \(account) and s.horizon_days = 90
            """)
    }
}

/// Somebody sets an account's band for a while, or lets the score count again: the payload of `override.set`.
struct OverrideSetting: Codable, Sendable {
    static let kind = "override.set"
    /// What is set by hand goes stale [days].
    static let longestDays = 180

    let accountKey: String
    /// Nil lets the score count again.
    let band: String?
    let why: String?
    let by: String
    /// A day, whose beginning in UTC ends it; nil is a month from now.
    let until: String?

    enum CodingKeys: String, CodingKey {
        case band, why, by, until
        case accountKey = "account_key"
    }

    /// - Returns: the account, which is to be scored again.
    /// - Throws: `JobFailure` that says what is wrong with it.
    func apply(in connection: PostgresConnection) async throws -> Int64 {
        let account = try await Feedback.account(accountKey, said: by, why, in: connection)
        try await AccountLock.take([account], in: connection)
        guard let band else {
            try await connection.execute("delete from risk.band_override where account_id = \(account)")
            return account
        }
        guard Band(rawValue: band) != nil else {
            throw JobFailure.dead(
                "“\(band)” is no band: expected one of \(Band.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard let why, !why.isEmpty else { throw JobFailure.dead("why is missing: say what the scorer does not know") }
        let today = try await Moment.now(by: connection).today
        let day = try until.map { text in
            guard let day = CalendarDay(text) else {
                throw JobFailure.dead("until “\(text)” is no day such as 2026-05-31")
            }
            return day
        }
        let end = day ?? CalendarDay(daysSince1970: today.daysSince1970 + 30)
        guard (1...Self.longestDays).contains(end.daysSince1970 - today.daysSince1970) else {
            throw JobFailure.dead(
                "until must be 1 to \(Self.longestDays) days from now: what is set by hand goes stale")
        }
        try await connection.execute(
            """
            insert into risk.band_override (account_id, band, why, said_by, until)
            values (\(account), \(band), \(why), \(by), \(end)::date::timestamp at time zone 'UTC')
            on conflict (account_id) do update set band = excluded.band, why = excluded.why, said_by = excluded.said_by,
                until = excluded.until, said_at = now()
            """)
        return account
    }
}

enum Feedback {
    /// The living account with this key.
    static func account(
        _ key: String, said by: String, _ words: String?, in connection: PostgresConnection
    ) async throws -> Int64 {
        guard (1...200).contains(by.unicodeScalars.count) else {
            throw JobFailure.dead("who says so must have 1 to 200 letters")
        }
        if let words, words.unicodeScalars.count > 2_000 {
            throw JobFailure.dead("the words are longer than 2,000 characters")
        }
        let row = try await connection.first(
            """
            select r.root_id from crm.account a join crm.account_root r on r.account_id = a.id where a.key = \(key)
            """)
        guard let account: Int64 = try row?["root_id"] else {
            throw JobFailure.dead("there is no account with the key “\(key)”")
        }
        return account
    }
}
