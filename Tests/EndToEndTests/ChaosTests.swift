import Foundation
import TestBed
import Testing

/// The short form of `compose/bench chaos`: real workers, a real PostgreSQL, faults of eight kinds.
@Suite(.timeLimit(.minutes(15))) struct ChaosTests {
    private struct Outcome: Decodable {
        let lost: Int
        let stale_accepted: Int
        let recovery_p99_s: Double
        let scenarios_passed: Int
    }

    @Test func `no fault loses a job, runs one to its end twice, or lets a zombie complete one`() async throws {
        let (exit, output) = try await RunningProgram.run("queue-bench", ["chaos", "--seconds", "6"])
        #expect(exit == .code(0), "\(output)")
        let line = try #require(output.split(separator: "\n").last { $0.hasPrefix("{") })
        let outcome = try JSONDecoder().decode(Outcome.self, from: Data(line.utf8))
        #expect(outcome.scenarios_passed == 8, "\(output)")
        #expect(outcome.lost == 0)
        #expect(outcome.stale_accepted == 0)
        #expect(outcome.recovery_p99_s <= 10)
    }
}
