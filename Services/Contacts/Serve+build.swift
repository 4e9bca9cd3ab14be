import Chassis
import Hummingbird
import ServiceLifecycle

extension Serve {
    /// The parts of the service: the worker on its queue, and in front of it HTTP.
    static func build(_ runtime: Runtime) async throws -> [any Service] {
        let router = Router(context: ServiceContext.self)
        return [runtime.worker(Handlers.all(), cron: Handlers.cron), runtime.httpServer(router)]
    }
}
