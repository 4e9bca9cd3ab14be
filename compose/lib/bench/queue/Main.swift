import ArgumentParser

/// What `compose/bench queue` and `compose/bench chaos` measure the queue with: real workers on a migrated database that
/// nobody else works on. Each command prints one JSON object.
@main
struct QueueBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue-bench", abstract: "Measures the job queue.",
        subcommands: [Enqueue.self, Drain.self, Pickup.self, Offer.self, Work.self, Chaos.self])
}
