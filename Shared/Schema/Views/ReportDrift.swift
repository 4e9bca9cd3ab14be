extension SchemaObject {
    /// Whether the inputs of the model are still what they were.
    static let reportDrift = SchemaObject(
        sql: #"""
            create view report.drift with (security_barrier) as
            select d.signal, k.title, d.day, d.psi,
                case when d.psi >= 0.25 then 'shifted' when d.psi >= 0.1 then 'moving' else 'stable' end as verdict, d.accounts
            from (select distinct on (signal) * from risk.drift order by signal, day desc) d
            join risk.signal_kind k on k.signal = d.signal;
            call holdfast.describe('report.drift', 'Signals whose values have shifted since the model in use was first used: what was learned may hold no more', $$
                signal: name of the signal
                title: a few words for people
                day: the UTC day on which it was last looked at
                psi: population stability index [nats]
                verdict: stable below 0.1, moving, shifted from 0.25 on, where the model is learned anew
                accounts: how many were looked at [count]
            $$);

            create view report.signal_threshold with (security_barrier) as
            select t.signal, k.title, nullif(t.segment, '') as segment, t.least, t.said_by, t.said_at
            from risk.signal_threshold t left join risk.signal_kind k on k.signal = t.signal;
            call holdfast.describe('report.signal_threshold', 'From where on signals count, and for whom', $$
                signal: name of the signal
                title: a few words for people
                segment: key of the segment; null for everybody
                least: lower values count as 0 [value]
                said_by: who set it
                said_at: when
            $$);
            """#)
}
