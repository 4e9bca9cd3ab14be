import Logging
import Synchronization

/// An executable that joins by one JSON object a line on standard input and output. It is started by the first call,
/// kept running for the next ones, and stopped whenever it breaks its contract.
package final class ExternalPlugin: Sendable {
    package let manifest: PluginManifest
    /// Where its `plugin.json` is; its working directory.
    package let folder: String
    let logger: Logger
    let inbox = PluginInbox()
    private let nextID = Mutex<Int64>(1)
    private let rest = Mutex((rest: PluginRest(), cause: ""))

    init(manifest: PluginManifest, folder: String, logger: Logger) {
        self.manifest = manifest
        self.folder = folder
        var logger = logger
        logger[metadataKey: "plugin"] = "\(manifest.name)"
        self.logger = logger
    }

    /// Sends each request, a JSON object, as a line with an `id` added, and returns the answers in the same order, their
    /// `id` taken out. At most 1,000 requests and 1 MiB a line. Throws `PluginFailure`; then no answer of the call counts.
    package func call(_ requests: [JSON]) async throws -> [JSON] {
        guard !requests.isEmpty else { return [] }
        let firstID = nextID.withLock { id in
            defer { id += Int64(requests.count) }
            return id
        }
        let exchange = try PluginExchange(plugin: manifest.name, requests: requests, firstID: firstID)
        if let failure = resting { throw failure }
        guard inbox.add(exchange) else { throw PluginFailure.stopped(plugin: manifest.name) }
        return try await withTaskCancellationHandler {
            try await exchange.outcome().get()
        } onCancel: {
            exchange.cancel()
        }
    }

    /// Serves calls until told to stop: a process for as long as it behaves, then the next one.
    func run() async {
        while true {
            switch await inbox.next() {
            case .closed: return
            case .interrupted: inbox.rearm()
            case .call(let call):
                if call.isSettled { continue }
                if let failure = resting {
                    call.fail(failure)
                    continue
                }
                await PluginProcess(plugin: self).serve(call)
                inbox.rearm()
            }
        }
    }

    private var resting: PluginFailure? {
        rest.withLock { state in
            state.rest.left(at: .now).map { .resting(plugin: manifest.name, wait: $0, cause: state.cause) }
        }
    }

    func noteFailure(_ cause: any Error) {
        rest.withLock { state in
            state.rest.failed(at: .now)
            state.cause = String("\(cause)".prefix(300))
        }
    }

    func noteSuccess() { rest.withLock { $0 = (PluginRest(), "") } }
}

/// How long a plugin that failed is left alone: half a second, doubled by each failure in a row, a minute at most.
struct PluginRest {
    private var failures = 0
    private var until: ContinuousClock.Instant?

    mutating func failed(at now: ContinuousClock.Instant) {
        failures += 1
        until = now + PluginRest.pause(after: failures)
    }

    func left(at now: ContinuousClock.Instant) -> Duration? {
        guard let until, until > now else { return nil }
        return now.duration(to: until)
    }

    static func pause(after failures: Int) -> Duration {
        min(.milliseconds(500) * (1 << min(max(failures, 1) - 1, 10)), .seconds(60))
    }
}
