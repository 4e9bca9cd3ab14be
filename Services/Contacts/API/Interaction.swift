import Foundation
import Model
import Postgres

/// A talk with the customer, or a note about it.
struct Interaction: Sendable {
    static let fields = [
        "kind", "direction", "channel", "title", "body", "contact_key", "entry_key", "by", "occurred_at",
    ]

    let kind: String
    let direction: String
    let channel: String?
    let title: String
    let body: String?
    let contactKey: String?
    /// Makes a repeated entry one.
    let entryKey: String?
    /// The user who talked or wrote.
    let by: String?
    let occurredAt: Date?

    /// What a title is cut from where there is only a body.
    private static let titleLength = 200

    init(_ fields: Fields) throws {
        kind = try fields.needed("kind", atMost: 60)
        direction = try fields.choice("direction", of: ["in", "out", "internal"]).value ?? "internal"
        channel = try fields.text("channel", atMost: 60).value
        body = try fields.text("body", atMost: 100_000, lines: true).value
        let firstLine = body?.split(whereSeparator: \.isNewline).first.map { String($0.prefix(Self.titleLength)) }
        guard let title = try fields.text("title", atMost: 1_000).value ?? firstLine else {
            throw fields.refusal("title", "is missing: expected one line, or a body")
        }
        self.title = title
        contactKey = try fields.text("contact_key", atMost: 200).value
        entryKey = try fields.text("entry_key", atMost: 200).value
        by = try fields.text("by", atMost: 200).value
        occurredAt = try fields.time("occurred_at").value
    }

    /// - Returns: its id; nil where there is one with the same entry key already.
    func write(_ account: Int64, _ origin: Origin, in connection: PostgresConnection) async throws -> Int64? {
        let contact = try await contact(account, in: connection)
        let user = try await user(in: connection)
        let row = try await connection.first(
            """
            insert into crm.interaction (account_id, contact_id, kind, direction, channel, title, body, by_user_id, entry_key,
                occurred_at)
            values (\(account), \(contact), \(kind), \(direction), \(channel), \(title), \(body), \(user), \(entryKey),
                coalesce(\(occurredAt), now()))
            on conflict (entry_key) do nothing
            returning id
            """)
        guard let id: Int64 = try row?["id"] else { return nil }
        try await Publication.accounts([account], .interactionRecorded, in: connection)
        try await Audit.record(
            origin.actor, "add", "interaction \(id)", try JSONText(encoding: ["kind": kind]), in: connection)
        return id
    }

    private func contact(_ account: Int64, in connection: PostgresConnection) async throws -> Int64? {
        guard let contactKey else { return nil }
        let row = try await connection.first(
            """
            select c.id from crm.contact c join crm.account_root r on r.account_id = c.account_id
            where c.key = \(contactKey) and r.root_id = \(account)
            """)
        guard let row else { throw Refusal("contact_key", "this account has no contact with the key “\(contactKey)”") }
        return try row["id"]
    }

    private func user(in connection: PostgresConnection) async throws -> Int64? {
        guard let by else { return nil }
        guard let row = try await connection.first("select id from crm.team_user where name = \(by)") else {
            throw Refusal("by", "there is no user “\(by)”: contacts user list shows who there is")
        }
        return try row["id"]
    }
}
