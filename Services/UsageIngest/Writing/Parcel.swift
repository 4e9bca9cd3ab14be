import Synchronization

/// One request's messages on their way to the database.
struct Parcel: Sendable {
    let format: String
    let path: String
    let keyID: Int64?
    let receivedAt: UTCTime
    let envelope: [UInt8]?
    var entries: [Taken] = []
    var refused: [Refused] = []

    /// A message to be written, with its place in the request and its bytes for the case that PostgreSQL refuses it.
    struct Taken: Sendable {
        let index: Int
        let entry: Entry
        let source: ArraySlice<UInt8>
    }

    /// A message for quarantine.
    struct Refused: Sendable {
        let index: Int
        let refusal: Refusal
        let source: ArraySlice<UInt8>
        /// It is a whole body that nobody can read, no message of one.
        var isBody = false
        /// Of such a body.
        var contentType: String?
    }

    var count: Int { entries.count + refused.count }

    /// Of all its messages, as they came.
    var bytes: Int {
        entries.reduce(0) { $0 + $1.source.count } + refused.reduce(0) { $0 + $1.source.count }
    }
}

/// What became of one message of a parcel.
enum Fate: Sendable, Equatable {
    case written
    case duplicate
    case quarantined(Refusal)
}

/// A parcel and who waits for it. Settled once, by whoever comes first: the writer, or the end of the request.
final class Ticket: Sendable {
    private enum State {
        case fresh
        case waiting(CheckedContinuation<[Fate], any Error>)
        case settled
    }

    let parcel: Parcel
    private let state = Mutex(State.fresh)

    init(_ parcel: Parcel) { self.parcel = parcel }

    /// Nobody waits any more: it need not be written.
    var isAbandoned: Bool {
        state.withLock { state in
            if case .settled = state { true } else { false }
        }
    }

    func wait(_ continuation: CheckedContinuation<[Fate], any Error>) {
        let isLate = state.withLock { state in
            if case .settled = state { return true }
            state = .waiting(continuation)
            return false
        }
        if isLate { continuation.resume(throwing: CancellationError()) }
    }

    func settle(_ result: Result<[Fate], any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<[Fate], any Error>? in
            defer { state = .settled }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(with: result)
    }
}
