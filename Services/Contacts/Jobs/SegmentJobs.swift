import Jobs
import Postgres

/// Commands about segments: `segment.define` and `segments.evaluate`.
enum SegmentJobs {
    /// Defines one segment. An expression that can't be compiled makes the job a dead letter that names the place.
    static func define(_ job: Job) async throws {
        let definition = try job.payload(SegmentDefinition.self)
        do throws(SegmentDefinition.Fault) {
            _ = try definition.checked()
        } catch {
            throw JobFailure.dead("segment \(definition.key): \(error)")
        }
        try await job.transaction { connection in
            _ = try await SegmentDefinition.define(definition, by: "job \(job.id)", in: connection)
        }
    }

    /// Evaluates every segment for every account, each in a transaction of its own.
    static func evaluate(_ job: Job) async throws {
        let segments = try await job.withCause { try await StoredSegment.all(in: $0) }
        for segment in segments {
            try await job.withCause { try await Membership.evaluate(segment, in: $0) }
        }
    }
}
