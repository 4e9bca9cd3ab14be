import Chassis
import HTTPTypes
import Hummingbird
import Postgres

/// The HTTP API under `/v1`, for programs with a key of scope api. What it can do is one list, from which the router and
/// its description are made.
struct API: Sendable {
    let pool: PostgresPool
    let keys: KeyCheck
    /// Of one key [requests/s].
    let requestsPerSecond: Int

    /// To add a family: a file with its operations, and its name here.
    static let operations: [Operation] =
        Operation.accounts + Operation.contacts + Operation.orders + Operation.subscriptions + Operation.interactions
        + Operation.segments + Operation.tasks + Operation.fields + Operation.lossReasons + Operation.deals
        + Operation.stages + Operation.tickets + Operation.service + Operation.invoices + Operation.goals
        + Operation.requests
        + Operation.description
        + Operation.people + Operation.merges + Operation.imports + Operation.exports

    func add(to router: Router<ContactsContext>) {
        let open = router.group("").add(middleware: Refusals())
        let keyed = router.group("").add(middleware: KeyMiddleware(keys, scope: .api))
            .add(middleware: KeyRate(perSecond: requestsPerSecond)).add(middleware: Refusals())
        for operation in Self.operations {
            let pool = pool
            (operation.isOpen ? open : keyed).on(RouterPath(operation.path), method: operation.method) {
                request, context in
                try await operation.run(try Call(operation, request, context, pool))
            }
        }
        for (path, operations) in Dictionary(grouping: Self.operations, by: \.path) {
            Self.refuseOthers(than: operations.map(\.method), at: path, on: open)
        }
    }

    private static let methods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .query,
    ]

    /// A path that is known answers 405 to every other method, with those that it has.
    private static func refuseOthers(
        than own: [HTTPRequest.Method], at path: String, on group: RouterGroup<ContactsContext>
    ) {
        let known = own.contains(.get) ? own + [.head] : own
        let allowed = known.map(\.rawValue).sorted().joined(separator: ", ")
        for method in methods where !known.contains(method) {
            group.on(RouterPath(path), method: method) { _, _ -> Response in
                throw HTTPProblem(
                    .methodNotAllowed, code: "method_not_allowed", "This path takes \(allowed) only.",
                    headers: [.allow: allowed])
            }
        }
    }
}
