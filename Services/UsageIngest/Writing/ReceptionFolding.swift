import Chassis
import Logging
import Postgres
import ServiceLifecycle

/// Adds the counts that the writers appended to those of their minute, and takes them away, both in one transaction. How
/// long they are kept is a matter of `usage.reception`'s partitions.
struct ReceptionFolding: Service {
    static let pause: Duration = .seconds(60)
    private static let lock: Int64 = 7_107
    /// Left behind by a process that nobody followed for longer: there may be no partition for it, and nobody looks.
    private static let daysThatCount: Int32 = 7

    let pool: PostgresPool
    let logger: Logger

    func run() async throws {
        await periodically(every: Self.pause, "Counts can't be folded now.", logger) { try await fold() }
    }

    /// Folds what is there now; nothing where another process is at it.
    func fold() async throws {
        try await pool.transaction { connection in
            let got = try await connection.first("select pg_try_advisory_xact_lock(\(Self.lock)) as got")
            guard try got?["got"] == true else { return }
            try await connection.execute(
                """
                with taken as (delete from usage.reception_delta returning *)
                insert into usage.reception as r
                select minute, format, api_key_id, sum(accepted), sum(repaired), sum(duplicates), sum(quarantined), sum(bytes),
                    sum(lag_1s), sum(lag_10s), sum(lag_1m), sum(lag_10m), sum(lag_1h), sum(lag_1d), sum(lag_more), sum(wait_ms),
                    max(wait_most_ms)
                from taken where minute >= now() - make_interval(days => \(Self.daysThatCount)) group by 1, 2, 3
                on conflict (api_key_id, minute, format) do update set
                    accepted = r.accepted + excluded.accepted, repaired = r.repaired + excluded.repaired,
                    duplicates = r.duplicates + excluded.duplicates, quarantined = r.quarantined + excluded.quarantined,
                    bytes = r.bytes + excluded.bytes, lag_1s = r.lag_1s + excluded.lag_1s,
                    lag_10s = r.lag_10s + excluded.lag_10s, lag_1m = r.lag_1m + excluded.lag_1m,
                    lag_10m = r.lag_10m + excluded.lag_10m, lag_1h = r.lag_1h + excluded.lag_1h,
                    lag_1d = r.lag_1d + excluded.lag_1d, lag_more = r.lag_more + excluded.lag_more,
                    wait_ms = r.wait_ms + excluded.wait_ms, wait_most_ms = greatest(r.wait_most_ms, excluded.wait_most_ms)
                """)
        }
    }
}
