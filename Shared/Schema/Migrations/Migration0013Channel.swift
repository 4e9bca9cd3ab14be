extension Migration {
    /// A queue's name fits the channel that wakes its workers, `holdfast_` and the name, of 63 characters at most.
    static let channel = Migration(
        number: 13, name: "channel",
        sql: #"""
            alter table queue.queue add constraint queue_name_fits_channel check (length(name) <= 54) not valid;
            """#)
}
