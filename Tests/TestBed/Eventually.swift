/// Waits until the condition holds, asking again after a growing pause; fails with what was waited for.
/// For what can't be waited for by a signal.
package nonisolated(nonsending) func eventually(
    within seconds: Double = 60, _ what: String, _ condition: nonisolated(nonsending) () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var pause = Duration.milliseconds(2)
    while true {
        if try await condition() { return }
        guard ContinuousClock.now < deadline else {
            throw TestBedError("waited \(seconds) s in vain until \(what)")
        }
        try await Task.sleep(for: pause)
        pause = min(pause * 1.5, .milliseconds(200))
    }
}
