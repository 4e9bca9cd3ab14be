import Synchronization

/// Whether this process is ready for work, asked by `/readyz`. Alive is whoever answers.
package final class Health: Sendable {
    package typealias Check = @Sendable () async throws -> Void

    /// Each check gets this long to say yes.
    static let deadline: Duration = .seconds(3)
    /// An answer is used again for this long, so that asking often costs the database nothing.
    static let freshness: Duration = .seconds(1)

    private struct State {
        var checks: [(name: String, check: Check)] = []
        var reason: String? = "starting"
        var draining = false
        var answer: (reason: String?, at: ContinuousClock.Instant)?
    }

    private let state = Mutex(State())

    package init() {}

    /// Adds something without which the service can't work. `check` throws when it is missing; it is cancelled after
    /// three seconds.
    package func require(_ name: String, _ check: @escaping Check) {
        state.withLock { $0.checks.append((name, check)) }
    }

    /// Says why the service is not ready yet, or that it is with nil.
    package func waits(for reason: String?) {
        state.withLock {
            $0.reason = reason
            $0.answer = nil
        }
    }

    /// From now on the answer is no: the process is stopping.
    package func drain() {
        state.withLock { $0.draining = true }
    }

    package var isDraining: Bool { state.withLock { $0.draining } }

    /// Nil when ready, else why not, without any secret.
    package func unreadiness(at now: ContinuousClock.Instant = .now) async -> String? {
        let (known, checks) = state.withLock { state -> (String??, [(name: String, check: Check)]) in
            if state.draining { return (.some("stopping"), []) }
            if let reason = state.reason { return (.some(reason), []) }
            if let answer = state.answer, answer.at.duration(to: now) < Health.freshness {
                return (.some(answer.reason), [])
            }
            return (nil, state.checks)
        }
        if let known { return known }
        var reason: String?
        for (name, check) in checks where reason == nil {
            do {
                try await within(Health.deadline) { try await check() }
            } catch is DeadlineExceeded {
                reason = "\(name): no answer within 3 seconds"
            } catch {
                reason = "\(name): \(Redaction.clean("\(error)").prefix(500))"
            }
        }
        state.withLock { $0.answer = (reason, now) }
        return reason
    }
}
