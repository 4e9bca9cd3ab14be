import Synchronization

/// How many attempts this process makes at one endpoint at the same time, so that those which hang don't take the places
/// of all others. While an endpoint answers, the queue's limit by group holds; while it fails, one attempt at a time.
final class EndpointGate: Sendable {
    private struct Place {
        var inside = 0
        var isFailing = false
    }

    private let places = Mutex<[Int64: Place]>([:])

    /// Lets an attempt in, or says no; who was let in calls `leave`.
    func enter(_ endpoint: Int64) -> Bool {
        places.withLock { places in
            var place = places[endpoint, default: Place()]
            guard !place.isFailing || place.inside == 0 else { return false }
            place.inside += 1
            places[endpoint] = place
            return true
        }
    }

    /// - Parameter succeeded: what the attempt found; nil where it made none.
    func leave(_ endpoint: Int64, succeeded: Bool?) {
        places.withLock { places in
            guard var place = places[endpoint] else { return }
            place.inside -= 1
            if let succeeded { place.isFailing = !succeeded }
            places[endpoint] = place.inside == 0 && !place.isFailing ? nil : place
        }
    }
}
