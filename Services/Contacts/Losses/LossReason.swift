import Model
import Postgres

/// One of the reasons to choose from, as `PUT /v1/loss-reasons/KEY` says it.
struct LossReason: Sendable {
    static let fields: [Field] = [
        .needed("name", .text(atMost: 200), "for people, in English"),
        .optional(
            "name_uk", .text(atMost: 200), "the same in Ukrainian; the English one for a new one unless said otherwise"),
        .optional("position", .integer(1...10_000), "place in lists; where it is, or the last"),
        .optional(
            "addressable", .flag, "whether something can be done about it; true for a new one unless said otherwise"),
    ]
    /// The most that there may be.
    static let most: Int64 = 200

    let key: String
    let name: String
    /// Nil where nothing is said of it: then it stays.
    let nameInUkrainian: String?
    /// Place in lists; nil is the last.
    let position: Int32?
    /// Nil where nothing is said of it: then it stays.
    let isAddressable: Bool?

    init(_ key: String, _ given: Fields) throws {
        let names = try Fields(["key": .text(key)]).read([.needed("key", .form(.fieldKey), "")], .json)
        let fields = try given.read(Self.fields, .json)
        self.key = try names.needed("key")
        name = try fields.needed("name")
        nameInUkrainian = fields.text("name_uk").value
        position = fields.integer("position").value.map { Int32($0) }
        isAddressable = fields.flag("addressable")
    }

    /// The keys in the order of lists.
    /// - Parameter isHeld: keeps them from being deleted until the transaction's end.
    static func keys(isHeld: Bool, in connection: PostgresConnection) async throws -> [String] {
        try await connection.query(
            """
            select key from crm.loss_reason order by position, key \(fragment: isHeld ? "for key share" : "")
            """
        ).map { try $0["key"] }
    }

    func write(by actor: String, in connection: PostgresConnection) async throws -> Verdict {
        let found = try await connection.first(
            "select count(*) filter (where key <> \(key)) as count from crm.loss_reason")
        guard try found?["count"] ?? 0 < Self.most else {
            throw Refusal.conflict("key", "there are \(Self.most) reasons already: delete one first")
        }
        return try await Audit.change(actor, "put", "loss reason \(key)", row: Self.row(key), in: connection) {
            let written = try await connection.first(
                """
                insert into crm.loss_reason as r (key, name, name_uk, position, addressable)
                values (\(key), \(name), coalesce(\(nameInUkrainian), \(name)), coalesce(\(position),
                    (select max(position) + 1 from crm.loss_reason), 1), coalesce(\(isAddressable), true))
                on conflict (key) do update set name = excluded.name, name_uk = coalesce(\(nameInUkrainian), r.name_uk),
                    position = coalesce(\(position), r.position), addressable = coalesce(\(isAddressable), r.addressable)
                where (r.name, r.name_uk, r.position, r.addressable) is distinct from
                    (excluded.name, coalesce(\(nameInUkrainian), r.name_uk), coalesce(\(position), r.position),
                        coalesce(\(isAddressable), r.addressable))
                returning xmax = 0 as made
                """)
            guard let written else { return .unchanged }
            return try written["made"] ? .made : .changed
        }
    }

    /// Removes a reason that nothing was lost for. False where there is none.
    static func remove(_ key: String, by actor: String, in connection: PostgresConnection) async throws -> Bool {
        guard try await connection.first("select from crm.loss_reason where key = \(key) for update") != nil else {
            return false
        }
        let use = try await connection.first(
            """
            select s.key, 'subscription' as noun from crm.subscription_state t join crm.subscription s on s.id = t.subscription_id
            where t.loss_reason = \(key)
            union all
            select d.key, 'deal' from crm.deal_state t join crm.deal d on d.id = t.deal_id where t.loss_reason = \(key) limit 1
            """)
        if let use {
            let (user, noun) = try use.decode(String.self, String.self)
            throw Refusal.conflict(
                nil, "the reason can't be deleted: the \(noun) “\(user)” was lost for it; rename it instead")
        }
        _ = try await Audit.change(actor, "delete", "loss reason \(key)", row: row(key), in: connection) {
            try await connection.execute("delete from crm.loss_reason where key = \(key)")
        }
        return true
    }

    private static func row(_ key: String) -> SQL { "select to_jsonb(r) from crm.loss_reason r where r.key = \(key)" }
}
