import ArgumentParser
import Chassis

/// How much a key may send. What is beyond is refused with 429 and the time at which it opens again.
struct KeyLimitOptions: ParsableArguments {
    @Option(help: "Events that it may send a second, over ten seconds, to each process of usage-ingest.")
    var eventsPerSecond: Int?
    @Option(help: "Events that are taken from it in a UTC day, by all processes together.")
    var eventsPerDay: Int?

    func validate() throws {
        guard eventsPerSecond.map({ (1...1_000_000).contains($0) }) ?? true else {
            throw ValidationError("--events-per-second is a number from 1 to 1000000")
        }
        guard eventsPerDay.map({ (1...100_000_000_000).contains($0) }) ?? true else {
            throw ValidationError("--events-per-day is a number from 1 to 100000000000")
        }
    }

    var limits: KeyLimits { KeyLimits(eventsPerSecond: eventsPerSecond, eventsPerDay: eventsPerDay) }
}

extension KeyLimits {
    var perSecond: Int32? { eventsPerSecond.map { Int32(clamping: $0) } }
    var perDay: Int64? { eventsPerDay.map { Int64($0) } }

    var words: String {
        let parts = [eventsPerSecond.map { "\($0) events a second" }, eventsPerDay.map { "\($0) events a day" }]
        let words = parts.compactMap(\.self).joined(separator: " and ")
        return words.isEmpty ? "as much as it likes" : words
    }
}
