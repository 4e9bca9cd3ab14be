import CLibPQ
import Foundation

extension PostgresConnection {
    /// Waits for notifications on the channels that this session listens to, at most this long; none is no error.
    func notifications(within limit: Duration) async throws -> [(channel: String, payload: String)] {
        try await cancellable { link, flag in
            var patience = Patience(limit: limit, grace: .zero, flag: flag)
            while true {
                let arrived = try link.takeNotifications()
                guard arrived.isEmpty else { return arrived }
                switch link.wait(for: POLLIN, &patience) {
                case .ready: guard PQconsumeInput(link.raw) == 1 else { throw link.lost() }
                case .nothing: continue
                case .cancel, .giveUp:
                    if patience.reason == .cancelled { throw CancellationError() }
                    return []
                }
            }
        }
    }
}

extension Link {
    fileprivate func takeNotifications() throws -> [(channel: String, payload: String)] {
        guard PQconsumeInput(raw) == 1, PQstatus(raw) == CONNECTION_OK else { throw lost() }
        var arrived: [(channel: String, payload: String)] = []
        while let notification = PQnotifies(raw) {
            defer { PQfreemem(notification) }
            let payload = notification.pointee.extra.map { String(cString: $0) } ?? ""
            arrived.append((String(cString: notification.pointee.relname), payload))
        }
        return arrived
    }
}
