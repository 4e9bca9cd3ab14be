import Synchronization

/// So many times a minute, and no more.
final class Allowance: Sendable {
    private let perMinute: Int
    private let state = Mutex<(began: ContinuousClock.Instant, taken: Int)>((.now, 0))

    init(perMinute: Int) { self.perMinute = perMinute }

    func take() -> Bool {
        state.withLock { state in
            if state.began.duration(to: .now) >= .seconds(60) { state = (.now, 0) }
            guard state.taken < perMinute else { return false }
            state.taken += 1
            return true
        }
    }
}
