import Chassis
import Foundation
import Hummingbird
import ServiceLifecycle

extension Serve {
    /// The parts of the service: the worker on its queue, and in front of it the API and the pages.
    static func build(_ runtime: Runtime) async throws -> [any Service] {
        let router = Router(context: ContactsContext.self, options: .autoGenerateHeadEndpoints)
        API(
            pool: runtime.pool, keys: runtime.keys,
            requestsPerSecond: runtime.settings[Settings.contactsRequestsPerSecond]
        ).add(to: router)
        let console = ConsoleRoutes(
            pool: runtime.pool, pages: try Pages(), signIn: SignIn(pool: runtime.pool),
            isSecure: runtime.settings[Settings.publicURL]?.scheme == "https")
        console.add(to: router)
        return [runtime.worker(Handlers.all(), cron: Handlers.cron), runtime.httpServer(router)]
    }
}
