import Foundation
import Postgres

/// Who changed what, from what to what; rows are only ever added.
///
/// The audit outlives the people in it: what a change says of a person stands apart, in `crm.audit_personal`, and is lost
/// when the person is erased. A contact, or an account that is a person, is called by its id and not by its key.
enum Audit {
    /// Columns that may hold a name, an address or somebody's words.
    static let personal = [
        "key", "name", "search", "addresses", "consents", "fields", "city", "domain", "came_for", "strategy", "subject",
        "feedback_words", "loss_words", "competitor", "competitor_offer", "title", "body", "words",
    ]

    /// Adds a row with `detail` as it stands. About a person it is kept apart.
    static func record(
        _ actor: String, _ verb: String, _ object: String, _ detail: JSONText = JSONText("{}"),
        about person: Person? = nil,
        in connection: PostgresConnection
    ) async throws {
        guard let person else {
            try await connection.execute(
                "insert into crm.audit (actor, verb, object, detail) values (\(actor), \(verb), \(object), \(detail))")
            return
        }
        try await connection.execute(
            """
            with added as (
                insert into crm.audit (actor, verb, object) values (\(actor), \(verb), \(person.name ?? object)) returning id
            )
            insert into crm.audit_personal (audit_id, contact_id, account_id, detail)
            select id, \(person.contact), \(person.account), \(detail) from added
            """)
    }

    /// Runs a change of one row of a table and records in which columns it differs before and after, if it does. `row` is
    /// a statement with one row and one column, the row as jsonb.
    static func change<Result>(
        _ actor: String, _ verb: String, _ object: String, row: SQL, in connection: PostgresConnection,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let before = try await shown(row, in: connection)
        let result = try await body()
        let after = try await shown(row, in: connection)
        let person = Person(object, after ?? before)
        try await connection.execute(
            """
            with sides as (
                select key, b.value as was, a.value as now_is,
                    \(person.isKnown) and key = any(\(personal)) as is_apart
                from jsonb_each(\(before ?? JSONText("{}"))) b full join jsonb_each(\(after ?? JSONText("{}"))) a using (key)
                where a.value is distinct from b.value and key <> all('{edited,search}')
            ), told as (
                select coalesce(jsonb_object_agg(key, was) filter (where not is_apart), '{}') as was,
                    coalesce(jsonb_object_agg(key, now_is) filter (where not is_apart), '{}') as now_is,
                    jsonb_build_object('from', jsonb_object_agg(key, was) filter (where is_apart),
                        'to', jsonb_object_agg(key, now_is) filter (where is_apart)) as apart,
                    coalesce(array_agg(key order by key) filter (where is_apart), '{}') as names
                from sides having count(*) > 0
            ), added as (
                insert into crm.audit (actor, verb, object, detail)
                select \(actor), \(verb), \(person.name ?? object), jsonb_build_object('from', was, 'to', now_is)
                    || case when names = '{}' then '{}' else jsonb_build_object('apart', names) end
                from told returning id
            )
            insert into crm.audit_personal (audit_id, contact_id, account_id, detail)
            select a.id, \(person.contact), \(person.account), t.apart from added a cross join told t where t.names <> '{}'
            """)
        return result
    }

    private static func shown(_ row: SQL, in connection: PostgresConnection) async throws -> JSONText? {
        try await connection.first(row).map { try $0[0] }
    }
}
