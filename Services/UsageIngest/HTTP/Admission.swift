import Chassis
import HTTPTypes
import Synchronization

/// How much is in hand at once. Decided before a body is read, so that a flood costs nothing but its refusals; a body
/// that unpacks to more than was foreseen asks again.
final class Admission: Sendable {
    private struct State {
        var bodies = 0
        var bytes = 0
    }

    private let mostBodies: Int
    private let mostBytes: Int
    private let state = Mutex(State())

    init(mostBodies: Int, mostBytes: Int) {
        self.mostBodies = mostBodies
        self.mostBytes = mostBytes
    }

    /// A place for a body of about so many bytes; nil when there is none. A body that comes alone always has one.
    func enter(bytes: Int) -> Place? {
        let isIn = state.withLock { state in
            guard state.bodies < mostBodies, state.bodies == 0 || state.bytes + bytes <= mostBytes else {
                return false
            }
            state.bodies += 1
            state.bytes += bytes
            return true
        }
        return isIn ? Place(admission: self, bytes: bytes) : nil
    }

    /// The answer to who finds no place: 429, which Segment's clients wait out without counting a failure.
    static var overloaded: HTTPProblem {
        .retry(.tooManyRequests, code: "overloaded", "Too much is in hand already: send it again later.", after: 1)
    }

    /// How many bodies are in hand.
    var bodies: Int { state.withLock { $0.bodies } }

    fileprivate func grow(by bytes: Int) -> Bool {
        state.withLock { state in
            guard state.bodies == 1 || state.bytes + bytes <= mostBytes else { return false }
            state.bytes += bytes
            return true
        }
    }

    fileprivate func leave(bytes: Int) {
        state.withLock { state in
            state.bodies -= 1
            state.bytes -= bytes
        }
    }

    /// A body's place, given back when it is let go.
    final class Place: Sendable {
        private let admission: Admission
        private let bytes: Mutex<Int>

        fileprivate init(admission: Admission, bytes: Int) {
            self.admission = admission
            self.bytes = Mutex(bytes)
        }

        deinit { admission.leave(bytes: bytes.withLock { $0 }) }

        /// False where there is no room for a body of now so many bytes.
        func holds(_ needed: Int) -> Bool {
            bytes.withLock { bytes in
                guard needed > bytes else { return true }
                guard admission.grow(by: needed - bytes) else { return false }
                bytes = needed
                return true
            }
        }
    }
}
