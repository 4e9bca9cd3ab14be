extension Migration {
    /// Accounts in the order of their names, as Ukrainians sort.
    static let names = Migration(
        number: 20, name: "names",
        sql: #"""
            create index on crm.account (name collate "uk-x-icu", key) where merged_into is null;
            """#)
}
