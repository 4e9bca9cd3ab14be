import Chassis
import HTTPTypes
import Synchronization

/// Where requests hand over their parcels and the writers pick up what is there: so that many requests share a commit, and
/// one that comes alone waits for nobody. While another batch is being written, the next one gathers for a moment: what a
/// batch costs by itself is shared by the more. How much can lie here is bounded by `Admission`.
final class Batcher: Sendable {
    /// A writer takes at most so much at once, or one parcel.
    static let mostMessages = 5_000
    static let mostBytes = 8 << 20
    /// So many are not waited for any longer, nor is anything for longer than so many steps.
    private static let enough = 2_000
    private static let step: Duration = .milliseconds(2)
    private static let steps = 5

    private struct State {
        var pending: [Ticket] = []
        var messages = 0
        var idle: [CheckedContinuation<Void, Never>] = []
        var writing = 0
        var isGathering = false
        var isClosed = false

        /// Somebody to take what is pending, unless one is at it already.
        mutating func next() -> CheckedContinuation<Void, Never>? {
            guard !isGathering, !pending.isEmpty, let writer = idle.popLast() else { return nil }
            isGathering = true
            return writer
        }
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
        let (isRefused, writer) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            if state.isClosed { return (true, nil) }
            state.pending.append(ticket)
            state.messages += ticket.parcel.count
            return (false, state.next())
        }
        writer?.resume()
        guard isRefused else { return }
        ticket.settle(
            .failure(
                HTTPProblem.retry(
                    .serviceUnavailable, code: "stopping", "The service is stopping: send it again.", after: 2)))
    }

    /// Runs `write` with all that waits, up to the limits, as soon as there is something; false once the batcher is closed
    /// and nothing is left.
    func take(_ write: ([Ticket]) async -> Void) async -> Bool {
        await withCheckedContinuation { continuation in
            let writer = state.withLock { state -> CheckedContinuation<Void, Never>? in
                if state.isClosed { return continuation }
                state.idle.append(continuation)
                return state.next()
            }
            writer?.resume()
        }
        for _ in 0..<Self.steps where state.withLock({ $0.writing > 0 && $0.messages < Self.enough && !$0.isClosed }) {
            try? await Task.sleep(for: Self.step)
        }
        let (tickets, writer) = state.withLock { state -> ([Ticket], CheckedContinuation<Void, Never>?) in
            let tickets = Self.cut(&state.pending)
            state.messages = state.pending.reduce(0) { $0 + $1.parcel.count }
            state.isGathering = false
            state.writing += 1
            return (tickets, state.next())
        }
        writer?.resume()
        let present = tickets.filter { !$0.isAbandoned }
        if !present.isEmpty { await write(present) }
        return state.withLock { state in
            state.writing -= 1
            return !tickets.isEmpty || !state.isClosed
        }
    }

    /// How many requests wait for a writer.
    var waiting: Int { state.withLock { $0.pending.count } }

    private static func cut(_ pending: inout [Ticket]) -> [Ticket] {
        var (taken, messages, bytes) = (0, 0, 0)
        for ticket in pending {
            messages += ticket.parcel.count
            bytes += ticket.parcel.bytes
            if taken > 0, messages > mostMessages || bytes > mostBytes { break }
            taken += 1
        }
        defer { pending.removeFirst(taken) }
        return Array(pending.prefix(taken))
    }

    /// Takes nothing any more; the writers end when they have written what is there.
    func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for writer in idle { writer.resume() }
    }
}
