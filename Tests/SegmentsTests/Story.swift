import Foundation
import Postgres
import TestBed

@testable import Segments

/// The arranging and asking of these tests: accounts by key, with what happened to them so many days ago.
struct Story: Sendable {
    let database: TestDatabase
    /// All of a story's times are counted back from here, the start of the test.
    let start = Date()

    static func with(_ body: (Story) async throws -> Void) async throws {
        try await TestDatabase.with { database in try await body(Story(database: database)) }
    }

    func ago(_ days: Double) -> Date { start.addingTimeInterval(-days * 86_400) }

    @discardableResult
    func run(_ sql: SQL) async throws -> Int { try await database.owner.execute(sql) }

    /// Since 1000 days unless told otherwise.
    func account(_ keys: String..., since days: Double = 1000) async throws {
        for key in keys {
            try await run(
                """
                insert into crm.account (key, name, created_at, known_at)
                values (\(key), \("Account " + key), \(ago(days)), \(ago(days)))
                """)
        }
    }

    func id(_ key: String) async throws -> Int64 {
        guard let row = try await database.owner.first("select id from crm.account where key = \(key)") else {
            throw NoSuchAccount(key: key)
        }
        return try row["id"]
    }

    func merge(_ key: String, into survivor: String) async throws {
        try await run(
            "update crm.account set merged_into = (select id from crm.account where key = \(survivor)) where key = \(key)"
        )
    }

    func tag(_ key: String, _ tag: String, _ present: Bool = true, ago days: Double, known: Double? = nil) async throws
    {
        try await run(
            """
            insert into crm.account_tag (account_id, tag, present, occurred_at, known_at)
            values (\(try await id(key)), \(tag), \(present), \(ago(days)), \(ago(known ?? days)))
            """)
    }

    func order(_ key: String, _ minor: Int64, _ currency: String = "EUR", ago days: Double) async throws {
        try await run(
            """
            insert into crm.account_order (account_id, key, amount_minor, currency, occurred_at, known_at)
            values (\(try await id(key)), gen_random_uuid()::text, \(minor), \(currency), \(ago(days)), \(ago(days)))
            """)
    }

    /// Adds a state to the account's subscription of this name, which it makes at first.
    func subscription(
        _ key: String, _ status: String, named name: String = "main", plan: String? = nil, mrr: Int64 = 0,
        _ currency: String = "EUR", seats: Int? = nil, renewsIn: Double? = nil, reason: String? = nil, ago days: Double
    ) async throws {
        let subscription = "\(key) \(name)"
        try await run(
            """
            insert into crm.subscription (account_id, key, started_at, known_at)
            values (\(try await id(key)), \(subscription), \(ago(days)), \(ago(days))) on conflict do nothing
            """)
        try await run(
            """
            insert into crm.subscription_state
                (subscription_id, status, plan, mrr_minor, currency, seats, renews_at, loss_reason, occurred_at, known_at)
            select id, \(status), \(plan), \(mrr), \(currency), \(seats), \(renewsIn.map { ago(-$0) }), \(reason),
                \(ago(days)), \(ago(days))
            from crm.subscription where key = \(subscription)
            """)
    }

    /// Connects usage to the account, by a subject of the same key.
    func subject(_ key: String) async throws {
        try await run(
            """
            with made as (insert into usage.subject (kind, key) values ('group', \(key)) returning id)
            insert into crm.account_subject (subject_id, account_id) select id, \(try await id(key)) from made
            """)
    }

    /// Events on the UTC day so many days ago, known on the same day unless told otherwise.
    func usage(_ key: String, _ event: String, _ count: Int = 1, ago days: Int..., known: Int? = nil) async throws {
        for day in days {
            try await run(
                """
                insert into usage.daily_folded (subject_id, day, event, known_on, count)
                select id, (now() at time zone 'UTC')::date - \(day)::int, \(event),
                    (now() at time zone 'UTC')::date - \(known ?? day)::int, \(count)
                from usage.subject where key = \(key)
                """)
        }
    }

    func rate(_ currency: String, in base: String, _ rate: Double, ago days: Int = 0) async throws {
        try await run(
            """
            insert into crm.exchange_rate (day, currency, base, rate)
            values ((now() at time zone 'UTC')::date - \(days)::int, \(currency), \(base), \(rate))
            """)
    }

    func score(_ key: String, _ days: Int, _ probability: Double, _ band: String, _ reason: String?) async throws {
        try await run("insert into risk.model (name, parameters) values ('m', '{}') on conflict do nothing")
        try await run(
            """
            insert into risk.score (account_id, horizon_days, probability, logit, intercept, band, first_signal, model_id)
            select \(try await id(key)), \(days), \(probability), 0, 0, \(band), \(reason), min(id) from risk.model
            """)
    }

    func signal(_ key: String, _ name: String, _ value: Double?, _ status: String = "ok") async throws {
        try await run(
            """
            insert into risk.signal (account_id, signal, value, status)
            values (\(try await id(key)), \(name), \(value), \(status))
            """)
    }

    /// Keys of the accounts that an expression selects, sorted, with a space between them.
    func select(
        _ text: String, asOf days: Double? = nil, restrictedTo ids: [Int64]? = nil, as pool: PostgresPool? = nil
    ) async throws -> String {
        let select = try Segment.compile(text).select(asOf: days.map { ago($0) }, of: ids.map { .among($0) } ?? .all)
        let rows = try await (pool ?? database.owner).query(
            "select key from crm.account where id in (\(fragment: select)) order by key")
        return try rows.map { try $0["key"] }.joined(separator: " ")
    }

    struct NoSuchAccount: Error { let key: String }
}
