import Chassis
import Logging
import Model
import Postgres
import ServiceLifecycle
import Synchronization

/// Every process remembers which key is which subject. When a person was erased, by whichever process, all forget, so that
/// the key, should it come again, is somebody new.
final class ErasureWatch: Service {
    /// So long may what comes of a person still be counted as before.
    private static let look: Duration = .seconds(5)

    private let pool: PostgresPool
    private let subjects: Subjects
    private let logger: Logger
    private let last = Mutex<Int64?>(nil)

    init(pool: PostgresPool, subjects: Subjects, logger: Logger) {
        self.pool = pool
        self.subjects = subjects
        self.logger = logger
    }

    func run() async throws {
        await periodically(every: Self.look, "Erasures can't be looked for now.", logger) {
            let row = try await self.pool.first(
                "select coalesce(max(id), 0) as last from crm.erasure where not 'usage-ingest' = any(waits_for)")
            let found: Int64 = try row?["last"] ?? 0
            let isNew = self.last.withLock { last in
                defer { last = found }
                return last.map { $0 != found } ?? false
            }
            if isNew { self.subjects.forget() }
        }
    }
}
