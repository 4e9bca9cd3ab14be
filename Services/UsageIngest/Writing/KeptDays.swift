import Chassis
import Logging
import Model
import Postgres
import ServiceLifecycle
import Synchronization

/// The days for which `usage.event` and `usage.daily_folded` have partitions, and the care for them: partitions are made ahead
/// of time and dropped after theirs.
final class KeptDays: Service {
    /// How often the partitions are looked at, and how often they are made and dropped.
    private static let look: Duration = .seconds(60)
    private static let upkeepEvery: Duration = .seconds(3_600)
    /// Identifications that contacts applied long ago tell nobody anything.
    private static let identificationDays: Int32 = 90

    private let pool: PostgresPool
    private let logger: Logger
    private let days: Mutex<Range<CalendarDay>>

    init(pool: PostgresPool, logger: Logger) async throws {
        self.pool = pool
        self.logger = logger
        days = Mutex(try await Self.read(pool))
    }

    var range: Range<CalendarDay> { days.withLock { $0 } }

    func run() async throws {
        async let upkeep: Void = periodically(
            every: Self.upkeepEvery, atOnce: true, "Partitions can't be made or dropped now.", logger, upkeep)
        await periodically(every: Self.look, "Partitions can't be looked at now.", logger) {
            let range = try await Self.read(self.pool)
            self.days.withLock { $0 = range }
        }
        await upkeep
    }

    @Sendable private func upkeep() async throws {
        _ = try await pool.first("select holdfast.maintain_partitions()")
        try await pool.execute(
            """
            delete from usage.identification
            where received_at < now() - make_interval(days => \(Self.identificationDays))
            """)
    }

    private static func read(_ pool: PostgresPool) async throws -> Range<CalendarDay> {
        let row = try await pool.first(
            #"""
            select max(first)::date, min(past)::date from (
                select p.inhparent, min(b.bound[1]::date) as first, max(b.bound[2]::date) as past
                from pg_inherits p join pg_class c on c.oid = p.inhrelid, regexp_match(
                    pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([0-9-]{10}).*''\) TO \(''([0-9-]{10})') as b (bound)
                where p.inhparent in ('usage.event'::regclass, 'usage.daily_folded'::regclass)
                group by p.inhparent) as tables
            """#)
        guard let row, let (first, past) = try? row.decode(CalendarDay.self, CalendarDay.self), first < past else {
            throw NoPartitions()
        }
        return first..<past
    }

    struct NoPartitions: Error, CustomStringConvertible {
        var description: String { "usage.event or usage.daily_folded has no partitions: run `usage-ingest migrate`" }
    }
}
