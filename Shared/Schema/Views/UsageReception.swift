extension SchemaObject {
    /// Folded and not yet folded together; rows of one key, format and minute add up.
    static let usageReception = SchemaObject(
        sql: #"""
            create view usage.reception_part as
            select * from usage.reception union all select * from usage.reception_delta;
            call holdfast.describe('usage.reception_part', 'What came in, folded and not yet folded; rows of one minute, format and key add up', $$
                minute: when they were written, to the minute
                format: the ingest format that they came by
                api_key_id: the write key, in crm.api_key; 0 where they came with none, as in an import [id]
                accepted: messages that were written, those with repairs among them [count]
                repaired: messages that were written after something was mended in them [count]
                duplicates: messages that were there already [count]
                quarantined: messages that could not be taken [count]
                bytes: of all messages as they came, unpacked [bytes]
                lag_1s: accepted events, no history, that came within 1 s of happening [count]
                lag_10s: that came after more than 1 s and at most 10 s [count]
                lag_1m: that came after more than 10 s and at most 1 min [count]
                lag_10m: that came after more than 1 min and at most 10 min [count]
                lag_1h: that came after more than 10 min and at most 1 h [count]
                lag_1d: that came after more than 1 h and at most 24 h [count]
                lag_more: that came after more than 24 h [count]
                wait_ms: from arrival until it was written, summed over all messages [ms]
                wait_most_ms: from arrival until it was written, the longest [ms]
            $$);
            """#)
}
