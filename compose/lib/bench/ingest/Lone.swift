import ArgumentParser
import Foundation
import Postgres
import TestBed

struct Lone: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One event at a time to an idle server, and in turn a commit alone.")

    @OptionGroup var place: Place
    @Option var port: UInt16
    @Option var key: String
    @Option var samples = 300

    struct Outcome: Encodable {
        let commit_p50_ms: Double
        let lone_p50_ms: Double
        let lone_p99_ms: Double
    }

    func run() async throws {
        let pool = try place.pool(1)
        let client = try Client(port: port)
        var random = SplitMix(state: UInt64(Date().timeIntervalSince1970 * 1_000))
        var body = Bodies(accounts: 1_000, eventsPerBody: 1).template(&random)
        var (commits, events): ([Double], [Double]) = ([], [])
        for sample in 0..<(samples + 10) {
            let began = ContinuousClock.now
            _ = try await pool.first("select pg_logical_emit_message(true, 'bench', 'commit')")
            let between = ContinuousClock.now
            Bodies.renew(&body, &random)
            let status = try client.post("/v1/batch", key: key, body.bytes)
            let ended = ContinuousClock.now
            guard status == 200 else { throw ValidationError("the server answered \(status)") }
            // The first ones warm plans and caches.
            guard sample >= 10 else { continue }
            commits.append(began.duration(to: between).seconds * 1_000)
            events.append(between.duration(to: ended).seconds * 1_000)
            try await Task.sleep(for: .milliseconds(5))
        }
        await pool.close()
        try Outcome(
            commit_p50_ms: commits.percentile(0.5), lone_p50_ms: events.percentile(0.5),
            lone_p99_ms: events.percentile(0.99)
        ).print()
    }
}
