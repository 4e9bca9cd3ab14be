import Chassis
import Foundation
import Model
import Postgres

/// Everything that is held about one person, from all schemas, as one JSON object with a list of rows for each table.
struct PersonExport: Sendable {
    /// The most rows of one table; there are never so many but of usage, of which the first are taken.
    static let most: Int64 = 100_000

    /// Rows of one table that are about the person.
    struct Section: Sendable {
        let table: String
        let rows: SQL

        /// - Parameter condition: about a row `t`.
        init(_ table: String, where condition: SQL) {
            self.table = table
            rows = "select t.* from \(fragment: SQL(verbatim: table)) t where \(fragment: condition)"
        }
    }

    /// - Throws: `HTTPProblem` where there is nobody with this key.
    static func run(_ who: Erasure.Who, in pool: PostgresPool) async throws -> JSONText {
        try await pool.transaction { connection in
            let found = try await Erasure.find(who, in: connection)
            let subjects = try await Erasure.subjects(found, in: connection)
            var members: [String] = []
            for section in sections(found, subjects) {
                let row = try await connection.first(
                    """
                    select jsonb_agg(to_jsonb(s) - '{search,import_id,edited}'::text[]) as rows
                    from (\(fragment: section.rows) limit \(most)) s
                    """)
                guard let rows: JSONText = try row?["rows"] else { continue }
                members.append("\"\(section.table)\": \(rows.text)")
            }
            return JSONText("{" + members.joined(separator: ",\n") + "}")
        }
    }

    static func sections(_ found: Erasure.Found, _ subjects: [Int64]) -> [Section] {
        let accounts: SQL = """
            (select r.account_id from crm.account_root r where \(found.isWhole) and r.root_id = \(found.account))
            """
        let theirs: SQL = "t.contact_id = any(\(found.contacts)) or t.account_id in \(fragment: accounts)"
        let whole: SQL = "t.account_id in \(fragment: accounts)"
        let own: SQL = "t.contact_id = any(\(found.contacts))"
        return [
            Section("crm.contact", where: "t.id = any(\(found.contacts))"),
            Section("crm.contact_address", where: own), Section("crm.contact_consent", where: own),
            Section("crm.account", where: "t.id in \(fragment: accounts)"),
            Section("crm.account_tag", where: whole), Section("crm.account_owner", where: whole),
            Section("crm.interaction", where: theirs), Section("crm.ticket", where: theirs),
            Section("crm.deal", where: theirs), Section("crm.request_vote", where: theirs),
            Section("crm.goal", where: whole), Section("crm.account_order", where: whole),
            Section(
                "crm.order_line",
                where:
                    "t.order_id in (select o.id from crm.account_order o where o.account_id in \(fragment: accounts))"),
            Section("crm.subscription", where: whole),
            Section(
                "crm.subscription_state",
                where:
                    "t.subscription_id in (select s.id from crm.subscription s where s.account_id in \(fragment: accounts))"
            ),
            Section("crm.invoice", where: whole), Section("crm.segment_member", where: whole),
            Section("crm.audit_personal", where: theirs),
        ] + others(found, subjects, theirs: theirs, whole: whole)
    }

    private static func others(_ found: Erasure.Found, _ subjects: [Int64], theirs: SQL, whole: SQL) -> [Section] {
        let own: SQL = "t.contact_id = any(\(found.contacts))"
        return [
            Section("usage.subject", where: "t.id = any(\(subjects))"),
            Section(
                "usage.event",
                where: """
                    t.subject_id = any(\(subjects)) or (t.user_subject_id = any(\(subjects)) and t.subject_id in (
                        select i.subject_id from usage.identification i where i.kind = 'group' and i.other_subject_id = any(\(subjects))
                        union select l.subject_id from crm.account_subject l where l.account_id = \(found.account)))
                    """),
            Section("usage.daily", where: "t.subject_id = any(\(subjects))"),
            Section(
                "usage.identification",
                where: "t.subject_id = any(\(subjects)) or t.other_subject_id = any(\(subjects))"),
            Section("plan.message", where: theirs), Section("plan.task", where: whole),
            Section("plan.enrollment", where: whole), Section("notify.delivery", where: theirs),
            Section("notify.decision", where: theirs), Section("notify.refusal", where: own),
            Section(
                "notify.suppression",
                where: """
                    (t.channel, t.address) in (select d.channel, lower(d.value) from crm.contact_address d
                        where d.contact_id = any(\(found.contacts)))
                    """),
            Section("risk.score", where: whole), Section("risk.score_reason", where: whole),
            Section("risk.score_history", where: whole), Section("risk.signal", where: whole),
        ]
    }
}
