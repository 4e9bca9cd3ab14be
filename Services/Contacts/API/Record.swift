import Chassis
import Crypto
import HTTPTypes
import Model
import Postgres

/// Something with a key that PUT writes, as it stands in the database.
struct Record: Sendable {
    /// For people and the audit: account, contact, order, subscription, segment.
    let noun: String
    let key: String
    /// The table whose row is the record.
    let table: SQL
    /// A statement with one row and one column: as jsonb, what PUT can change of it.
    let row: SQL

    /// Stands for what `row` says; nil where there is no such record.
    func version(in connection: PostgresConnection) async throws -> String? {
        guard let found = try await connection.first(row) else { return nil }
        return Self.version(try found[0])
    }

    /// Stands for a record that says this.
    static func version(_ text: JSONText) -> String {
        let digest = SHA256.hash(data: Array(text.text.utf8)).prefix(16)
        return "\"" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\""
    }

    /// Keeps others from changing it until the transaction's end.
    func lock(in connection: PostgresConnection) async throws {
        _ = try await connection.first("select from \(fragment: table) where key = \(key) for update")
    }

    /// The answer where there is none.
    var unknown: HTTPProblem {
        HTTPProblem(
            .notFound, code: "unknown_\(noun.replacing(" ", with: "_"))",
            "There is no \(noun) with the key “\(key)”: PUT it first.")
    }
}

// A row is of what was committed, not of what this transaction's now() lets one see: of two at once, the one that waited
// may have begun before the other.
extension Record {
    static func account(_ key: String) -> Record {
        let row: SQL = """
            select to_jsonb(a) - 'edited' || jsonb_build_object(
                'owner', (select u.name from crm.account_owner o left join crm.team_user u on u.id = o.user_id
                    where o.account_id = a.id and o.occurred_at <= clock_timestamp()
                    order by o.occurred_at desc, o.id desc limit 1),
                'tags', (select jsonb_agg(t.tag order by t.tag) from (
                    select distinct on (t.tag) t.tag, t.present from crm.account_tag t
                    where t.account_id = a.id and t.occurred_at <= clock_timestamp()
                    order by t.tag, t.occurred_at desc, t.id desc) t where t.present))
            from crm.account a where a.key = \(key)
            """
        return Record(noun: "account", key: key, table: "crm.account", row: row)
    }

    static func contact(_ key: String) -> Record {
        let row: SQL = """
            select to_jsonb(c) - 'edited' || jsonb_build_object(
                'addresses', (select jsonb_agg(jsonb_build_array(d.channel, d.value) order by d.channel, d.value)
                    from crm.contact_address d where d.contact_id = c.id),
                'consents', (select jsonb_agg(to_jsonb(n) order by n.channel, n.topic) from (
                    select distinct on (n.channel, n.topic) n.channel, n.topic, n.granted, n.source from crm.contact_consent n
                    where n.contact_id = c.id and n.occurred_at <= clock_timestamp()
                    order by n.channel, n.topic, n.occurred_at desc, n.id desc) n))
            from crm.contact c where c.key = \(key)
            """
        return Record(noun: "contact", key: key, table: "crm.contact", row: row)
    }

    static func order(_ key: String) -> Record {
        let row: SQL = "select to_jsonb(o) - 'edited' from crm.account_order o where o.key = \(key)"
        return Record(noun: "order", key: key, table: "crm.account_order", row: row)
    }

    static func subscription(_ key: String) -> Record {
        let row: SQL = """
            select to_jsonb(s) || to_jsonb(t) - '{id,subscription_id,known_at,edited,import_id}'::text[]
            from crm.subscription s join lateral (
                select * from crm.subscription_state t
                where t.subscription_id = s.id and t.occurred_at <= clock_timestamp()
                order by t.occurred_at desc, t.id desc limit 1
            ) t on true where s.key = \(key)
            """
        return Record(noun: "subscription", key: key, table: "crm.subscription", row: row)
    }

    static func segment(_ key: String) -> Record {
        let row: SQL = """
            select jsonb_build_object('name', s.name, 'expression', s.expression) from crm.segment s where s.key = \(key)
            """
        return Record(noun: "segment", key: key, table: "crm.segment", row: row)
    }
}
