import Dispatch
import Foundation
import Synchronization

/// What is known of a running program: what it said, and how it ended.
final class ProgramRecord: Sendable {
    /// Of what it says, the last this many bytes are kept.
    private static let outputLimit = 4 * 1024 * 1024
    /// After its end its last words are waited for at most this long: a child of its own may hold the pipe open.
    private static let lastWords = DispatchTimeInterval.seconds(2)

    private struct State {
        var output: [UInt8] = []
        var isSilent = false
        var exit: RunningProgram.Exit?
        var isOver = false
        var waiters: [CheckedContinuation<RunningProgram.Exit, Never>] = []
    }

    private let state = Mutex(State())

    var output: String { state.withLock { String(decoding: $0.output, as: UTF8.self) } }
    var exitNow: RunningProgram.Exit? { state.withLock(\.exit) }

    /// When it has ended and its output is complete.
    var exit: RunningProgram.Exit {
        get async {
            await withCheckedContinuation { continuation in
                let exit = state.withLock { state -> RunningProgram.Exit? in
                    if state.isOver { return state.exit }
                    state.waiters.append(continuation)
                    return nil
                }
                if let exit { continuation.resume(returning: exit) }
            }
        }
    }

    /// No bytes: it will say no more.
    func took(_ bytes: Data) {
        state.withLock { state in
            state.isSilent = bytes.isEmpty
            state.output += bytes
            if state.output.count > Self.outputLimit {
                state.output.removeFirst(state.output.count - Self.outputLimit)
            }
        }
        if bytes.isEmpty { settle(isLate: false) }
    }

    func ended(_ exit: RunningProgram.Exit) {
        state.withLock { $0.exit = exit }
        settle(isLate: false)
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.lastWords) { self.settle(isLate: true) }
    }

    private func settle(isLate: Bool) {
        let (exit, waiters) = state.withLock { state in
            guard let exit = state.exit, state.isSilent || isLate else {
                return (nil as RunningProgram.Exit?, [] as [CheckedContinuation<RunningProgram.Exit, Never>])
            }
            state.isOver = true
            defer { state.waiters = [] }
            return (exit, state.waiters)
        }
        guard let exit else { return }
        for waiter in waiters { waiter.resume(returning: exit) }
    }
}
