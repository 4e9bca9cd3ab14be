import Chassis
import HTTPTypes
import Synchronization

/// How much is in hand at once. Decided before a body is read, so that a flood costs nothing but its refusals; a body
/// that unpacks to more than was foreseen asks again. No key may hold so much of it that there is none left for others.
final class Admission: Sendable {
    private struct State {
        var bodies = 0
        var bytes = 0
        var bodiesByKey: [Int64: Int] = [:]
    }

    private let mostBodies: Int
    /// Of one key: a quarter is left to others.
    private let mostBodiesOfKey: Int
    private let mostBytes: Int
    private let state = Mutex(State())

    init(mostBodies: Int, mostBytes: Int) {
        self.mostBodies = mostBodies
        mostBodiesOfKey = max(1, mostBodies - mostBodies / 4)
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

    /// The answer to a key that holds its share of the places.
    static var keyOverloaded: HTTPProblem {
        .retry(
            .tooManyRequests, code: "overloaded", "Too much of this key's is in hand already: send it again later.",
            after: 1)
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

    fileprivate func leave(bytes: Int, key: Int64?) {
        state.withLock { state in
            state.bodies -= 1
            state.bytes -= bytes
            if let key { Self.take(key, from: &state) }
        }
    }

    fileprivate func move(from old: Int64?, to new: Int64) -> Bool {
        state.withLock { state in
            guard state.bodiesByKey[new, default: 0] < mostBodiesOfKey else { return false }
            state.bodiesByKey[new, default: 0] += 1
            if let old { Self.take(old, from: &state) }
            return true
        }
    }

    private static func take(_ key: Int64, from state: inout State) {
        let left = state.bodiesByKey[key, default: 1] - 1
        state.bodiesByKey[key] = left > 0 ? left : nil
    }

    /// A body's place, given back when it is let go.
    final class Place: Sendable {
        private let admission: Admission
        private let bytes: Mutex<Int>
        private let key = Mutex<Int64?>(nil)

        fileprivate init(admission: Admission, bytes: Int) {
            self.admission = admission
            self.bytes = Mutex(bytes)
        }

        deinit { admission.leave(bytes: bytes.withLock { $0 }, key: key.withLock { $0 }) }

        /// False where this key holds its share of the places already. Bodies whose key is not known yet share one.
        func belongs(to key: Int64?) -> Bool {
            let new = key ?? 0
            return self.key.withLock { old in
                guard old != new else { return true }
                guard admission.move(from: old, to: new) else { return false }
                old = new
                return true
            }
        }

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
