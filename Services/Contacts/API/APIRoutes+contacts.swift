import Chassis
import Hummingbird
import Model
import Postgres

extension APIRoutes {
    func addContacts(to api: Group) {
        api.get("contacts/:key") { _, context in try await contact(try context.piece("key")) }
        api.put("contacts/:key") { request, context in
            try await put(ContactDraft.self, request, context, keyField: "contact_key", Record.contact)
        }
    }

    /// A contact `c` as JSON, with addresses and consents.
    static let contact: SQL = """
        jsonb_build_object('key', c.key, 'name', c.name, 'role', c.role, 'language', c.language, 'time_zone', c.time_zone,
            'source', c.source,
            'addresses', coalesce((select jsonb_agg(jsonb_build_object('channel', d.channel, 'value', d.value)
                order by d.channel, d.value) from crm.contact_address d where d.contact_id = c.id), '[]'),
            'consents', coalesce((select jsonb_agg(jsonb_build_object('channel', n.channel, 'topic', n.topic,
                'granted', n.granted, 'source', n.source, 'at', n.occurred_at) order by n.channel, n.topic)
                from crm.current_consent n where n.contact_id = c.id), '[]'))
        """

    private func contact(_ key: String) async throws -> Response {
        try await shown(
            .contact(key),
            """
            select \(fragment: Self.contact) || jsonb_build_object('account_key', a.key)
            from crm.contact c join crm.account_root r on r.account_id = c.account_id join crm.account a on a.id = r.root_id
            where c.key = \(key)
            """)
    }
}
