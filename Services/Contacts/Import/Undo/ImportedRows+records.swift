import Postgres

extension ImportedRows {
    static let deals = ImportedRows(
        table: "crm.deal", image: "to_jsonb(t)", dated: [Dated(table: "crm.deal_state", owner: "deal_id")],
        reasons: [later("changed its stage since", "crm.deal_state", "deal_id")],
        parts: [Part(table: "crm.deal_state", owner: "deal_id")], account: "t.account_id")

    static let tickets = ImportedRows(
        table: "crm.ticket", image: "to_jsonb(t)", dated: [Dated(table: "crm.ticket_state", owner: "ticket_id")],
        reasons: [later("changed its state since", "crm.ticket_state", "ticket_id")],
        parts: [Part(table: "crm.ticket_state", owner: "ticket_id")], account: "t.account_id")

    static let invoices = ImportedRows(
        table: "crm.invoice", image: "to_jsonb(t)", dated: [], reasons: [], parts: [], account: "t.account_id")

    static let interactions = ImportedRows(
        table: "crm.interaction", key: "entry_key", image: "to_jsonb(t)", dated: [], reasons: [], parts: [],
        account: "t.account_id")
}
