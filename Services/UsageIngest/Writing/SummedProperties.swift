import Chassis
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Which numeric property is summed a day, of which events: `usage.summed_property`, read anew every minute. It holds for
/// events from then on; those that are there keep what they have, so the sums always equal a recount.
final class SummedProperties: Service {
    /// How soon a change is heeded by a running process.
    private static let look: Duration = .seconds(60)

    private let pool: PostgresPool
    private let logger: Logger
    private let properties: Mutex<[String: String]>

    init(pool: PostgresPool, logger: Logger) async throws {
        self.pool = pool
        self.logger = logger
        properties = Mutex(try await Self.read(pool))
    }

    /// Properties by the names of events.
    var all: [String: String] { properties.withLock { $0 } }

    func run() async throws {
        await periodically(every: Self.look, "The summed properties can't be read now.", logger) {
            let properties = try await Self.read(self.pool)
            self.properties.withLock { $0 = properties }
        }
    }

    private static func read(_ pool: PostgresPool) async throws -> [String: String] {
        try await pool.query("select event, property from usage.summed_property").reduce(into: [:]) { all, row in
            let (event, property) = try row.decode(String.self, String.self)
            all[event] = property
        }
    }
}
