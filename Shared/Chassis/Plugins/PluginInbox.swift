import Synchronization

/// The calls that wait for a plugin, taken one at a time by whoever runs it.
final class PluginInbox: Sendable {
    /// The most calls that wait at the same time.
    static let limit = 100

    enum Next: Sendable {
        case call(PluginExchange)
        /// `interrupt` was called: the process is gone.
        case interrupted
        /// No more calls will come.
        case closed
    }

    private struct State {
        var calls: [PluginExchange] = []
        var isOpen = true
        var interrupted = false
        var waiter: CheckedContinuation<Next, Never>?
    }

    private let state = Mutex(State())

    /// False where the inbox is closed or full.
    func add(_ call: PluginExchange) -> Bool {
        let (taken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Next, Never>?) in
            guard state.isOpen, state.calls.count < PluginInbox.limit else { return (false, nil) }
            if let waiter = state.waiter {
                state.waiter = nil
                return (true, waiter)
            }
            state.calls.append(call)
            return (true, nil)
        }
        waiter?.resume(returning: .call(call))
        return taken
    }

    /// Takes a call back in front that the process did not live to serve.
    func putBack(_ call: PluginExchange) {
        let isOpen = state.withLock { state in
            if state.isOpen { state.calls.insert(call, at: 0) }
            return state.isOpen
        }
        if !isOpen { call.fail(.stopped(plugin: call.plugin)) }
    }

    /// Waits for the next call. One waiter at a time.
    func next() async -> Next {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> Next? in
                if state.interrupted { return .interrupted }
                if !state.calls.isEmpty { return .call(state.calls.removeFirst()) }
                guard state.isOpen else { return .closed }
                state.waiter = continuation
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Wakes the waiter: the process that was to serve it has ended.
    func interrupt() {
        let waiter = state.withLock { state in
            state.interrupted = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: .interrupted)
    }

    /// A new process begins.
    func rearm() { state.withLock { $0.interrupted = false } }

    /// Takes no more calls; those that wait fail.
    func close(_ plugin: String) {
        let (calls, waiter) = state.withLock { state in
            state.isOpen = false
            defer {
                state.calls = []
                state.waiter = nil
            }
            return (state.calls, state.waiter)
        }
        for call in calls { call.fail(.stopped(plugin: plugin)) }
        waiter?.resume(returning: .closed)
    }
}
