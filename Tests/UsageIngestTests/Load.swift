import Synchronization
import TestBed

/// Batches sent by several clients at once, and which of them were answered with 200.
final class Load: Sendable {
    static let callsPerBatch = 20
    private static let clients = 6

    private let key: String
    private let accepted = Mutex<Set<Int>>([])

    init(key: String) { self.key = key }

    var answered: Set<Int> { accepted.withLock { $0 } }

    /// Sends the batches of these numbers once each, as long as the program runs.
    func run(_ server: Server, _ numbers: [Int]) async {
        await withTaskGroup(of: Void.self) { group in
            for client in 0..<Self.clients {
                group.addTask {
                    for number in numbers where number % Self.clients == client {
                        guard server.program.exitNow == nil else { return }
                        await self.send(number, server)
                    }
                }
            }
        }
    }

    private func send(_ number: Int, _ server: Server) async {
        let calls = (0..<Self.callsPerBatch).map {
            track(id: "m\(number)-\($0)", user: "u\($0)", group: "g\(number % 9)")
        }
        let answer = try? await server.post("/v1/batch", batch(calls), key: key)
        if answer?.status == 200 { accepted.withLock { _ = $0.insert(number) } }
    }
}
