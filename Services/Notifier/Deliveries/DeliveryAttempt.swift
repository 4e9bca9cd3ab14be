import Foundation
import Jobs
import Logging
import Metrics
import Postgres

/// The job that tries a delivery once. The try is written and committed before anything leaves, its outcome after it:
/// whoever comes after a crash sees that something may have left.
struct DeliveryAttempt: Sendable {
    static let kind = "delivery.attempt"
    /// While an endpoint fails, the deliveries that find another one trying it come back after this, doubled each time.
    static let shortestWait: Duration = .seconds(1)
    static let longestWait: Duration = .seconds(120)
    /// While another job makes the try, this one looks again after so long.
    static let busyWait: Duration = .seconds(15)

    let channels: Channels
    let gate: EndpointGate
    let links: Links

    /// The payload.
    struct Due: Codable, Sendable {
        var delivery: Int64
        var endpoint: Int64?
        /// How often it found another one trying its failing endpoint.
        var waits: Int?
    }

    /// A try that has begun.
    struct Begun: Sendable {
        let delivery: Delivery
        /// Counted over all tries, from 1.
        let number: Int32
        /// Counted since the last replay, from 1: where it stands in the schedule.
        let round: Int
        let settings: ChannelSettings
        /// By the database's clock [seconds since 1970].
        let second: Int64
    }

    func run(_ job: Job) async throws {
        let due: Due = try job.payload()
        guard let endpoint = due.endpoint else {
            _ = try await attempt(due, job)
            return
        }
        guard gate.enter(endpoint) else { return try await postpone(due, job) }
        do {
            gate.leave(endpoint, succeeded: try await attempt(due, job))
        } catch {
            gate.leave(endpoint, succeeded: nil)
            throw error
        }
    }

    /// Whether the other side answered with success; nil where nothing was tried.
    private func attempt(_ due: Due, _ job: Job) async throws -> Bool? {
        let begun: Begun
        switch try await job.withCause({ try await begin(due.delivery, job.id, $0) }) {
        case .nothing: return nil
        case .busy: throw JobFailure.retry(after: DeliveryAttempt.busyWait, "another job tries this delivery now")
        case .begun(let value): begun = value
        }
        let (result, parcel) = try await effect(begun)
        let decision = RetryPolicy.decide(
            result, attempt: begun.round, failingFor: begun.failingFor, jitter: Double.random(in: 0..<1))
        try await job.transaction { connection in
            try await finish(begun, result, decision, parcel, connection)
        }
        note(begun, decision, job)
        return decision.verdict == .delivered
    }

    /// For the metrics and the log; neither names an address.
    private func note(_ begun: Begun, _ decision: RetryPolicy.Decision, _ job: Job) {
        let outcome =
            switch decision.verdict {
            case .delivered: begun.delivery.sandbox ? "sandbox" : "delivered"
            case .retry: "retry"
            case .failed: "failed"
            }
        let dimensions = [("channel", begun.delivery.channel), ("outcome", outcome)]
        Counter(label: "notifier_attempts_total", dimensions: dimensions).increment()
        if let endpoint = begun.delivery.endpoint, let reason = decision.disable {
            job.logger.error(
                "An endpoint was switched off.", metadata: ["endpoint": "\(endpoint.id)", "reason": "\(reason)"])
        }
    }

    /// Composes, and sends unless in the sandbox.
    private func effect(_ begun: Begun) async throws -> (AttemptResult, Parcel?) {
        guard let channel = channels[begun.delivery.channel] else {
            return (.refused("There is no channel \(begun.delivery.channel)."), nil)
        }
        do {
            if !begun.delivery.sandbox, let obstacle = channel.obstacle(to: begun.settings) {
                return (.refused(obstacle), nil)
            }
            let parcel = try channel.compose(begun.delivery, begun.settings, at: begun.second)
            if begun.delivery.sandbox {
                return (.answered(status: 200, retryAfter: nil, words: "sandbox: nothing left"), parcel)
            }
            return (try await channel.send(parcel), parcel)
        } catch let refusal as ChannelRefusal {
            return (.refused(refusal.description), nil)
        }
    }

    /// Another one tries its failing endpoint: makes room for others and comes back. Nothing was tried.
    private func postpone(_ due: Due, _ job: Job) async throws {
        let waits = (due.waits ?? 0) + 1
        let longest = min(DeliveryAttempt.longestWait, DeliveryAttempt.shortestWait * (1 << min(waits, 10)))
        let later = Due(delivery: due.delivery, endpoint: due.endpoint, waits: waits)
        try await job.transaction { connection in
            try await DeliveryAttempt.enqueue(later, runIn: longest * Double.random(in: 0.5...1), in: connection)
        }
    }

    /// Adds the job of a delivery's next try, unless it waits already.
    static func enqueue(_ due: Due, runIn: Duration = .zero, in connection: PostgresConnection) async throws {
        try await Queue.enqueue(
            kind, on: "notifier", due, runIn: runIn, uniqueKey: "delivery:\(due.delivery)", scope: .waiting,
            groupKey: due.endpoint.map { "endpoint:\($0)" }, in: connection)
    }
}

extension DeliveryAttempt.Begun {
    fileprivate var failingFor: Duration {
        guard let since = delivery.endpoint?.failingSince else { return .zero }
        return .seconds(max(0, second - Int64(since.timeIntervalSince1970)))
    }
}
