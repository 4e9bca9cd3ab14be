import Model
import Postgres

/// What identify calls say of people who are contacts already: their name where none is known but the key, their
/// language, and a mail address where they have none. Usage never overwrites what a person or a file said.
enum ContactTraits {
    static func apply(_ calls: [Identification], in connection: PostgresConnection) async throws {
        var traits: [Int64: (name: String?, mail: String?, language: String?)] = [:]
        for call in calls {
            let before = traits[call.subject]
            let mail = call.trait("email", atMost: 320).flatMap { Address.isMail($0) ? $0 : nil }
            let language = try? Fields(call.traits).language("language").value
            traits[call.subject] = (
                call.trait("name", atMost: 400) ?? before?.name, mail ?? before?.mail, language ?? before?.language
            )
        }
        if traits.isEmpty { return }
        let subjects = traits.keys.sorted()
        let rows = try await connection.query(
            """
            with given as (
                select c.id, c.key, g.name, g.mail, g.language
                from unnest(\(subjects), \(subjects.map { traits[$0]?.name }), \(subjects.map { traits[$0]?.mail }),
                    \(subjects.map { traits[$0]?.language })) as g (subject_id, name, mail, language)
                join usage.subject s on s.id = g.subject_id
                join crm.contact c on c.key = s.key
            ), named as (
                update crm.contact c set name = case when c.name = c.key then coalesce(g.name, c.name) else c.name end,
                    language = coalesce(c.language, g.language)
                from given g
                where c.id = g.id and ((c.name = c.key and g.name <> c.name) or (c.language is null and g.language is not null))
                returning c.id
            ), reached as (
                insert into crm.contact_address (contact_id, channel, value)
                select g.id, 'mail', g.mail from given g
                where g.mail is not null and not exists (
                    select from crm.contact_address a where a.contact_id = g.id and a.channel = 'mail')
                on conflict do nothing
                returning contact_id
            )
            select id from named union select contact_id from reached
            """)
        try await Publication.contacts(try rows.map { try $0["id"] }, .contactChanged, in: connection)
    }
}
