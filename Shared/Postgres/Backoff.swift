/// How long to wait before trying again: a random time up to a limit that doubles with each failure, so that many who
/// failed together don't come back together ("full jitter").
package enum Backoff {
    /// - Parameter failures: how many there were, from 1.
    package static func delay(
        after failures: Int, base: Duration = .milliseconds(50), cap: Duration = .seconds(1)
    ) -> Duration {
        limit(after: failures, base: base, cap: cap) * Double.random(in: 0...1)
    }

    static func limit(after failures: Int, base: Duration, cap: Duration) -> Duration {
        min(cap, base * (1 << max(0, min(20, failures - 1))))
    }
}
