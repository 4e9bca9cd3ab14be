import ArgumentParser
import Chassis
import Jobs
import Model
import Postgres

struct ThresholdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "threshold", abstract: "Say from where on a signal counts, for everybody or a segment.",
        discussion: """
            Lower values count as 0: where a season makes a segment's usage fall each year, --segment seasonal 0.6 hears the larger \
            falls only. The highest threshold of an account holds. Past scores are computed with it too, by who is in the segment \
            now. Without a value the threshold goes; report.signal_threshold lists all.
            """)

    @Argument(help: "Name of the signal, such as usage_drop.") var signal: String
    @Argument(help: "Above 0, up to 1.") var least: Double?
    @Option(help: "Key of the segment whose accounts are meant.") var segment: String?
    @Option(help: "Who says so.") var by: String

    func run() async throws {
        let (signal, least, segment, by) = (signal, least, segment, by)
        try await Runtime.oneShot(.riskScorer) { runtime in
            do {
                try await runtime.pool.transaction { connection in
                    try await Threshold.set(signal, segment: segment, least: least, by: by, in: connection)
                }
            } catch JobFailure.dead(let reason) {
                throw ProgramFailure(.badInput, reason)
            }
        }
        let whom = segment.map { "for those in \($0)" } ?? "for everybody"
        print(least.map { "\(signal) counts from \($0) on \(whom)." } ?? "\(signal) counts from 0 on \(whom).")
    }
}
