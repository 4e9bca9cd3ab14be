import Foundation
import Postgres

/// An address that gets signed webhooks, as it is shown: without its secrets.
struct Endpoint: Encodable, Sendable {
    let id: Int64
    let name: String
    let url: String
    /// Empty: all.
    let topics: [String]
    let createdAt: Date
    let disabledAt: Date?
    let disabledReason: String?
    let failingSince: Date?

    enum CodingKeys: String, CodingKey {
        case id, name, url, topics
        case createdAt = "created_at"
        case disabledAt = "disabled_at"
        case disabledReason = "disabled_reason"
        case failingSince = "failing_since"
    }

    init(_ row: Row) throws {
        id = try row["id"]
        name = try row["name"]
        url = try row["url"]
        topics = try row["topics"]
        createdAt = try row["created_at"]
        disabledAt = try row["disabled_at"]
        disabledReason = try row["disabled_reason"]
        failingSince = try row["failing_since"]
    }
}

/// Which endpoint is meant: by its id, or by its name as people type it.
enum EndpointReference: Sendable, CustomStringConvertible {
    case id(Int64)
    case name(String)

    /// The part of a statement that finds it.
    var condition: SQL {
        switch self {
        case .id(let id): "id = \(id)"
        case .name(let name): "name = \(name)"
        }
    }

    var description: String {
        switch self {
        case .id(let id): "\(id)"
        case .name(let name): "\(name)"
        }
    }
}
