import Chassis
import Hummingbird
import Postgres

/// The HTTP API of scheduler. Every path under /v1 needs a key of scope `api`.
struct API: Sendable {
    let pool: PostgresPool
    let keys: KeyCheck
    let versions: Versions

    /// The largest page of a list.
    static let pageLimit = 500

    var router: Router<ServiceContext> {
        let router = Router(context: ServiceContext.self)
        let group = router.group("/v1").add(middleware: KeyMiddleware(keys, scope: .api))
        playbooks(group)
        enrollments(group)
        tasks(group)
        return router
    }
}
