import Foundation
import TestBed

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A product that sends usage in the Segment batch shape.
struct Sender: Sendable {
    let address: String
    let key: String

    struct Event: Sendable {
        var name: String
        var user: String
        var account: String
        var id = UUID().uuidString
        var at = Date.now
    }

    /// Answers the status; 0 where nobody answered.
    func send(_ events: [Event], to path: String = "/v1/batch") async -> Int {
        let calls: [[String: any Sendable]] = events.map { event in
            [
                "type": "track", "event": event.name, "userId": event.user, "messageId": event.id,
                "timestamp": event.at.ISO8601Format(), "context": ["groupId": event.account],
            ]
        }
        let body: [String: any Sendable] = ["batch": calls, "sentAt": Date.now.ISO8601Format()]
        guard let url = URL(string: address + path), let data = try? JSONSerialization.data(withJSONObject: body) else {
            return 0
        }
        var request = URLRequest(url: url, timeoutInterval: 10)
        request.httpMethod = "POST"
        request.httpBody = data
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.setValue("Basic " + Data("\(key):".utf8).base64EncodedString(), forHTTPHeaderField: "Authorization")
        guard let (_, response) = try? await URLSession.shared.data(for: request) else { return 0 }
        return (response as? HTTPURLResponse)?.statusCode ?? 0
    }

    /// As a client library does: again until it is answered with 200.
    func sendUntilTaken(_ events: [Event], within seconds: Double = 60) async throws {
        try await eventually(within: seconds, "usage-ingest takes the events") { await send(events) == 200 }
    }
}
