import Chassis
import HTTPTypes
import Synchronization

/// Where requests hand over their parcels and the writers pick up all that is there: so that many requests share a
/// commit, and one that comes alone waits for nobody. How much can lie here is bounded by `Admission`.
final class Batcher: Sendable {
    /// A writer takes at most so much at once, or one parcel.
    static let mostMessages = 5_000
    static let mostBytes = 8 << 20

    private struct State {
        var pending: [Ticket] = []
        var idle: [CheckedContinuation<[Ticket], Never>] = []
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Waits until the parcel is committed and returns what became of each message, by its index.
    /// - Throws: why it could not be written; it may be sent again.
    func write(_ parcel: Parcel) async throws -> [Fate] {
        guard parcel.count > 0 else { return [] }
        let ticket = Ticket(parcel)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                ticket.wait(continuation)
                add(ticket)
            }
        } onCancel: {
            ticket.settle(.failure(CancellationError()))
        }
    }

    private func add(_ ticket: Ticket) {
        enum Next {
            case waits, refused
            case goes(CheckedContinuation<[Ticket], Never>)
        }
        let next = state.withLock { state -> Next in
            if state.isClosed { return .refused }
            if let writer = state.idle.popLast() { return .goes(writer) }
            state.pending.append(ticket)
            return .waits
        }
        switch next {
        case .waits: break
        case .goes(let writer): writer.resume(returning: [ticket])
        case .refused:
            ticket.settle(
                .failure(
                    HTTPProblem.retry(
                        .serviceUnavailable, code: "stopping", "The service is stopping: send it again.", after: 2)))
        }
    }

    /// All that waits, up to the limits, as soon as there is something; empty once the batcher is closed and nothing is
    /// left.
    func take() async -> [Ticket] {
        await withCheckedContinuation { continuation in
            let batch = state.withLock { state -> [Ticket]? in
                let batch = Self.cut(&state.pending)
                if batch.isEmpty, !state.isClosed {
                    state.idle.append(continuation)
                    return nil
                }
                return batch
            }
            if let batch { continuation.resume(returning: batch) }
        }
    }

    /// How many requests wait for a writer.
    var waiting: Int { state.withLock { $0.pending.count } }

    /// Closed, and nothing is left to be written.
    var isDone: Bool { state.withLock { $0.isClosed && $0.pending.isEmpty } }

    private static func cut(_ pending: inout [Ticket]) -> [Ticket] {
        var (taken, messages, bytes) = (0, 0, 0)
        for ticket in pending {
            messages += ticket.parcel.count
            bytes += ticket.parcel.bytes
            if taken > 0, messages > mostMessages || bytes > mostBytes { break }
            taken += 1
        }
        defer { pending.removeFirst(taken) }
        return pending.prefix(taken).filter { !$0.isAbandoned }
    }

    /// Takes nothing any more; the writers end when they have written what is there.
    func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for writer in idle { writer.resume(returning: []) }
    }
}
