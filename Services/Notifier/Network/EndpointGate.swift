import Synchronization

/// How many attempts this process makes at one endpoint at the same time, so that one which hangs does not take the
/// places of all others: a few while it answers, one while it fails.
final class EndpointGate: Sendable {
    static let healthy = 4
    static let failing = 1
    /// How long an attempt waits for its turn at an endpoint that answers.
    static let patience: Duration = .seconds(2)
    /// How many may wait so.
    static let line = 16
    private static let look: Duration = .milliseconds(20)

    private struct Place {
        var inside = 0
        var waiting = 0
        var isFailing = false
    }

    private let places = Mutex<[Int64: Place]>([:])

    /// Lets an attempt in, or says no after a short wait; who was let in calls `leave`.
    func enter(_ endpoint: Int64) async throws -> Bool {
        if admit(endpoint) { return true }
        guard queue(endpoint) else { return false }
        defer { change(endpoint) { $0.waiting -= 1 } }
        let deadline = ContinuousClock.now + EndpointGate.patience
        while ContinuousClock.now < deadline {
            try await Task.sleep(for: EndpointGate.look)
            if admit(endpoint) { return true }
            if change(endpoint, { $0.isFailing }) { return false }
        }
        return false
    }

    /// - Parameter answered: what the attempt found; nil where it made none.
    func leave(_ endpoint: Int64, answered: Bool?) {
        places.withLock { places in
            guard var place = places[endpoint] else { return }
            place.inside -= 1
            if let answered { place.isFailing = !answered }
            let isIdle = place.inside == 0 && place.waiting == 0 && !place.isFailing
            places[endpoint] = isIdle ? nil : place
        }
    }

    private func admit(_ endpoint: Int64) -> Bool {
        change(endpoint) { place in
            guard place.inside < (place.isFailing ? EndpointGate.failing : EndpointGate.healthy) else { return false }
            place.inside += 1
            return true
        }
    }

    private func queue(_ endpoint: Int64) -> Bool {
        change(endpoint) { place in
            guard !place.isFailing, place.waiting < EndpointGate.line else { return false }
            place.waiting += 1
            return true
        }
    }

    @discardableResult
    private func change<Answer: Sendable>(_ endpoint: Int64, _ body: (inout Place) -> Answer) -> Answer {
        places.withLock { body(&$0[endpoint, default: Place()]) }
    }
}
