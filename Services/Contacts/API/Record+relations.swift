import Postgres

// What a relationship is made of besides orders and subscriptions.
extension Record {
    static func deal(_ key: String) -> Record {
        let row: SQL = """
            select to_jsonb(d) || to_jsonb(t) - 'id' - 'deal_id' - 'known_at'
            from crm.deal d join lateral (
                select * from crm.deal_state t where t.deal_id = d.id and t.occurred_at <= clock_timestamp()
                order by t.occurred_at desc, t.id desc limit 1
            ) t on true where d.key = \(key)
            """
        return Record(noun: "deal", key: key, table: "crm.deal", row: row)
    }

    static func ticket(_ key: String) -> Record {
        let row: SQL = """
            select to_jsonb(k) || jsonb_build_object('status', t.status, 'escalated', t.escalated, 'changed_at', t.occurred_at)
            from crm.ticket k join lateral (
                select * from crm.ticket_state t where t.ticket_id = k.id and t.occurred_at <= clock_timestamp()
                order by t.occurred_at desc, t.id desc limit 1
            ) t on true where k.key = \(key)
            """
        return Record(noun: "ticket", key: key, table: "crm.ticket", row: row)
    }

    static func invoice(_ key: String) -> Record {
        let row: SQL = "select to_jsonb(i) from crm.invoice i where i.key = \(key)"
        return Record(noun: "invoice", key: key, table: "crm.invoice", row: row)
    }

    static func goal(_ key: String) -> Record {
        let row: SQL = "select to_jsonb(g) from crm.goal g where g.key = \(key)"
        return Record(noun: "goal", key: key, table: "crm.goal", row: row)
    }

    static func request(_ key: String) -> Record {
        let row: SQL = "select to_jsonb(q) from crm.product_request q where q.key = \(key)"
        return Record(noun: "request", key: key, table: "crm.product_request", row: row)
    }
}
