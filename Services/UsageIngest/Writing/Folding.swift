import Chassis
import Logging
import Metrics
import Postgres
import ServiceLifecycle

/// Adds the roll-ups that the writers appended to those of their day, and takes them away, both in one transaction: what
/// `usage.daily` says never changes by it. The later it comes, the more of them have become one.
struct Folding: Service {
    static let pause: Duration = .seconds(10)
    /// So many pages of 8 KB at once, some 250,000 rows.
    private static let pages: Int64 = 2_000
    private static let lock: Int64 = 7_105

    let pool: PostgresPool
    let keptDays: KeptDays
    let logger: Logger

    func run() async throws {
        await periodically(every: Self.pause, "Roll-ups can't be folded now.", logger) { try await foldAll() }
    }

    /// Folds everything that is there now.
    func foldAll() async throws {
        var page: Int64 = 0
        guard try await pool.first("select from usage.daily_delta limit 1") != nil else { return }
        while true {
            let row = try await pool.first("select pg_relation_size('usage.daily_delta') / 8192 as pages")
            guard try page < row?["pages"] ?? Int64(0) else { return }
            guard try await fold(from: page) else { return }
            page += Self.pages
        }
    }

    /// False where another process is at it. One at a time, so that no two wait for each other's rows.
    private func fold(from page: Int64) async throws -> Bool {
        // A day whose partition is gone by now has no events any more either.
        let first = keptDays.range.lowerBound
        let range = "('(\(page),0)', '(\(page + Self.pages),0)')"
        return try await pool.transaction { connection in
            let got = try await connection.first("select pg_try_advisory_xact_lock(\(Self.lock)) as got")
            guard try got?["got"] == true else { return false }
            let folded = try await connection.first(
                """
                with given (first, past) as (values \(fragment: SQL(verbatim: range))), taken as (
                    delete from usage.daily_delta
                    where ctid >= (select first::tid from given) and ctid < (select past::tid from given)
                    returning subject_id, day, event, known_on, count, amount
                ), added as (
                    insert into usage.daily_folded as d (subject_id, day, event, known_on, count, amount)
                    select subject_id, day, event, known_on, sum(count), sum(amount) from taken where day >= \(first)
                    group by 1, 2, 3, 4 order by 1, 2, 3, 4
                    on conflict (subject_id, day, event, known_on) do update
                    set count = d.count + excluded.count, open = true, amount = coalesce(d.amount + excluded.amount, d.amount, excluded.amount)
                )
                select count(*) as n from taken
                """)
            Counter(label: "ingest.folded").increment(by: Int(try folded?["n"] ?? Int64(0)))
            return true
        }
    }
}
