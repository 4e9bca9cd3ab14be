import Foundation
import Postgres

/// What is known of one account, as the page shows it, read from the report views.
struct AccountCard {
    static let entriesOnPage: Int64 = 50
    private static let mostContacts: Int64 = 50
    private static let mostTasks: Int64 = 20

    let key: String
    let name: String
    let facts: [String]
    let isStub: Bool
    let risk: Row?
    /// Since when it is lost; nil where it isn't.
    let lostAt: Date?
    let reasons: [Row]
    /// The titles of the signals that say nothing of it, for want of data.
    let unknown: [String]
    let pinned: [Row]
    let entries: [Row]
    let tasks: [Row]
    let subscriptions: [Row]
    let contacts: [Row]

    /// The account, or the one that survived its merge; nil where there is none.
    /// - Parameter after: where the page of the timeline before ended; empty for the first.
    static func read(_ key: String, after: String, in connection: PostgresConnection) async throws -> AccountCard? {
        let root = try await connection.first(
            """
            select s.id, s.key, s.name from crm.account a join crm.account s on s.id = a.root_id where a.key = \(key)
            """)
        guard let root else { return nil }
        let (id, rootKey, name) = try root.decode(Int64.self, String.self, String.self)
        let timeline = TimelineList(limit: entriesOnPage, after: after)
        let account = try await connection.first("select * from report.account where account_key = \(rootKey)")
        return AccountCard(
            key: rootKey, name: name, facts: try account.map(facts) ?? [rootKey],
            isStub: try account.map { try $0["stub"] } ?? false,
            risk: try await connection.first(
                "select * from report.score where account_key = \(rootKey) and horizon_days = 90"),
            lostAt: try await connection.first(
                """
                select min(lost_at) as at from report.lost_account
                where account_key = \(rootKey) and kind <> 'asleep' and returned_at is null
                """)?["at"],
            reasons: try await connection.query(
                "select * from report.score_reason where account_key = \(rootKey) and horizon_days = 90 order by rank"),
            unknown: try await connection.query(
                """
                select coalesce(title, signal) as title from report.signal
                where account_key = \(rootKey) and status in ('no_data', 'insufficient_history', 'stale_source') order by 1
                """
            ).map { try $0["title"] },
            pinned: try await connection.query(timeline.pinned(of: id)),
            entries: try await connection.query(try timeline.entries(of: id)),
            tasks: try await connection.query(
                """
                select * from report.task where account_key = \(rootKey)
                order by state <> 'open', task_id desc limit \(mostTasks)
                """),
            subscriptions: try await connection.query(
                """
                select plan, status, pays, mrr_minor, currency, seats, renews_at from crm.current_subscription
                where account_id = \(id) order by pays desc, key
                """),
            contacts: try await connection.query(
                """
                select c.name, c.role,
                    array(select d.value from crm.contact_address d where d.contact_id = c.id order by d.channel, d.value)
                        as addresses,
                    array(select n.topic || ' by ' || n.channel || case when n.granted then '' else ' refused' end
                        from crm.current_consent n where n.contact_id = c.id order by 1) as consents
                from crm.contact c where c.account_id in (select account_id from crm.account_root where root_id = \(id))
                order by c.name, c.id limit \(mostContacts)
                """))
    }

    /// One line about the account: key, kind, plan, owner, worth and since when.
    private static func facts(_ row: Row) throws -> [String] {
        let texts: [String?] = try ["account_key", "kind", "plan", "industry", "country"].map { try row[$0] }
        let owner: String? = try row["owner"]
        let mrr: Int64? = try row["mrr_minor"]
        let since: Date = try row["created_at"]
        let tags: [String]? = try row["tags"]
        var facts = texts.compactMap(\.self)
        facts.append(owner.map { "owner \($0)" } ?? "no owner")
        let money = Words.money(mrr, try row["currency"])
        if !money.isEmpty { facts.append("\(money) a month") }
        facts.append("since \(Words.day(since))")
        return facts + (tags ?? []).map { "#\($0)" }
    }
}
