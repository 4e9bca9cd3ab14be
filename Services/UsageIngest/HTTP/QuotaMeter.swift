import Chassis
import Foundation
import Model

/// What one key has sent, and whether it may send more. Pure: the time is given.
struct QuotaMeter: Sendable {
    /// A second's events may come as a burst of so many seconds.
    static let burst = 10.0

    struct Moment: Sendable {
        let steady: ContinuousClock.Instant
        let utc: UTCTime

        static var now: Moment { Moment(steady: .now, utc: .now) }
        var day: CalendarDay { utc.day }
        /// Until the UTC day ends [s].
        var secondsLeft: Int {
            Int((UTCTime.microsecondsPerDay - utc.microsecondsOfDay + 999_999) / 1_000_000)
        }
    }

    struct Refusal: Sendable, Equatable {
        let words: String
        /// Until it is worth another try [s]; nil where it never is, as a whole.
        let wait: Int?
    }

    private var day: CalendarDay?
    /// By the database's count at the last look.
    private var counted: Int?
    /// Accepted or quarantined here since that look.
    private var accepted = 0
    /// Set aside for bodies that are not written yet.
    private var inHand = 0
    private var lookedAt: ContinuousClock.Instant?
    /// What may come at once, below zero after a body larger than that.
    private var tokens: Double?
    private var filledAt: ContinuousClock.Instant?

    /// Why so many events can't be taken now; nil where they can.
    func refusal(of events: Int, _ limits: KeyLimits, at now: Moment) -> Refusal? {
        if let limit = limits.eventsPerDay {
            if events > limit {
                return Refusal(
                    words:
                        "may send \(limit) events a day (UTC), which a body of \(events) exceeds by itself: send less at once",
                    wait: nil)
            }
            let used = (day == now.day ? (counted ?? 0) + accepted : 0) + inHand
            if used + events > limit {
                let left = max(0, limit - used)
                let rest = left > 0 ? "\(left) are left, for a body of \(events)" : "none is left"
                return Refusal(
                    words: "may send \(limit) events a day (UTC), and \(rest): it opens again at midnight UTC",
                    wait: now.secondsLeft)
            }
        }
        if let rate = limits.eventsPerSecond, let tokens = filled(limits, at: now), tokens < 1 {
            let wait = max(1, Int(((1 - tokens) / Double(rate)).rounded(.up)))
            return Refusal(
                words: "may send \(rate) events a second over ten seconds: it opens again in \(wait) s", wait: wait)
        }
        return nil
    }

    mutating func take(_ events: Int, _ limits: KeyLimits, at now: Moment) {
        inHand += events
        tokens = filled(limits, at: now).map { $0 - Double(events) }
        filledAt = now.steady
    }

    mutating func settle(_ events: Int, accepted: Int) {
        inHand -= events
        self.accepted += accepted
        tokens = tokens.map { $0 + Double(events - accepted) }
    }

    /// What may come at once by now.
    private func filled(_ limits: KeyLimits, at now: Moment) -> Double? {
        guard let rate = limits.eventsPerSecond.map({ Double($0) }) else { return nil }
        let most = max(1, rate * Self.burst)
        guard let tokens, let filledAt else { return most }
        return min(most, tokens + max(0, filledAt.duration(to: now.steady) / .seconds(1)) * rate)
    }

    /// Begins a look at the database where one is due, and answers what was accepted before it; nil where none is.
    mutating func beginLook(at now: Moment) -> Int? {
        if day != now.day { (day, counted, accepted, lookedAt) = (now.day, nil, 0, nil) }
        if counted != nil, let lookedAt, lookedAt.duration(to: now.steady) < Quota.lookEvery { return nil }
        lookedAt = now.steady
        return accepted
    }

    /// The database's count has what was accepted before the look; what came meanwhile may stand in both for a while.
    mutating func endLook(_ counted: Int, takenBefore: Int, at now: Moment) {
        guard day == now.day else { return }
        self.counted = counted
        accepted = max(0, accepted - takenBefore)
    }

    /// False where nothing is known of the day.
    func failLook(at now: Moment) -> Bool { day == now.day && counted != nil }
}
