import Dispatch
import Synchronization

/// Who may have a connection of a pool: the free ones, how many more may be opened, and the line of those who wait.
/// Knows nothing of sockets; each step is one short critical section.
final class PoolLine: Sendable {
    enum Admission: Sendable {
        /// A free connection, and since when; nil: it is suspect.
        case connection(PostgresConnection, since: ContinuousClock.Instant?)
        /// Leave to open one.
        case slot
    }

    private struct Waiter {
        let number: Int
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Admission, any Error>
    }

    private struct State {
        var idle: [(connection: PostgresConnection, since: ContinuousClock.Instant?)] = []
        var open = 0
        var waiters: [Waiter] = []
        var numbers = 0
        var isShut = false
        var isTimerSet = false
        var leavers: [CheckedContinuation<Void, Never>] = []
    }

    private let size: Int
    private let waitLimit: Duration
    private let state = Mutex(State())

    init(size: Int, waitLimit: Duration) {
        self.size = size
        self.waitLimit = waitLimit
    }

    var usage: (open: Int, idle: Int, waiting: Int) {
        state.withLock { ($0.open, $0.idle.count, $0.waiters.count) }
    }

    var isShut: Bool { state.withLock(\.isShut) }

    /// Waits for a connection, or for leave to open one, first come, first served.
    func enter() async throws -> Admission {
        let number = state.withLock { state in
            state.numbers += 1
            return state.numbers
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Admission, any Error>? = state.withLock { state in
                    if state.isShut { return .failure(Self.shutError) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if let free = state.idle.popLast() {
                        return .success(.connection(free.connection, since: free.since))
                    }
                    if state.open < size {
                        state.open += 1
                        return .success(.slot)
                    }
                    let waiter = Waiter(number: number, deadline: .now + waitLimit, continuation: continuation)
                    state.waiters.append(waiter)
                    setTimer(&state)
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Takes a sound connection back; false if it is to be closed, for the pool is.
    func leave(_ connection: PostgresConnection) -> Bool {
        let (isTaken, waiter) = state.withLock { state -> (Bool, Waiter?) in
            guard !state.isShut else { return (false, nil) }
            guard !state.waiters.isEmpty else {
                state.idle.append((connection, .now))
                return (true, nil)
            }
            return (true, state.waiters.removeFirst())
        }
        guard isTaken else {
            leave(broken: false)
            return false
        }
        waiter?.continuation.resume(returning: .connection(connection, since: .now))
        return true
    }

    /// Gives up a slot. When a connection broke, the free ones are suspect too: their server may have gone.
    func leave(broken: Bool) {
        let (waiter, leavers) = state.withLock { state -> (Waiter?, [CheckedContinuation<Void, Never>]) in
            if broken { for index in state.idle.indices { state.idle[index].since = nil } }
            if !state.isShut, !state.waiters.isEmpty { return (state.waiters.removeFirst(), []) }
            state.open -= 1
            guard state.isShut, state.open == 0 else { return (nil, []) }
            defer { state.leavers = [] }
            return (nil, state.leavers)
        }
        waiter?.continuation.resume(returning: .slot)
        for leaver in leavers { leaver.resume() }
    }

    /// Admits nobody any more; returns the free connections, to be closed.
    func shut() -> [PostgresConnection] {
        let (free, waiters) = state.withLock { state in
            state.isShut = true
            defer {
                state.open -= state.idle.count
                state.idle = []
                state.waiters = []
            }
            return (state.idle.map(\.connection), state.waiters)
        }
        for waiter in waiters { waiter.continuation.resume(throwing: Self.shutError) }
        return free
    }

    /// Waits until everybody has left, at most `waitLimit`.
    func empty() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isEmpty = state.withLock { state in
                if state.open > 0 { state.leavers.append(continuation) }
                return state.open == 0
            }
            guard !isEmpty else { return continuation.resume() }
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(waitLimit.milliseconds)) {
                let leavers = self.state.withLock { state in
                    defer { state.leavers = [] }
                    return state.leavers
                }
                for leaver in leavers { leaver.resume() }
            }
        }
    }

    private static let shutError = PostgresError(.poolExhausted, "the pool is closed")

    /// One timer for the first in line is enough: all wait equally long.
    private func setTimer(_ state: inout State) {
        guard !state.isTimerSet, let first = state.waiters.first else { return }
        state.isTimerSet = true
        let delay = ContinuousClock.now.duration(to: first.deadline).milliseconds
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(delay)) { [weak self] in self?.expire() }
    }

    private func expire() {
        let late = state.withLock { state in
            state.isTimerSet = false
            let late = state.waiters.prefix { $0.deadline <= .now }
            state.waiters.removeFirst(late.count)
            setTimer(&state)
            return late
        }
        let error = PostgresError(
            .poolExhausted,
            "no connection became free within \(waitLimit), all \(size) are in use: make the pool larger, or hold "
                + "connections for a shorter time")
        for waiter in late { waiter.continuation.resume(throwing: error) }
    }
}
