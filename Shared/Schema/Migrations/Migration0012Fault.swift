extension Migration {
    /// A schedule that can't tick any more says so, and holds up no other.
    static let fault = Migration(
        number: 12, name: "fault",
        sql: #"""
            alter table queue.cron add column fault text;
            comment on column queue.cron.fault is 'why its last tick failed; it is tried again every minute';
            """#)
}
