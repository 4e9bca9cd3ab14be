import Foundation
import Model
import Postgres

/// A talk with the customer, or a note about it.
struct Interaction: Sendable {
    static let fields: [Field] = [
        .needed("kind", .text(atMost: 60), "call, mail, note and so on"),
        .optional("direction", .choice(["in", "out", "internal"]), "internal unless said otherwise"),
        .optional("channel", .text(atMost: 60), "by which it went"),
        .optional("title", .text(atMost: 1_000), "one line about it; the first of the body unless said otherwise"),
        .optional("body", .text(atMost: 100_000, lines: true), "the whole of it"),
        .optional("contact_key", .text(atMost: 200), "the person it was with"),
        .optional("entry_key", .text(atMost: 200), "makes a repeated entry one"),
        .optional("by", .text(atMost: 200), "the user who talked or wrote"),
        .optional("occurred_at", .form(.time), "when; now unless said otherwise"),
    ]
    static let rules = [Rule.oneOf("title", "body")]

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
        kind = try fields.needed("kind")
        direction = fields.text("direction").value ?? "internal"
        channel = fields.text("channel").value
        body = fields.text("body").value
        let firstLine = body?.split(whereSeparator: \.isNewline).first.map { String($0.prefix(Self.titleLength)) }
        guard let title = fields.text("title").value ?? firstLine else {
            throw fields.refusal("title", "is missing: expected one line, or a body")
        }
        self.title = title
        contactKey = fields.text("contact_key").value
        entryKey = fields.text("entry_key").value
        by = fields.text("by").value
        occurredAt = try fields.past("occurred_at").value
    }

    /// - Returns: its id, or that of the same with this entry key, which is not new.
    /// - Throws: `Refusal` where the entry key is another's: what is said now would be lost.
    func write(_ account: Int64, _ origin: Origin, in connection: PostgresConnection) async throws -> (
        id: Int64, isNew: Bool
    ) {
        let contact = try await contact(account, in: connection)
        let user = try await user(in: connection)
        let row = try await connection.first(
            """
            insert into crm.interaction (account_id, contact_id, kind, direction, channel, title, body, by_user_id, entry_key,
                occurred_at)
            values (\(account), \(contact), \(kind), \(direction), \(channel), \(title), \(body), \(user),
                coalesce(\(entryKey), gen_random_uuid()::text),
                coalesce(\(occurredAt), now()))
            on conflict (entry_key) do nothing
            returning id
            """)
        guard let id: Int64 = try row?["id"] else {
            guard try await Self.others([(entryKey ?? "", account, self)], in: connection).isEmpty else {
                throw Self.differs(entryKey ?? "")
            }
            let row = try await connection.first("select id from crm.interaction where entry_key = \(entryKey)")
            guard let id: Int64 = try row?["id"] else { throw Self.differs(entryKey ?? "") }
            return (id, false)
        }
        try await Publication.accounts([account], .interactionRecorded, in: connection)
        try await Audit.record(
            origin.actor, "add", "interaction \(id)", try JSONText(encoding: ["kind": kind]), in: connection)
        return (id, true)
    }

    /// Of entries that are kept already, the keys of those that say something else. A text that a person was erased from says
    /// less than it did.
    static func others(
        _ said: [(key: String, account: Int64, interaction: Interaction)], in connection: PostgresConnection
    ) async throws -> Set<String> {
        if said.isEmpty { return [] }
        let entries = said.map(\.interaction)
        let rows = try await connection.query(
            """
            select i.entry_key
            from unnest(\(said.map(\.key)), \(said.map(\.account)), \(entries.map(\.kind)), \(entries.map(\.direction)),
                \(entries.map(\.channel)), \(entries.map(\.title)), \(entries.map(\.body)), \(entries.map(\.occurredAt)))
                as g (entry_key, account_id, kind, direction, channel, title, body, occurred_at)
            join crm.interaction i on i.entry_key = g.entry_key
            join crm.account_root r on r.account_id = i.account_id
            join crm.account_root own on own.account_id = g.account_id
            where (r.root_id, i.kind, i.direction, i.channel) is distinct from
                    (own.root_id, g.kind, g.direction, g.channel)
                or g.occurred_at is not null and i.occurred_at <> g.occurred_at
                or (i.title, i.body) is distinct from (g.title, g.body)
                    and concat(i.title, i.body) !~ '\\[(erased|…)\\]'
            """)
        return Set(try rows.map { try $0["entry_key"] })
    }

    static func differs(_ key: String) -> Refusal {
        Refusal.conflict(
            "entry_key", "“\(key)” is the key of another entry: give this one a key of its own", code: "entry_differs")
    }

    private func contact(_ account: Int64, in connection: PostgresConnection) async throws -> Int64? {
        guard let contactKey else { return nil }
        let row = try await connection.first(
            """
            select c.id from crm.contact c join crm.account_root r on r.account_id = c.account_id
            where c.key = \(contactKey) and r.root_id = \(account)
            """)
        guard let row else {
            throw Refusal(
                "contact_key", "this account has no contact with the key “\(contactKey)”: write the contact first",
                code: "unknown_contact")
        }
        return try row["id"]
    }

    private func user(in connection: PostgresConnection) async throws -> Int64? {
        guard let by else { return nil }
        return try await Owner.user(by, field: "by", in: connection)
    }
}
