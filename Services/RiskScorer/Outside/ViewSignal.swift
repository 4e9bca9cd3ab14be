import Foundation
import Postgres

/// A signal that is an operator's view: `custom.signal_<name>` with the columns account_key, value (0 to 1) and evidence
/// (jsonb; its field `words` is the reason in words). The view's comment is its title. An account without a row has no data;
/// of several rows the highest value counts.
struct ViewSignal: OutsideSignal {
    /// An operator's query must not hold up the scores [seconds].
    static let timeout: Duration = .seconds(5)
    /// The most views that are looked at.
    static let most = 50

    let name: String
    let title: String
    let pool: PostgresPool

    var relation: String { "custom.signal_\(name)" }
    var about: String { "The operator's view \(relation)." }
    var isEvent: Bool { false }
    var weight: Double? { nil }

    static func find(in pool: PostgresPool) async throws -> [ViewSignal] {
        try await pool.query(
            """
            select substr(c.relname, 8) as name, left(obj_description(c.oid, 'pg_class'), 100) as title
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'custom' and c.relkind in ('v', 'm') and c.relname ~ '^signal_[a-z][a-z0-9_]*$'
            order by 1 limit \(most)
            """
        ).map { row in
            let name: String = try row["name"]
            let title: String? = try row["title"]
            return ViewSignal(name: name, title: title ?? name.replacing("_", with: " "), pool: pool)
        }
    }

    func measure(_ accounts: [Int64: String], asOf moment: Moment) async throws -> [Int64: Measurement] {
        guard moment.isNow else { return accounts.mapValues { _ in Measurement(without: .notApplicable) } }
        let view: SQL = "custom.\(identifier: "signal_" + name)"
        let rows = try await pool.transaction(.readOnly, timeout: ViewSignal.timeout) { connection in
            try await connection.query(
                """
                select distinct on (r.root_id) r.root_id as account_id, v.value::float8 as value, v.evidence::jsonb as evidence
                from \(fragment: view) v
                join crm.account a on a.key = v.account_key
                join crm.account_root r on r.account_id = a.id
                where r.root_id = any(\(Array(accounts.keys))) and v.value is not null
                order by r.root_id, v.value desc
                """)
        }
        var found: [Int64: Measurement] = [:]
        for row in rows {
            let (value, evidence): (Double, JSONText?) = try (row["value"], row["evidence"])
            found[try row["account_id"]] =
                Measurement(value: value, evidence: evidence ?? JSONText("{}"))
                ?? Measurement(stale: "\(relation) gives \(value), which is no number from 0 to 1")
        }
        return found
    }
}
