import Foundation
import Model
import Postgres
import TestBed

@testable import Contacts

extension Desk {
    static let origin = Origin(actor: "key 1", source: "api")
    static let history = Origin(actor: "import 1", source: "import", isHistory: true, makesUsers: true)

    /// The fields of a body.
    static func fields(_ json: String) throws -> Fields { try JSONBody.fields(Array(json.utf8)) }

    /// Writes what these bodies say, in one transaction.
    @discardableResult
    func write<Item: Draft>(
        _ type: Item.Type, _ bodies: String..., origin: Origin = Desk.origin
    ) async throws -> [Verdict] {
        let drafts = try bodies.map { try Item.read(Desk.fields($0), .json) }
        return try await pool.transaction { try await Item.write(drafts, origin, in: $0) }
    }

    /// What became of one body, with the field and the reason of a refusal.
    @discardableResult
    func said<Item: Draft>(_ type: Item.Type, _ body: String, origin: Origin = Desk.origin) async throws -> String {
        do {
            let verdict = try await write(type, body, origin: origin).first
            if case .refused(let refusal)? = verdict { return refusal.description }
            return verdict?.word ?? "nothing"
        } catch let refusal as Refusal {
            return refusal.description
        }
    }

    /// Defines a custom field.
    @discardableResult
    func field(_ object: CustomField.Object, _ key: String, _ body: String) async throws -> String {
        try await refusable { connection in
            try await FieldDefinition(object, key, Desk.fields(body)).define(by: "test", in: connection).word
        }
    }

    /// What came of it, or why it was refused.
    func refusable(
        _ body: @escaping @Sendable (PostgresConnection) async throws -> String
    ) async throws -> String {
        do {
            return try await pool.transaction { try await body($0) }
        } catch let refusal as Refusal {
            return refusal.description
        }
    }

    func user(_ name: String) async throws {
        try await database.owner.execute("insert into crm.team_user (name) values (\(name)) on conflict do nothing")
    }

    /// How many jobs a topic made on a queue.
    func heard(_ topic: Topic, on queue: String) async throws -> Int64 {
        try await count("select from report.job where kind = \(topic.rawValue) and queue = \(queue)")
    }
}
