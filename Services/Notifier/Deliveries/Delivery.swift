import Crypto
import Foundation
import Postgres

/// A row of `notify.delivery` with what a channel needs to send it.
struct Delivery: Sendable {
    let id: Int64
    let key: String
    let createdAt: Date
    let messageID: Int64?
    let contactID: Int64?
    let topic: String?
    let channel: String
    let address: String?
    let subject: String?
    let body: String
    let sandbox: Bool
    let endpoint: Endpoint?
    /// The consent that it rests on; nil where it needs none.
    let consentTopic: String?
    /// Where its reader says that he wants no more of it.
    var unsubscribe: URL?
    /// What signs it: the endpoint's secrets, the newest first.
    var secrets: [EndpointSecret] = []

    struct Endpoint: Sendable {
        let id: Int64
        let url: String
        let failingSince: Date?
        let disabledReason: String?
    }

    /// The same over all tries, other for every delivery of any installation: receivers recognise a repeat by it.
    var publicID: String {
        let text = "\(key)|\(Int64((createdAt.timeIntervalSince1970 * 1e6).rounded()))"
        return SHA256.hash(data: Array(text.utf8)).prefix(16).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

extension Delivery {
    init(_ row: Row) throws {
        id = try row["id"]
        key = try row["delivery_key"]
        createdAt = try row["created_at"]
        messageID = try row["message_id"]
        contactID = try row["contact_id"]
        topic = try row["topic"]
        channel = try row["channel"]
        address = try row["address"]
        subject = try row["subject"]
        body = try row["body"]
        sandbox = try row["sandbox"]
        consentTopic = try row["consent_topic"]
        if let id: Int64 = try row["endpoint_id"], let url: String = try row["url"] {
            endpoint = Endpoint(
                id: id, url: url, failingSince: try row["failing_since"], disabledReason: try row["disabled_reason"])
        } else {
            endpoint = nil
        }
    }
}
