import Jobs
import Logging
import Postgres

/// The job `enrollment.step`: takes one step of one run. Effects, the run's move and the job's completion are one
/// transaction.
struct StepHandler: Sendable {
    struct Payload: Codable, Sendable {
        var enrollment: Int64
    }

    /// A step that has failed so often ends its run.
    static let givesUpAfter = 10

    let versions: Versions

    func run(_ job: Job) async throws {
        let id = try job.payload(Payload.self).enrollment
        do {
            try await job.transaction { [versions] connection in
                try await StepHandler.take(id, versions, in: connection)
            }
        } catch let error where StepHandler.isFinal(error, attempt: job.attempt) {
            job.logger.error("A run is given up.", metadata: ["enrollment": "\(id)", "error": "\(error)"])
            let words = "given up after \(job.attempt) tries: \(error)"
            try await job.transaction { try await StepHandler.giveUp(id, words, in: $0) }
        }
    }

    static func take(_ id: Int64, _ versions: Versions, in connection: PostgresConnection) async throws {
        guard let run = try await Run.load(id, versions, in: connection) else { return }
        let facts = try await Run.facts(of: run, in: connection)
        let decision = try Run.decide(run.state, run.playbook, facts)
        try await Run.apply(decision, to: run, account: facts.step?.account.id ?? run.account, in: connection)
    }

    /// Whether trying again is no use. A database that is away is no fault of the step.
    static func isFinal(_ error: any Error, attempt: Int) -> Bool {
        if error is CancellationError || error is JobFailure { return false }
        if let error = error as? PostgresError, error.isConnectionLost || error.isRetryable { return false }
        return attempt >= givesUpAfter
    }

    private static func giveUp(_ id: Int64, _ words: String, in connection: PostgresConnection) async throws {
        let row = try await connection.first(
            "select step from plan.enrollment where id = \(id) and state = 'active' for update")
        guard let row else { return }
        try await Run.note(
            .init(step: try row["step"], kind: "unknown", outcome: "failed", detail: words), id, in: connection)
        try await Run.end(id, .failed, words, in: connection)
    }
}
