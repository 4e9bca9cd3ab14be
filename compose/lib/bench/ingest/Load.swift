import ArgumentParser
import Foundation
import Synchronization
import TestBed

struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Posts bodies of events, one after the other on each connection, and waits for each 200.")

    @Option(help: "The port of usage-ingest.") var port: UInt16
    @Option(help: "Other ports, for more processes.") var also: [UInt16] = []
    @Option(help: "The write key.") var key: String
    @Option var connections = 64
    @Option(help: "For how long [s].") var seconds = 10.0
    @Option var accounts = 1_000
    @Option var events = 100
    @Option(help: "Events a second over all connections; as fast as can be without it.") var rate: Double?
    @Option(help: "Of the random numbers; the same seed sends the same message ids.") var seed: UInt64 = 1
    @Option(help: "End after so many bodies on each connection.") var bodies: Int?
    @Option(help: "Bytes of padding in each event.") var padding = 0

    struct Outcome: Encodable {
        var events = 0
        var refused = 0
        var failed = 0
        var seconds = 0.0
        var per_second = 0.0
        var p50_ms = 0.0
        var p99_ms = 0.0
    }

    func run() throws {
        let outcome = Mutex(Outcome())
        let times = Mutex<[Double]>([])
        let ports = [port] + also
        let made = Bodies(accounts: accounts, eventsPerBody: events, padding: padding)
        let began = ContinuousClock.now
        let end = began + .seconds(seconds)
        Crew.run(connections) { number in
            var random = SplitMix(state: seed &* 1_000_003 &+ UInt64(number))
            // A few bodies in turn, so that not one account gets all of a connection's events.
            var templates = (0..<4).map { _ in made.template(&random) }
            var mine: [Double] = []
            var sent = 0
            guard let client = try? Client(port: ports[number % ports.count]) else {
                return outcome.withLock { $0.failed += 1 }
            }
            while ContinuousClock.now < end, bodies.map({ sent < $0 }) ?? true {
                if let rate {
                    let due = began + .seconds(Double(sent * connections + number) * Double(events) / rate)
                    Thread.sleep(forTimeInterval: max(0, ContinuousClock.now.duration(to: due).seconds))
                }
                Bodies.renew(&templates[sent % templates.count], &random)
                let start = ContinuousClock.now
                let status = (try? client.post("/v1/batch", key: key, templates[sent % templates.count].bytes)) ?? 0
                mine.append(start.duration(to: .now).seconds * 1_000)
                sent += 1
                outcome.withLock { outcome in
                    switch status {
                    case 200: outcome.events += events
                    case 429, 503: outcome.refused += 1
                    default: outcome.failed += 1
                    }
                }
                if status == 0 { break }
            }
            times.withLock { $0 += mine }
        }
        let took = began.duration(to: .now).seconds
        var result = outcome.withLock { $0 }
        let all = times.withLock { $0 }
        result.seconds = took
        result.per_second = Double(result.events) / took
        result.p50_ms = all.percentile(0.5)
        result.p99_ms = all.percentile(0.99)
        try result.print()
    }
}

/// Threads, for calls that block.
enum Crew {
    static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let done = DispatchGroup()
        for number in 0..<count {
            done.enter()
            let thread = Thread {
                body(number)
                done.leave()
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        done.wait()
    }
}
