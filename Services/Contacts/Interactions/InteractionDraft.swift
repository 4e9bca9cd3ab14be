import Crypto
import Foundation
import Model
import Postgres

/// A talk or a note as a file has it: with the account that it was with, and a key of its own or made from what it says, so
/// that the same file again adds nothing.
struct InteractionDraft: Draft {
    static let keyField = "entry_key"
    static let fields: [Field] = [.needed("account_key", .key, "with whom")] + Interaction.fields

    let key: String
    let accountKey: String
    let interaction: Interaction

    init(_ fields: Fields) throws {
        accountKey = try fields.needed("account_key")
        interaction = try Interaction(fields)
        guard let time = interaction.occurredAt else {
            throw fields.refusal("occurred_at", "is missing: expected a time such as 2026-05-31T12:00:00Z")
        }
        let said = [
            accountKey, interaction.kind, interaction.direction, interaction.channel ?? "", interaction.title,
            interaction.body ?? "", interaction.contactKey ?? "", interaction.by ?? "", Timestamp.write(time),
        ]
        let digest = SHA256.hash(data: Data(said.joined(separator: "\0").utf8)).prefix(16)
        key =
            interaction.entryKey
            ?? "import:" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func write(
        _ drafts: [InteractionDraft], _ origin: Origin, in connection: PostgresConnection
    ) async throws -> [Verdict] {
        let accounts = try await AccountIDs.of(drafts.map(\.accountKey), in: connection)
        let contacts = try await ContactDraft.ids(of: drafts.compactMap(\.interaction.contactKey), in: connection)
        let users = try await Owner.users(Set(drafts.compactMap(\.interaction.by)), origin, in: connection)
        var refusals: [String: Refusal] = [:]
        for draft in drafts {
            let said = draft.interaction
            if let by = said.by, users[by] == nil { refusals[draft.key] = Owner.unknown(by, "by") }
            if let key = said.contactKey, contacts[key] == nil { refusals[draft.key] = ContactDraft.unknown(key) }
            if accounts[draft.accountKey] == nil { refusals[draft.key] = AccountIDs.unknown(draft.accountKey) }
        }
        let taken = drafts.filter { refusals[$0.key] == nil }
        let said = taken.map(\.interaction)
        let rows = try await connection.query(
            """
            insert into crm.interaction (account_id, contact_id, kind, direction, channel, title, body, by_user_id, entry_key,
                occurred_at, known_at)
            select g.*, case when \(origin.isHistory) then g.occurred_at else now() end
            from unnest(\(taken.map { accounts[$0.accountKey] }), \(said.map { $0.contactKey.flatMap { contacts[$0] } }),
                \(said.map(\.kind)), \(said.map(\.direction)), \(said.map(\.channel)), \(said.map(\.title)),
                \(said.map(\.body)), \(said.map { $0.by.flatMap { users[$0] } }), \(taken.map(\.key)),
                \(said.map(\.occurredAt)))
                as g (account_id, contact_id, kind, direction, channel, title, body, by_user_id, entry_key, occurred_at)
            order by g.entry_key
            on conflict (entry_key) do nothing
            returning entry_key
            """)
        let made = Set(try rows.map { try $0["entry_key"] as String })
        let kept = taken.compactMap { draft in
            made.contains(draft.key) ? nil : accounts[draft.accountKey].map { (draft.key, $0, draft.interaction) }
        }
        for key in try await Interaction.others(kept, in: connection) { refusals[key] = Interaction.differs(key) }
        let touched = Set(taken.filter { made.contains($0.key) }.compactMap { accounts[$0.accountKey] })
        try await Publication.accounts(touched.sorted(), .interactionRecorded, in: connection)
        return drafts.map { draft in
            if let refusal = refusals[draft.key] { return .refused(refusal) }
            return made.contains(draft.key) ? .made : .unchanged
        }
    }
}
