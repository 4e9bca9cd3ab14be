import ArgumentParser
import Chassis
import Model
import ServiceLifecycle

/// `scheduler serve`: works on its queue and answers its API.
struct Serve: ServeCommand {
    static let service = ServiceName.scheduler

    static func build(_ runtime: Runtime) async throws -> [any Service] {
        let engine = Engine()
        return [
            runtime.worker(engine.handlers, cron: Engine.cron),
            runtime.httpServer(API(pool: runtime.pool, keys: runtime.keys, versions: engine.versions).router),
        ]
    }
}
