import ArgumentParser
import Foundation
import Synchronization
import TestBed

struct Slow: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Many connections that send large bodies a little at a time, and then one that wants to be served.")

    @Option var port: UInt16
    @Option var key: String
    @Option var connections = 1_000
    @Option(help: "Bytes of each body.") var bytes = 4 << 20
    @Option(help: "Bytes a second of each connection.") var pace = 65_536
    @Option(help: "For how long [s].") var seconds = 20.0

    struct Outcome: Encodable {
        let connected: Int
        let cut_off: Int
        let served_after: Bool
    }

    func run() throws {
        let cut = Atomic(0)
        let connected = Atomic(0)
        let piece = Array(repeating: UInt8(ascii: " "), count: pace / 2)
        let end = ContinuousClock.now + .seconds(seconds)
        Crew.run(connections) { _ in
            guard let client = try? Client(port: port) else { return }
            connected.add(1, ordering: .relaxed)
            do {
                try client.send(client.head("/v1/batch", key: key, length: bytes))
                var sent = 0
                while ContinuousClock.now < end, sent + piece.count < bytes {
                    try client.send(piece)
                    sent += piece.count
                    Thread.sleep(forTimeInterval: 0.5)
                }
            } catch {
                cut.add(1, ordering: .relaxed)
            }
        }
        var random = SplitMix(state: 5)
        let body = Bodies(accounts: 10, eventsPerBody: 1).template(&random)
        let status = (try? Client(port: port).post("/v1/batch", key: key, body.bytes)) ?? 0
        try Outcome(
            connected: connected.load(ordering: .relaxed), cut_off: cut.load(ordering: .relaxed),
            served_after: status == 200
        ).print()
    }
}
