import Model
import Postgres

/// Two accounts that seem to be one, and why.
struct DuplicatePair: Codable, Sendable, Equatable {
    let accountKey: String
    let name: String
    let otherKey: String
    let otherName: String
    /// How sure it is, from `least` to 1.
    let score: Double
    /// In words: same name, one letter differs, same domain …
    let why: [String]

    enum CodingKeys: String, CodingKey {
        case name, score, why
        case accountKey = "account_key"
        case otherKey = "other_key"
        case otherName = "other_name"
    }

    /// Pairs below are not shown.
    static let least = 0.7
    static let most: Int64 = 10_000

    /// The surest pairs of all accounts, one statement for all of them; 10,000 accounts take seconds.
    static func find(atMost limit: Int64, in pool: PostgresPool) async throws -> [DuplicatePair] {
        let rows = try await pool.transaction(.readOnly, timeout: .seconds(600)) { connection in
            try await connection.query(
                """
                with \(fragment: Self.evidence)
                select one.key as account_key, one.name, other.key as other_key, other.name as other_name,
                    least(s.score, 1)::double precision as score, s.why
                from scored s join living one on one.id = s.one_id join living other on other.id = s.other_id
                where s.score >= \(least) order by s.score desc, one.key, other.key limit \(limit)
                """)
        }
        return try rows.map { row in
            DuplicatePair(
                accountKey: try row["account_key"], name: try row["name"], otherKey: try row["other_key"],
                otherName: try row["other_name"], score: try row["score"], why: try row["why"])
        }
    }
}
