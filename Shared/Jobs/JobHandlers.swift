/// What a service does with the kinds of jobs on its queue.
package struct JobHandlers: Sendable {
    package typealias Run = @Sendable (Job) async throws -> Void

    struct Handler: Sendable {
        let timeout: Duration
        let run: Run
    }

    private(set) var byKind: [String: Handler] = [:]

    package init() {}

    /// Registers the handler of a kind. A kind that has one already is a mistake of the program, and traps.
    /// - Parameter timeout: a run that takes longer is cancelled and tried again.
    package mutating func on(_ kind: String, timeout: Duration = .seconds(300), _ run: @escaping Run) {
        precondition(byKind[kind] == nil, "two handlers for jobs of kind \(kind)")
        byKind[kind] = Handler(timeout: timeout, run: run)
    }
}
