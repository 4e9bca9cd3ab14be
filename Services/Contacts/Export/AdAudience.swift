import Chassis
import Postgres

/// An audience for ad platforms: who of a segment consents to it, by SHA-256 of mail address and telephone in the forms that
/// the platforms hash themselves. Whoever did not say yes to the topic by that channel is not in it, nor whoever was
/// erased or is suppressed.
struct AdAudience: Sendable {
    static let heading = ["mail_sha256", "phone_sha256", "phone_digits_sha256"]
    private static let pageSize: Int64 = 2_000

    let segment: Int64
    let topic: String
    let pool: PostgresPool
    private var last: Int64 = 0

    /// - Throws: `Refusal` where there is no such segment, or the topic is no name.
    init(segment: String, topic: String, pool: PostgresPool) async throws {
        guard Address.isName(topic) else {
            throw Refusal("topic", "expected the name of a consent in small letters, such as ads")
        }
        guard let row = try await pool.first("select id from crm.segment where key = \(segment)") else {
            throw Refusal(
                "segment", "there is no segment “\(segment)”: contacts segment list shows them",
                code: "unknown_segment")
        }
        self.segment = try row["id"]
        self.topic = topic
        self.pool = pool
    }

    /// The next lines, hashes in hex, one line a contact; nil at the end.
    mutating func next() async throws -> [[String?]]? {
        while true {
            let rows = try await pool.query(statement)
            guard let end = rows.last else { return nil }
            last = try end["id"]
            let lines = try rows.map { row in try Self.heading.map { try row[$0] as String? } }
            let known = lines.filter { line in line.contains { $0 != nil } }
            if !known.isEmpty { return known }
        }
    }

    /// The telephone with its plus and without, for platforms differ.
    private var statement: SQL {
        """
        select c.id,
            encode(sha256(convert_to(lower(btrim(mail.value)), 'UTF8')), 'hex') as mail_sha256,
            encode(sha256(convert_to(crm.plain_phone(phone.value), 'UTF8')), 'hex') as phone_sha256,
            encode(sha256(convert_to(substr(crm.plain_phone(phone.value), 2), 'UTF8')), 'hex') as phone_digits_sha256
        from crm.segment_member m
        join crm.account_root r on r.root_id = m.account_id
        join crm.contact c on c.account_id = r.account_id
        left join lateral (\(fragment: allowed("mail"))) mail on true
        left join lateral (\(fragment: allowed("phone"))) phone on true
        where m.segment_id = \(segment) and c.id > \(last)
        order by c.id limit \(Self.pageSize)
        """
    }

    private func allowed(_ channel: String) -> SQL {
        """
        select min(d.value) as value from crm.contact_address d
        where d.contact_id = c.id and d.channel = \(channel)
            and exists (select from crm.current_consent n where n.contact_id = c.id and n.channel = \(channel)
                and n.topic = \(topic) and n.granted)
            and not exists (select from notify.refusal f where f.contact_id = c.id and f.channel = \(channel) and f.topic = \(topic))
            and not exists (select from notify.suppression s where s.channel = d.channel and s.address = lower(d.value))
            and not crm.is_erased(d.channel, d.value)
        """
    }
}
