import ArgumentParser

/// What `compose/bench ingest` measures usage-ingest with. Each command prints one JSON object.
@main
struct IngestBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest-bench", abstract: "Measures usage-ingest.",
        subcommands: [Load.self, Lone.self, Slow.self, Copy.self, Limit.self, Subscribe.self])
}
