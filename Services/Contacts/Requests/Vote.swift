import Model
import Postgres

/// That an account asks for something; each does once.
struct Vote: Sendable {
    static let fields: [Field] = [
        .optional("contact_key", .text(atMost: 200), "the person who asked"),
        .optional("channel", .text(atMost: 60), "by which channel"),
        .optional("words", .text(atMost: 2_000, lines: true), "in the customer's words"),
    ]

    let contactKey: String?
    let channel: String?
    /// The customer's.
    let words: String?

    init(_ given: Fields) throws {
        let fields = try given.read(Self.fields, .json)
        contactKey = fields.text("contact_key").value
        channel = fields.text("channel").value
        words = fields.text("words").value
    }

    /// Counts the account among those who ask, or changes how it asked.
    func write(
        _ request: String, _ account: String, by actor: String, in connection: PostgresConnection
    ) async throws -> Verdict {
        let contact = try await contact(account, in: connection)
        let row = try await connection.first(
            """
            insert into crm.request_vote as v (request_id, account_id, contact_id, channel, words)
            select q.id, r.root_id, \(contact), \(channel), \(words) from crm.product_request q
            cross join crm.account a join crm.account_root r on r.account_id = a.id
            where q.key = \(request) and a.key = \(account)
            on conflict (request_id, account_id) do update set contact_id = excluded.contact_id,
                channel = excluded.channel, words = excluded.words
            where (v.contact_id, v.channel, v.words) is distinct from (excluded.contact_id, excluded.channel, excluded.words)
            returning v.account_id, xmax = 0 as made
            """)
        guard let row else { return .unchanged }
        try await Publication.accounts([try row["account_id"]], .accountChanged, in: connection)
        try await Audit.record(
            actor, "vote", "request \(request)", try JSONText(encoding: ["account": account]), in: connection)
        return try row["made"] ? .made : .changed
    }

    /// Takes the account's vote back. False where it has none.
    static func remove(
        _ request: String, _ account: String, by actor: String, in connection: PostgresConnection
    ) async throws -> Bool {
        let rows = try await connection.query(
            """
            delete from crm.request_vote v using crm.product_request q, crm.account a
            join crm.account_root r on r.account_id = a.id
            where q.id = v.request_id and q.key = \(request) and a.key = \(account) and v.account_id in (
                select p.account_id from crm.account_root p where p.root_id = r.root_id)
            returning v.account_id
            """)
        if rows.isEmpty { return false }
        try await Publication.accounts(try rows.map { try $0["account_id"] }, .accountChanged, in: connection)
        try await Audit.record(
            actor, "unvote", "request \(request)", try JSONText(encoding: ["account": account]), in: connection)
        return true
    }

    private func contact(_ account: String, in connection: PostgresConnection) async throws -> Int64? {
        guard let contactKey else { return nil }
        let row = try await connection.first(
            """
            select c.id from crm.contact c join crm.account_root r on r.account_id = c.account_id
            where c.key = \(contactKey) and r.root_id = (
                select o.root_id from crm.account a join crm.account_root o on o.account_id = a.id where a.key = \(account))
            """)
        guard let row else {
            throw Refusal(
                "contact_key", "the account has no contact with the key “\(contactKey)”", code: "unknown_contact")
        }
        return try row["id"]
    }
}
