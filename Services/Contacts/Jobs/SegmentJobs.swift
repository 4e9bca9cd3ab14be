import Jobs
import Model
import Postgres

/// Commands about segments: `segment.define` and `segments.evaluate`.
enum SegmentJobs {
    static let evaluation = "segments.evaluate"

    /// The payload of `segments.evaluate`: which segments, beside those that were defined since anybody looked; without it,
    /// all that change as days pass.
    struct Evaluation: Codable, Sendable {
        var segments: [String]?
    }

    /// Has those looked at that were defined since anybody looked: by one job, however often it is asked for before it starts.
    static func enqueueDefined(in connection: PostgresConnection) async throws {
        try await Queue.enqueue(
            evaluation, on: ServiceName.contacts.queue, Evaluation(segments: []), uniqueKey: "segments.defined",
            scope: .waiting, in: connection)
    }

    /// Defines one segment. An expression that can't be compiled makes the job a dead letter that names the place.
    static func define(_ job: Job) async throws {
        let definition = try job.payload(SegmentDefinition.self)
        do {
            try await job.transaction { connection in
                _ = try await SegmentDefinition.define(definition, by: "job \(job.id)", in: connection)
            }
        } catch let fault as SegmentDefinition.Fault {
            throw JobFailure.dead("segment \(definition.key): \(fault)")
        }
    }

    static func evaluate(_ job: Job) async throws {
        let segments = try job.payload(Evaluation.self).segments
        try await SegmentPass.run(segments.map(Set.init), job)
    }
}
