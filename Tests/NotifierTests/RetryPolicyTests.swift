import Testing

@testable import Notifier

@Suite struct RetryPolicyTests {
    private static func answered(_ status: Int, _ retryAfter: Duration? = nil) -> AttemptResult {
        .answered(status: status, retryAfter: retryAfter, words: "")
    }

    private func wait(_ result: AttemptResult, attempt: Int, jitter: Double = 0.5) -> Duration? {
        let decision = RetryPolicy.decide(result, attempt: attempt, jitter: jitter)
        guard case .retry(let wait, _) = decision.verdict, decision.disable == nil else { return nil }
        return wait
    }

    @Test(arguments: [200, 201, 202, 204, 299])
    func success(_ status: Int) {
        #expect(RetryPolicy.decide(Self.answered(status), attempt: 3, jitter: 0) == .init(verdict: .delivered))
    }

    /// Jitter 0.5 is the middle: the schedule itself.
    @Test(arguments: zip(1...9, [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]))
    func schedule(_ attempt: Int, _ seconds: Int) {
        for result in [Self.answered(500), Self.answered(404), Self.answered(301), .unreachable("x"), .timedOut] {
            #expect(wait(result, attempt: attempt) == .seconds(seconds))
        }
        #expect(wait(.timedOut, attempt: attempt, jitter: 0) == .seconds(seconds) * 0.8)
    }

    @Test func givesUpAfterTheLast() {
        let decision = RetryPolicy.decide(Self.answered(500), attempt: 10, jitter: 0)
        #expect(decision == .init(verdict: .failed("The receiver answered 500. Given up after 10 tries.")))
        #expect(wait(Self.answered(500), attempt: 0) == nil)
    }

    @Test func goneDisables() {
        let decision = RetryPolicy.decide(Self.answered(410), attempt: 1, jitter: 0)
        #expect(decision.disable != nil)
        guard case .failed = decision.verdict else {
            Issue.record("410 is final")
            return
        }
    }

    @Test func refusalIsFinalAndKeepsTheEndpoint() {
        let decision = RetryPolicy.decide(.refused("no"), attempt: 1, failingFor: .seconds(999_999), jitter: 0)
        #expect(decision == .init(verdict: .failed("no")))
    }

    @Test(arguments: [429, 502, 503, 504])
    func throttled(_ status: Int) {
        #expect(wait(Self.answered(status), attempt: 1, jitter: 0) == .seconds(60))
        #expect(wait(Self.answered(status), attempt: 2) == .seconds(300))
    }

    @Test func retryAfterIsHonouredWithinBounds() {
        #expect(wait(Self.answered(503, .seconds(120)), attempt: 1, jitter: 0) == .seconds(120))
        #expect(wait(Self.answered(429, .seconds(100)), attempt: 5, jitter: 0.5) == .seconds(105))
        #expect(wait(Self.answered(429, .zero), attempt: 1, jitter: 0) == .seconds(1))
        #expect(wait(Self.answered(429, .seconds(999_999_999)), attempt: 1, jitter: 0) == .seconds(86_400))
    }

    @Test func longFailureDisables() {
        let before = RetryPolicy.longFailure - .seconds(1)
        #expect(RetryPolicy.decide(.timedOut, attempt: 2, failingFor: before, jitter: 0).disable == nil)
        let decision = RetryPolicy.decide(.timedOut, attempt: 2, failingFor: RetryPolicy.longFailure, jitter: 0)
        #expect(decision.disable == "it failed for 120 hours")
    }
}
