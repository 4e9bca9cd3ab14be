import Chassis
import Jobs
import Model

/// What notifier is made of, for `serve` and for the tests.
struct NotifierParts: Sendable {
    let handlers: JobHandlers
    let worker: JobWorker
    let server: HTTPServer

    /// - Parameters:
    ///   - resolver: the machine's own, unless a test brings one.
    ///   - limits: of requests to endpoints.
    init(_ runtime: Runtime, resolver: Resolver = .system, limits: WebhookClient.Limits = .init()) {
        let settings = runtime.settings
        let policy = AddressPolicy(allowed: settings[Settings.notifierAllowNetworks])
        let links = Links(
            console: settings[Settings.publicURL], notifier: settings[Settings.notifierPublicURL])
        let channels = Channels.all(WebhookClient(policy: policy, resolver: resolver, limits: limits))
        let attempt = DeliveryAttempt(channels: channels, gate: EndpointGate(), links: links)
        let requested = MessageRequested(links: links)
        var handlers = JobHandlers()
        handlers.on(Topic.messageRequested.rawValue) { try await requested.run($0) }
        handlers.on(DeliveryAttempt.kind, timeout: .seconds(60)) { try await attempt.run($0) }
        handlers.on(DeliverySweep.kind) { try await DeliverySweep.run($0) }
        handlers.on(Topic.personErased.rawValue, Erasing.run)
        for webhook in TopicWebhook.all {
            handlers.on(webhook.topic.rawValue) { try await webhook.run($0) }
        }
        self.handlers = handlers
        worker = JobWorker(
            queue: ServiceName.notifier.queue, pool: runtime.pool, database: runtime.database,
            listens: runtime.listen != nil, handlers: handlers,
            cron: [.every(DeliverySweep.every, kind: DeliverySweep.kind)],
            // A few endpoints that hang can't take all of these places, see `EndpointGate`.
            concurrency: settings[Settings.workers(.notifier)],
            version: Chassis.version, logger: runtime.logger)
        server = runtime.httpServer(NotifierRoutes(runtime, links: links).router())
    }
}
