/// What a try means for the delivery and for the endpoint: decided from what came back alone.
enum RetryPolicy {
    /// The waits after each failed try, with which Standard Webhooks gives a receiver 75 hours to come back.
    static let schedule: [Duration] = [
        .seconds(5), .seconds(300), .seconds(1_800), .seconds(2 * 3_600), .seconds(5 * 3_600), .seconds(10 * 3_600),
        .seconds(14 * 3_600), .seconds(20 * 3_600), .seconds(24 * 3_600),
    ]
    /// The first try and one after each wait.
    static let attempts = schedule.count + 1
    /// The least wait after an answer that asks for less traffic, without saying how long.
    static let throttled: Duration = .seconds(60)
    /// A longer Retry-After is cut to this.
    static let longestRetryAfter: Duration = .seconds(24 * 3_600)
    /// An endpoint that failed for so long without one success gets nothing any more.
    static let longFailure: Duration = .seconds(120 * 3_600)

    enum Verdict: Equatable, Sendable {
        case delivered
        case retry(after: Duration, String)
        case failed(String)
    }

    struct Decision: Equatable, Sendable {
        var verdict: Verdict
        /// Why the endpoint gets nothing any more; nil where it goes on.
        var disable: String?
    }

    /// - Parameters:
    ///   - attempt: which try this was, from 1.
    ///   - failingFor: since the first failure after the endpoint's last success; zero where there was none.
    ///   - jitter: 0 to 1, by chance; spreads waits by a fifth to either side.
    static func decide(
        _ result: AttemptResult, attempt: Int, failingFor: Duration = .zero, jitter: Double
    ) -> Decision {
        switch result {
        case .answered(200...299, _, _): return Decision(verdict: .delivered)
        case .answered(410, _, _):
            return Decision(
                verdict: .failed("The receiver says that it is gone for good (410)."),
                disable: "the receiver answered 410 Gone")
        case .refused(let words): return Decision(verdict: .failed(words))
        case .answered, .unreachable, .timedOut: break
        }
        let words = words(of: result)
        let disable = failingFor >= longFailure ? "it failed for \(failingFor.components.seconds / 3_600) hours" : nil
        guard attempt < attempts, attempt >= 1, disable == nil else {
            return Decision(verdict: .failed("\(words) Given up after \(attempt) tries."), disable: disable)
        }
        return Decision(verdict: .retry(after: wait(result, attempt: attempt, jitter: jitter), words))
    }

    private static func wait(_ result: AttemptResult, attempt: Int, jitter: Double) -> Duration {
        let usual = schedule[attempt - 1] * (0.8 + 0.4 * jitter)
        guard case .answered(let status, let retryAfter, _) = result else { return usual }
        if let retryAfter {
            // Never sooner than asked for, and at most a tenth later, so that waiting senders don't come back together.
            return max(.seconds(1), min(retryAfter, longestRetryAfter)) * (1 + 0.1 * jitter)
        }
        return [429, 502, 503, 504].contains(status) ? max(usual, throttled * (1 + 0.2 * jitter)) : usual
    }

    private static func words(of result: AttemptResult) -> String {
        switch result {
        case .answered(let status, _, _) where (300...399).contains(status):
            "The receiver answered \(status): redirects are not followed."
        case .answered(let status, _, _): "The receiver answered \(status)."
        case .unreachable(let words): words
        case .timedOut: "The receiver did not answer in time."
        case .refused(let words): words
        }
    }
}
