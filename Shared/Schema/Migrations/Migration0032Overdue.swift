extension Migration {
    /// Of who orders without a contract another part of the time is told apart than before: what was learned by that is taken
    /// out of use, and learned anew soon.
    static let overdue = Migration(
        number: 32, name: "overdue",
        sql: #"""
            update risk.model set retired_at = now() where retired_at is null and learned_from is not null;
            """#)
}
