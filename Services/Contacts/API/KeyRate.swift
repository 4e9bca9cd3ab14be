import Chassis
import HTTPTypes
import Hummingbird
import Synchronization

/// How often one key may ask this process: so many times a second, and a burst of what two seconds allow.
struct KeyRate: RouterMiddleware {
    typealias Context = ContactsContext

    /// [seconds]
    static let burst = 2

    private let perSecond: Int
    private let buckets = Buckets()

    /// - Parameter perSecond: requests of one key [requests/s].
    init(perSecond: Int) { self.perSecond = perSecond }

    func handle(
        _ request: Request, context: ContactsContext, next: (Request, ContactsContext) async throws -> Response
    ) async throws -> Response {
        let wait = buckets.take(context.key?.id ?? 0, at: .now, perSecond: Double(perSecond))
        if let wait {
            throw HTTPProblem.retry(
                .tooManyRequests, code: "too_many_requests",
                "This key asks more than \(perSecond) times a second: spread the requests.", after: wait)
        }
        return try await next(request, context)
    }

    /// One for each key that was ever let through, so there are as many as keys at the most.
    private final class Buckets: Sendable {
        private let buckets = Mutex<[Int64: Bucket]>([:])

        func take(_ key: Int64, at now: ContinuousClock.Instant, perSecond: Double) -> Int? {
            buckets.withLock { $0[key, default: Bucket(at: now)].take(at: now, perSecond: perSecond) }
        }
    }

    /// Fills as time passes, and is emptied by requests.
    struct Bucket: Sendable {
        /// What was taken and has not come back yet [requests].
        private var taken = 0.0
        private var at: ContinuousClock.Instant

        init(at now: ContinuousClock.Instant) { at = now }

        /// - Returns: nil where it may be done; else in how many seconds to come again.
        mutating func take(at now: ContinuousClock.Instant, perSecond: Double) -> Int? {
            taken = max(0, taken - (at.duration(to: now) / .seconds(1)) * perSecond)
            at = now
            let excess = taken + 1 - perSecond * Double(KeyRate.burst)
            guard excess > 0 else {
                taken += 1
                return nil
            }
            return max(1, Int((excess / perSecond).rounded(.up)))
        }
    }
}
