import Chassis
import HTTPTypes
import Metrics
import Model
import Synchronization

/// Holds keys to how much they may send. It says so with 429, and never takes an event to drop it.
///
/// What goes to quarantine counts too, or a key could fill it without bound; a duplicate doesn't.
///
/// A day's events are counted in the database, where they are committed; each process knows that number from its last
/// look and what it has taken since. Several processes may so take what they take within `lookEvery` beyond the limit. The
/// events of a second are counted by each process for itself: n processes let n times the rate through.
final class Quota: Sendable {
    static let lookEvery: Duration = .seconds(10)

    /// How many events the database has of a key since this day began.
    typealias Look = @Sendable (_ key: Int64, _ since: CalendarDay) async throws -> Int

    private let look: Look
    private let meters = Mutex<[Int64: QuotaMeter]>([:])

    init(look: @escaping Look) { self.look = look }

    /// Refuses who has nothing left. Asked before a body is read, where the key is known by then.
    /// - Throws: the refusal; where the database can't be asked for the first time, its error.
    func admit(_ key: Int64, _ limits: KeyLimits, at now: QuotaMeter.Moment = .now) async throws {
        guard limits != KeyLimits() else { return }
        if limits.eventsPerDay != nil { try await refresh(key, now) }
        let refusal = with(key) { $0.refusal(of: 1, limits, at: now) }
        if let refusal { throw Self.problem(refusal, key) }
    }

    /// Sets so many events aside for a body that was read, or refuses it as a whole: it may be sent again in parts.
    func take(
        _ events: Int, _ key: Int64, _ limits: KeyLimits, at now: QuotaMeter.Moment = .now
    ) throws(HTTPProblem) -> Share {
        guard limits != KeyLimits() else { return Share(quota: nil, key: key, events: events) }
        let refusal = with(key) { meter in
            let refusal = meter.refusal(of: events, limits, at: now)
            if refusal == nil { meter.take(events, limits, at: now) }
            return refusal
        }
        if let refusal { throw Self.problem(refusal, key) }
        return Share(quota: self, key: key, events: events)
    }

    private func with<Result: Sendable>(_ key: Int64, _ body: (inout QuotaMeter) -> Result) -> Result {
        meters.withLock { body(&$0[key, default: QuotaMeter()]) }
    }

    private func refresh(_ key: Int64, _ now: QuotaMeter.Moment) async throws {
        let before = with(key) { $0.beginLook(at: now) }
        guard let before else { return }
        do {
            let counted = try await look(key, now.day)
            with(key) { $0.endLook(counted, takenBefore: before, at: now) }
        } catch {
            // What was known before still holds; without any, nobody can say that there is room.
            guard with(key, { $0.failLook(at: now) }) else { throw error }
        }
    }

    private static func problem(_ refusal: QuotaMeter.Refusal, _ key: Int64) -> HTTPProblem {
        Counter(label: "ingest.refused", dimensions: [("reason", "quota")]).increment()
        let words = "Key \(key) \(refusal.words)."
        guard let wait = refusal.wait else { return HTTPProblem(.contentTooLarge, code: "quota_exceeded", words) }
        return .retry(.tooManyRequests, code: "quota_exceeded", words, after: wait)
    }

    /// What was set aside for one body; what of it was not kept goes back at its end.
    final class Share: Sendable {
        private let quota: Quota?
        private let key: Int64
        private let events: Int
        private let accepted = Mutex(0)

        fileprivate init(quota: Quota?, key: Int64, events: Int) {
            self.quota = quota
            self.key = key
            self.events = events
        }

        func accept(_ count: Int) { accepted.withLock { $0 = min(count, events) } }

        deinit {
            let accepted = accepted.withLock { $0 }
            quota?.with(key) { $0.settle(events, accepted: accepted) }
        }
    }
}
