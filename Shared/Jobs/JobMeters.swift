import Metrics
import Synchronization

/// The metrics of one worker. Looked up once a kind and outcome, for a busy queue ends tens of thousands of jobs a second.
final class JobMeters: Sendable {
    private struct Key: Hashable {
        let kind: String
        let outcome: String
    }

    private struct Meters {
        var counters: [Key: Counter] = [:]
        var timers: [String: Metrics.Timer] = [:]
    }

    private let queue: String
    private let meters = Mutex(Meters())
    private let stale: Counter
    private let lag: Gauge

    init(queue: String) {
        self.queue = queue
        stale = Counter(label: "jobs_stale_total", dimensions: [("queue", queue)])
        lag = Gauge(label: "queue_lag_seconds", dimensions: [("queue", queue)])
    }

    func ended(kind: String, outcome: String, took: Duration) {
        let (counter, timer) = meters.withLock { meters in
            let key = Key(kind: kind, outcome: outcome)
            let counter =
                meters.counters[key]
                ?? Counter(label: "jobs_total", dimensions: [("queue", queue), ("kind", kind), ("outcome", outcome)])
            let timer =
                meters.timers[kind]
                ?? Metrics.Timer(label: "job_seconds", dimensions: [("queue", queue), ("kind", kind)])
            meters.counters[key] = counter
            meters.timers[kind] = timer
            return (counter, timer)
        }
        counter.increment()
        timer.record(duration: took)
    }

    /// Results that the queue refused, for the lease was another worker's by then.
    func dropped(_ results: Int) { stale.increment(by: results) }

    /// How long the first job in line has been waiting.
    func lag(_ seconds: Double) { lag.record(seconds) }
}
