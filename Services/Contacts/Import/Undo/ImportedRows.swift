import Postgres

/// The rows that an import of one kind makes and changes, as its undo needs to know them.
struct ImportedRows: Sendable {
    /// Its rows are `t` in all that follows.
    let table: String
    /// The column of the key by which lines name it.
    var key = "key"
    /// A row `t` as jsonb, with what belongs to it in other tables and is written with it.
    let image: SQL
    /// Rows that are only ever added and say since when something is so.
    let dated: [Dated]
    /// Why a row that the import made must stay: words, and a condition about `t` and the import `i`.
    let reasons: [(words: String, holds: SQL)]
    /// Tables whose rows go with the row.
    let parts: [Part]
    /// The account that a row `t` belongs to.
    let account: SQL

    /// A table of dated rows.
    struct Dated: Sendable {
        let table: String
        /// The row that it is about.
        let owner: String
        /// What else must be the same for a later row to follow an earlier one.
        var same: [String] = []
    }

    struct Part: Sendable {
        let table: String
        let owner: String
    }

    static func of(_ kind: ImportKind) -> ImportedRows {
        switch kind {
        case .accounts: accounts
        case .contacts: contacts
        case .subscriptions: subscriptions
        case .orders: orders
        case .deals: deals
        case .tickets: tickets
        case .invoices: invoices
        case .interactions: interactions
        }
    }

    /// A reason: a row of the table is about `t`.
    static func has(_ words: String, _ table: String, _ column: String) -> (words: String, holds: SQL) {
        let (table, column) = (SQL(verbatim: table), SQL(verbatim: column))
        return (words, "exists (select from \(fragment: table) o where o.\(fragment: column) = t.id)")
    }

    /// A reason: a row of the table about `t` came otherwise than by this import.
    static func later(_ words: String, _ table: String, _ column: String) -> (words: String, holds: SQL) {
        let (table, column) = (SQL(verbatim: table), SQL(verbatim: column))
        return (
            words,
            """
            exists (select from \(fragment: table) o where o.\(fragment: column) = t.id
                and o.import_id is distinct from t.import_id)
            """
        )
    }
}
