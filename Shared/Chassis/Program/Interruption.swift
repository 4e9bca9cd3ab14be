import UnixSignals

/// Runs `work` until it ends by itself or the program is told to stop, by Ctrl-C or SIGTERM: the work is then cancelled,
/// and that it was is no error. For commands that go on until somebody has seen enough.
package func untilInterrupted(_ work: @escaping @Sendable () async throws -> Void) async throws {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            do { try await work() } catch is CancellationError {}
        }
        group.addTask {
            for await _ in signals { return }
        }
        defer { group.cancelAll() }
        try await group.next()
        group.cancelAll()
        try await group.waitForAll()
    }
}
