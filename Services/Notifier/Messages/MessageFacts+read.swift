import Foundation
import Model
import Postgres

extension MessageFacts {
    /// Most reasons that a message can name.
    static let reasonLimit: Int32 = 5

    /// Reads what is known about these messages, a few statements for all of them.
    static func read(_ ids: [Int64], _ connection: PostgresConnection) async throws -> [MessageFacts] {
        var messages = try await connection.query(query(ids)).map { try MessageFacts($0) }
        let accounts = messages.compactMap { $0.account?.id }
        let contacts = messages.compactMap(\.contactID)
        let consents = try await ConsentFacts.read(contacts, connection)
        let addresses = try await addresses(of: contacts, connection)
        let money = try await money(of: accounts, connection)
        let reasons = try await reasons(of: accounts, connection)
        for index in messages.indices {
            let message = messages[index]
            if let contact = message.contactID {
                messages[index].consents = consents[contact]
                messages[index].addresses = (addresses[contact] ?? []).filter { $0.channel == message.channel }
                    .map { Address(value: $0.value, isSuppressed: $0.isSuppressed) }
            }
            guard let account = message.account?.id else { continue }
            messages[index].money = money[account]
            messages[index].reasons = reasons[account] ?? []
        }
        return messages
    }

    private static func query(_ ids: [Int64]) -> SQL {
        """
        select m.id, m.channel, m.topic, m.subject, m.body, m.contact_id, m.user_id,
            a.id as account_id, a.key as account_key, a.name as account_name, a.country, a.language, a.industry,
            c.key as contact_key, c.name as contact_name, u.name as user_name, u.email as user_email,
            exists (select from notify.suppression s where s.channel = m.channel and s.address = lower(u.email)) as user_suppressed,
            o.name as owner_name, o.email as owner_email,
            t.id as task_id, t.title as task_title, t.reason as task_reason, t.due_at as task_due_at,
            e.reason as enrollment_reason, p.key as playbook, r.probability, r.band
        from plan.message m
        left join crm.account a on a.id = m.account_id and a.merged_into is null and a.erased_at is null
        left join crm.contact c on c.id = m.contact_id
        left join crm.team_user u on u.id = m.user_id and u.disabled_at is null
        left join lateral (select w.user_id from crm.current_owner w where w.account_id = a.id) w on true
        left join crm.team_user o on o.id = w.user_id
        left join plan.enrollment e on e.id = m.enrollment_id
        left join plan.playbook p on p.id = e.playbook_id
        left join lateral (
            select k.* from plan.task k
            where k.id = m.task_id or (m.task_id is null and k.enrollment_id = m.enrollment_id)
            order by k.id desc limit 1
        ) t on true
        left join risk.score r on r.account_id = a.id and r.horizon_days = 90
        where m.id = any(\(ids)) order by m.id
        """
    }

    private init(_ row: Row) throws {
        id = try row["id"]
        channel = try row["channel"]
        topic = try row["topic"]
        subject = try row["subject"]
        body = try row["body"]
        contactID = try row["contact_id"]
        userID = try row["user_id"]
        if let id: Int64 = try row["account_id"] {
            account = Account(
                id: id, key: try row["account_key"], name: try row["account_name"], country: try row["country"],
                language: try row["language"], industry: try row["industry"])
        }
        if let name: String = try row["contact_name"] {
            contact = Person(name: name, key: try row["contact_key"])
        }
        if let name: String = try row["user_name"] {
            let email: String? = try row["user_email"]
            user = Person(name: name, email: email)
            if let email { addresses = [Address(value: email, isSuppressed: try row["user_suppressed"])] }
        }
        if let name: String = try row["owner_name"] { owner = Person(name: name, email: try row["owner_email"]) }
        if let id: Int64 = try row["task_id"] {
            task = Task(
                id: id, title: try row["task_title"], reason: try row["task_reason"], dueAt: try row["task_due_at"])
        }
        enrollmentReason = try row["enrollment_reason"]
        playbook = try row["playbook"]
        if let probability: Double = try row["probability"] {
            risk = Risk(probability: probability, band: try row["band"])
        }
    }

    private static func addresses(
        of contacts: [Int64], _ connection: PostgresConnection
    ) async throws -> [Int64: [(channel: String, value: String, isSuppressed: Bool)]] {
        let rows = try await connection.query(
            """
            select a.contact_id, a.channel, a.value, s.address is not null or crm.is_erased(a.channel, a.value) as suppressed
            from crm.contact_address a
            left join notify.suppression s on s.channel = a.channel and s.address = lower(a.value)
            where a.contact_id = any(\(contacts)) order by a.id
            """)
        var found: [Int64: [(channel: String, value: String, isSuppressed: Bool)]] = [:]
        for row in rows {
            found[try row["contact_id"], default: []]
                .append((try row["channel"], try row["value"], try row["suppressed"]))
        }
        return found
    }

    private static func money(of accounts: [Int64], _ connection: PostgresConnection) async throws -> [Int64: Money] {
        let rows = try await connection.query(
            """
            select account_id, money_minor, currency from crm.account_money
            where account_id = any(\(accounts)) and money_minor is not null and currency is not null
            """)
        var found: [Int64: Money] = [:]
        for row in rows {
            found[try row["account_id"]] = Money(minor: try row["money_minor"], currency: try row["currency"])
        }
        return found
    }

    private static func reasons(
        of accounts: [Int64], _ connection: PostgresConnection
    ) async throws -> [Int64: [Reason]] {
        let rows = try await connection.query(
            """
            select account_id, signal, words from risk.score_reason
            where account_id = any(\(accounts)) and horizon_days = 90 and rank <= \(reasonLimit)
            order by account_id, rank
            """)
        var found: [Int64: [Reason]] = [:]
        for row in rows {
            found[try row["account_id"], default: []].append(Reason(signal: try row["signal"], words: try row["words"]))
        }
        return found
    }
}
