import Postgres

extension ImportedRows {
    static let accounts = ImportedRows(
        table: "crm.account", image: "to_jsonb(t) - '{search,merged_into,survivor_id,root_id,erased_at}'::text[]",
        dated: [
            Dated(table: "crm.account_owner", owner: "account_id"),
            Dated(table: "crm.account_tag", owner: "account_id", same: ["tag"]),
        ],
        reasons: [
            has("has contacts", "crm.contact", "account_id"), has("has orders", "crm.account_order", "account_id"),
            has("has subscriptions", "crm.subscription", "account_id"),
            has("has interactions", "crm.interaction", "account_id"), has("has deals", "crm.deal", "account_id"),
            has("has tickets", "crm.ticket", "account_id"), has("has invoices", "crm.invoice", "account_id"),
            has("has goals", "crm.goal", "account_id"), has("has requests", "crm.request_vote", "account_id"),
            has("has usage", "crm.account_subject", "account_id"),
            has("has usage", "crm.order_refusal", "account_id"), has("has tasks", "plan.task", "account_id"),
            has("is in playbooks", "plan.enrollment", "account_id"), has("was merged", "crm.merge", "account_id"),
            has("was merged", "crm.merge", "into_id"), has("was merged", "crm.account", "merged_into"),
            later("got an owner since", "crm.account_owner", "account_id"),
            later("got tags since", "crm.account_tag", "account_id"),
        ],
        parts: [
            Part(table: "crm.account_owner", owner: "account_id"), Part(table: "crm.account_tag", owner: "account_id"),
        ],
        account: "t.id")

    static let contacts = ImportedRows(
        table: "crm.contact",
        image: """
            to_jsonb(t) - 'search' || jsonb_build_object('addresses', (
                select jsonb_agg(jsonb_build_array(d.channel, d.value) order by d.channel, d.value)
                from crm.contact_address d where d.contact_id = t.id))
            """,
        dated: [Dated(table: "crm.contact_consent", owner: "contact_id", same: ["channel", "topic"])],
        reasons: [
            has("has interactions", "crm.interaction", "contact_id"), has("has deals", "crm.deal", "contact_id"),
            has("has tickets", "crm.ticket", "contact_id"), has("has requests", "crm.request_vote", "contact_id"),
            has("was written to", "plan.message", "contact_id"), has("was written to", "notify.delivery", "contact_id"),
            later("got addresses since", "crm.contact_address", "contact_id"),
            later("said more about consent since", "crm.contact_consent", "contact_id"),
        ],
        // Addresses and consents go with their contact by themselves.
        parts: [], account: "t.account_id")

    static let subscriptions = ImportedRows(
        table: "crm.subscription", image: "to_jsonb(t)",
        dated: [Dated(table: "crm.subscription_state", owner: "subscription_id")],
        reasons: [later("changed its state since", "crm.subscription_state", "subscription_id")],
        parts: [Part(table: "crm.subscription_state", owner: "subscription_id")], account: "t.account_id")

    static let orders = ImportedRows(
        table: "crm.account_order",
        image: """
            to_jsonb(t) || jsonb_build_object('lines', (
                select jsonb_agg(to_jsonb(l) - '{order_id,import_id}'::text[] order by l.line)
                from crm.order_line l where l.order_id = t.id))
            """,
        dated: [],
        reasons: [
            (
                "got other lines since",
                "exists (select from crm.order_line o where o.order_id = t.id and o.import_id is distinct from t.import_id)"
            )
        ],
        // Lines go with their order by themselves.
        parts: [], account: "t.account_id")
}
