import Jobs
import Logging
import Model
import Postgres
import ServiceLifecycle

/// Looks at the fleet from time to time. Where what is usual has changed, as while a history is imported, the accounts that
/// were scored before are scored again, without waiting for the hour.
struct FleetWatch: Service {
    let fleets: FleetCache
    let pool: PostgresPool
    let logger: Logger
    var every: Duration = .seconds(15)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var known: Fleet?
            while !Task.isCancelled {
                do {
                    let fleet = try await fleets.current()
                    if let known, fleet.differs(from: known) { try await FullPass.enqueue(in: pool) }
                    if known.map(fleet.differs) ?? true { known = fleet }
                } catch  where !Task.isCancelled {
                    logger.warning("the fleet could not be measured; trying again", metadata: ["error": "\(error)"])
                } catch {}
                try? await Task.sleep(for: every)
            }
        }
    }
}
