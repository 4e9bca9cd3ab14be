extension SchemaObject {
    /// Reasons that differ in their figures alone are one reason.
    static let reportQuarantine = SchemaObject(
        sql: #"""
            create view report.quarantine with (security_barrier) as
            select regexp_replace(q.reason, '[0-9]+', '#', 'g') as reason, q.format, k.name as key, count(*) as messages,
                count(*) filter (where q.replayed_at is null) as waiting, min(q.received_at) as first_at, max(q.received_at) as last_at,
                (array_agg(q.id order by q.received_at desc, q.id desc))[1] as example_id,
                (array_agg(q.place order by q.received_at desc, q.id desc))[1] as example_place
            from usage.quarantine q left join crm.api_key k on k.id = q.api_key_id
            group by 1, 2, 3;
            call holdfast.describe('report.quarantine', 'Why messages could not be taken, over the 90 days that they are kept', $$
                reason: what is wrong; # stands for a number
                format: the ingest format that they came by
                key: name of the write key; null where they came with none, as in an import
                messages: how many there are [count]
                waiting: how many of them were not taken again since [count]
                first_at: when the first came
                last_at: when the last came
                example_id: the last of them, for usage-ingest quarantine show [id]
                example_place: the place in the last of them
            $$);
            """#)
}
