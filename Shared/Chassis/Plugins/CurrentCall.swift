import Synchronization

/// The call that a plugin's process is answering now. What it writes at any other time is against the contract.
final class CurrentCall: Sendable {
    private struct State {
        var call: PluginExchange?
        var hasEnded = false
    }

    private let state = Mutex(State())

    /// False where the process has ended meanwhile.
    func set(_ call: PluginExchange) -> Bool {
        state.withLock { state in
            guard !state.hasEnded else { return false }
            state.call = call
            return true
        }
    }

    func clear() { state.withLock { $0.call = nil } }

    /// False where the line is no answer that anyone waits for: the process must go.
    func receive(_ line: [UInt8]) -> Bool {
        state.withLock { $0.call }?.receive(line) ?? false
    }

    func fail(_ failure: PluginFailure) { state.withLock { $0.call }?.fail(failure) }

    /// The process has ended.
    func end(_ failure: PluginFailure) {
        let call = state.withLock { state in
            state.hasEnded = true
            return state.call
        }
        call?.fail(failure)
    }
}
