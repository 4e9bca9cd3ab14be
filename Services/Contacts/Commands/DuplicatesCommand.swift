import ArgumentParser
import Chassis
import Model

/// `contacts duplicates`: accounts that seem to be one.
struct DuplicatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duplicates", abstract: "Show pairs of accounts that seem to be one, the surest first.",
        discussion: """
            By name (legal forms left out, Cyrillic and Latin alike, one letter wrong), mail address, telephone and domain. \
            Free mail domains, and what more than 20 accounts share, tell nothing. Merge a pair by contacts merge.
            """)

    @Option(help: "Show at most so many.") var limit: Int64 = 100

    func validate() throws {
        guard (1...DuplicatePair.most).contains(limit) else {
            throw ValidationError("--limit is a number from 1 to \(DuplicatePair.most)")
        }
    }

    func run() async throws {
        let limit = limit
        try await Runtime.oneShot(.contacts) { runtime in
            let pairs = try await DuplicatePair.find(atMost: limit, in: runtime.pool)
            Output.table(
                ["account", "name", "other", "name", "score", "why"],
                pairs.map { pair in
                    let score = String((pair.score * 100).rounded() / 100)
                    return [
                        pair.accountKey, pair.name, pair.otherKey, pair.otherName, score,
                        pair.why.joined(separator: ", "),
                    ]
                })
            Output.note("\(pairs.count) pairs")
        }
    }
}
