import Model
import Postgres

/// Accounts that go from one user to another, all in one transaction.
struct HandOver: Sendable {
    static let fields: [Field] = [
        .optional("from", .text(atMost: 200), "only accounts that this user looks after; else whoever does"),
        .optional("to", .text(atMost: 200), "the user who takes them over; null is nobody"),
        .optional("accounts", .list(.key, atMost: mostAccounts), "their keys"),
        .optional("segment", .text(atMost: 100), "or the key of the segment that they are in"),
    ]
    /// The most accounts that are named one by one.
    static let mostAccounts = 5_000

    /// Only accounts that this user looks after; nil is whoever does.
    let from: String?
    /// Nil is nobody.
    let to: String?
    let accounts: [String]?
    let segment: String?

    init(_ given: Fields) throws {
        let fields = try given.read(Self.fields, .json)
        from = fields.text("from").value
        switch fields.text("to") {
        case .nothing:
            throw fields.refusal(
                "to", "is missing: expected a user's name, or null for nobody", code: "bad_hand_over")
        case .cleared: to = nil
        case .value(let name): to = name
        }
        accounts = fields.list("accounts")
        segment = fields.text("segment").value
        guard accounts == nil || segment == nil else {
            throw fields.refusal("segment", "expected accounts or a segment, not both", code: "bad_hand_over")
        }
        guard from != nil || accounts != nil || segment != nil else {
            throw fields.refusal(
                "from", "is missing: expected a user's name, or accounts or a segment to hand over",
                code: "bad_hand_over")
        }
    }

    /// - Returns: how many changed hands.
    func run(by actor: String, in connection: PostgresConnection) async throws -> Int {
        let giver = try await user(from, "from", in: connection)
        let taker = try await user(to, "to", in: connection)
        let ids = try await candidates(giver, in: connection)
        // Two who hand over at once follow one another: each sees whom the one before left them.
        try await connection.execute("select from crm.account where id = any(\(ids)) order by id for no key update")
        let rows = try await connection.query(
            """
            with given as (
                select a.id, a.key, was.user_id, u.name from crm.account a
                left join lateral (
                    select o.user_id from crm.account_owner o join crm.account_root r on r.account_id = o.account_id
                    where r.root_id = a.id and o.occurred_at <= clock_timestamp()
                    order by o.account_id = a.id desc, o.occurred_at desc, o.id desc limit 1
                ) was on true
                left join crm.team_user u on u.id = was.user_id
                where a.id = any(\(ids)) and a.merged_into is null and was.user_id is distinct from \(taker)
                    and (\(giver)::bigint is null or was.user_id = \(giver))
            ), owned as (
                insert into crm.account_owner (account_id, user_id, occurred_at)
                select id, \(taker), clock_timestamp() from given order by id
            ), audited as (
                insert into crm.audit (actor, verb, object, detail)
                select \(actor), 'hand over', 'account ' || key, jsonb_build_object(
                    'from', jsonb_build_object('owner', name), 'to', jsonb_build_object('owner', \(to)::text))
                from given order by id
            )
            select id from given
            """)
        let touched: [Int64] = try rows.map { try $0["id"] }
        try await Publication.accounts(touched, .accountChanged, in: connection)
        return touched.count
    }

    private func user(_ name: String?, _ field: String, in connection: PostgresConnection) async throws -> Int64? {
        guard let name else { return nil }
        guard
            let row = try await connection.first(
                """
                select id from crm.team_user where name = \(name) and (\(field) = 'from' or disabled_at is null) for key share
                """)
        else {
            throw Refusal.conflict(
                field,
                "there is no user “\(name)”\(field == "to" ? " who may sign in" : ""): contacts user list shows who there is",
                code: "unknown_user")
        }
        return try row["id"]
    }

    /// Who may be meant; whom they belong to is looked at under the lock.
    private func candidates(_ giver: Int64?, in connection: PostgresConnection) async throws -> [Int64] {
        if let accounts {
            let rows = try await connection.query(
                """
                select g.key, r.root_id from unnest(\(accounts)) as g (key)
                left join crm.account a on a.key = g.key left join crm.account_root r on r.account_id = a.id
                """)
            return try rows.map { row in
                let (key, id) = try row.decode(String.self, Int64?.self)
                guard let id else {
                    throw Refusal("accounts", "there is no account with the key “\(key)”", code: "unknown_account")
                }
                return id
            }
        }
        if let segment {
            guard try await connection.first("select from crm.segment where key = \(segment)") != nil else {
                throw Refusal(
                    "segment", "there is no segment with the key “\(segment)”: GET /v1/segments lists them",
                    code: "unknown_segment")
            }
            return try await connection.query(
                """
                select m.account_id from crm.segment_member m join crm.segment s on s.id = m.segment_id
                where s.key = \(segment) order by m.account_id
                """
            ).map { try $0["account_id"] }
        }
        return try await connection.query(
            """
            select distinct r.root_id from crm.account_owner o join crm.account_root r on r.account_id = o.account_id
            where o.user_id = \(giver)
            """
        ).map { try $0["root_id"] }
    }
}
