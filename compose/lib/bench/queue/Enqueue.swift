import ArgumentParser
import Jobs
import Postgres
import TestBed

struct Enqueue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Bulk enqueue of jobs that do nothing.")

    @OptionGroup var place: Place
    @Option var jobs = 200_000
    @Option(help: "How many by one statement.") var batch = 10_000

    struct Outcome: Encodable {
        let jobs: Int
        let seconds: Double
        let per_second: Double
    }

    func run() async throws {
        let pool = try place.pool(1)
        let batch = batch
        let payloads: SQL = "array_fill('{\"n\":1}'::jsonb, array[\(Int32(batch))])"
        let began = ContinuousClock.now
        for _ in 0..<(jobs / batch) {
            _ = try await pool.first(
                "select cardinality(queue.enqueue_many(\(Place.queue), \(Place.kind), \(fragment: payloads))) as n")
        }
        let took = began.duration(to: .now).seconds
        await pool.close()
        let total = jobs / batch * batch
        try Outcome(jobs: total, seconds: took, per_second: Double(total) / took).print()
    }
}
