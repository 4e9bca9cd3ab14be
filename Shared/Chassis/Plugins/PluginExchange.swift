import Foundation
import Synchronization

/// One call: lines out, answers back, matched by id. It ends once: with all answers, or with the first failure.
final class PluginExchange: Sendable {
    typealias Outcome = Result<[JSON], any Error>

    /// The most lines a call may have, and bytes a line, either way.
    static let linesLimit = 1_000
    static let lineLimit = 1 << 20

    private struct State {
        var answers: [JSON?]
        var missing: Int
        var isWritten = false
        var lastProgress = ContinuousClock.now
        var outcome: Outcome?
        var waiting: [CheckedContinuation<Outcome, Never>] = []
    }

    let plugin: String
    /// Complete lines, newline included.
    let lines: [[UInt8]]
    private let firstID: Int64
    private let state: Mutex<State>

    /// Gives each request an id of its own. Throws `PluginFailure.tooMuch`.
    init(plugin: String, requests: [JSON], firstID: Int64) throws {
        guard requests.count <= PluginExchange.linesLimit else {
            throw PluginFailure.tooMuch(
                plugin: plugin, reason: "\(requests.count) lines, of \(PluginExchange.linesLimit)")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        lines = try requests.enumerated().map { index, request in
            guard var fields = request.object else {
                throw PluginFailure.tooMuch(plugin: plugin, reason: "line \(index + 1) is no object")
            }
            fields["id"] = .integer(firstID + Int64(index))
            let line = Array(try encoder.encode(fields)) + [10]
            guard line.count <= PluginExchange.lineLimit else {
                throw PluginFailure.tooMuch(plugin: plugin, reason: "line \(index + 1) has \(line.count) bytes")
            }
            return line
        }
        self.plugin = plugin
        self.firstID = firstID
        state = Mutex(State(answers: Array(repeating: nil, count: requests.count), missing: requests.count))
    }

    /// Takes one line of the plugin's. False where it is no answer to this call; then the call has failed.
    func receive(_ line: some Collection<UInt8> & Sendable) -> Bool {
        guard let answer = try? JSONDecoder().decode(JSON.self, from: Data(line)), var fields = answer.object else {
            return fail(.garbled(plugin: plugin, reason: "a line is no JSON object"))
        }
        guard let id = fields.removeValue(forKey: "id")?.integer else {
            return fail(.garbled(plugin: plugin, reason: "a line has no id"))
        }
        let index = id - firstID
        let isAwaited = state.withLock { state in
            guard state.answers.indices.contains(Int(clamping: index)), state.answers[Int(index)] == nil else {
                return false
            }
            state.answers[Int(index)] = .object(fields)
            state.missing -= 1
            state.lastProgress = .now
            return true
        }
        guard isAwaited else { return fail(.garbled(plugin: plugin, reason: "id \(id) was not asked for")) }
        settleIfComplete()
        return true
    }

    /// All lines have been taken by the plugin.
    func written() {
        state.withLock { $0.isWritten = true }
        settleIfComplete()
    }

    /// How long the plugin may still be silent; its time begins anew with each answer.
    func patience(_ timeout: Duration) -> Duration {
        timeout - state.withLock { $0.lastProgress }.duration(to: .now)
    }

    func begin() { state.withLock { $0.lastProgress = .now } }

    @discardableResult
    func fail(_ failure: PluginFailure) -> Bool {
        settle(.failure(failure))
        return false
    }

    func cancel() { settle(.failure(CancellationError())) }

    private func settleIfComplete() {
        let answers = state.withLock { $0.isWritten && $0.missing == 0 ? $0.answers.compactMap { $0 } : nil }
        if let answers { settle(.success(answers)) }
    }

    private func settle(_ outcome: Outcome) {
        let waiting = state.withLock { state in
            guard state.outcome == nil else { return [CheckedContinuation<Outcome, Never>]() }
            state.outcome = outcome
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: outcome) }
    }

    /// How the call ended, once it has.
    func outcome() async -> Outcome {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state in
                if state.outcome == nil { state.waiting.append(continuation) }
                return state.outcome
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    var isSettled: Bool { state.withLock { $0.outcome != nil } }
}
