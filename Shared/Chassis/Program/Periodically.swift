package import Logging
import ServiceLifecycle

/// Does something again and again until the service stops, with pauses that vary by a tenth, so that processes that were
/// started together don't come together. An error is logged with these words, and the next time comes all the same.
package func periodically(
    every pause: Duration, atOnce: Bool = false, _ complaint: String, _ logger: Logger,
    _ body: @Sendable @escaping () async throws -> Void
) async {
    try? await cancelWhenGracefulShutdown {
        if !atOnce { try await Task.sleep(for: pause * Double.random(in: 0.9...1.1)) }
        while true {
            do {
                try await body()
            } catch  where !Task.isCancelled {
                logger.warning("\(complaint)", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: pause * Double.random(in: 0.9...1.1))
        }
    }
}
