import Model
import Postgres

extension Quota {
    /// Counts by what was committed, whichever process took it.
    convenience init(pool: PostgresPool) {
        self.init { key, day in
            let row = try await pool.first(
                """
                select coalesce(sum(accepted + quarantined), 0)::bigint as n from usage.reception_part
                where api_key_id = \(key) and minute >= (\(day)::date)::timestamp at time zone 'UTC'
                """)
            return try row?["n"] ?? 0
        }
    }
}
