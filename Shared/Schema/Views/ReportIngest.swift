extension SchemaObject {
    /// Two steps of time, one shape: the hours of the last days to compare, the last minutes to watch.
    static let reportIngest = SchemaObject(
        sql: reception(
            "report.ingest", "hour", since: "30 days", about: "What usage-ingest took in, hour by hour, for 30 days")
            + reception(
                "report.ingest_minute", "minute", since: "3 hours",
                about: "What usage-ingest took in, minute by minute, for 3 hours"))

    /// A percentile is the upper end of the step that it falls into: exact enough to see a lag, and no event is read for it.
    private static func reception(_ view: String, _ step: String, since: String, about: String) -> String {
        func percentile(_ share: String) -> String {
            """
            case when lags = 0 then null when lag_1s >= \(share) * lags then 1 when lag_1s + lag_10s >= \(share) * lags then 10
                    when lag_1s + lag_10s + lag_1m >= \(share) * lags then 60
                    when lag_1s + lag_10s + lag_1m + lag_10m >= \(share) * lags then 600
                    when lag_1s + lag_10s + lag_1m + lag_10m + lag_1h >= \(share) * lags then 3600
                    when lags - lag_more >= \(share) * lags then 86400 else 'infinity'::double precision end
            """
        }
        return """
            create view \(view) with (security_barrier) as
            select at, format, key, key_begins, accepted + duplicates + quarantined as received,
                (accepted + duplicates + quarantined)
                    / greatest(least(extract(epoch from interval '1 \(step)'), extract(epoch from now() - at)), 1)::double precision as rate,
                accepted, repaired, duplicates, quarantined, bytes,
                \(percentile("0.5")) as lag_p50_s,
                \(percentile("0.95")) as lag_p95_s,
                wait_ms::double precision / nullif(accepted + duplicates + quarantined, 0) as wait_mean_ms, wait_most_ms
            from (
                select date_trunc('\(step)', r.minute, 'UTC') as at, r.format, k.name as key, k.hint as key_begins,
                    sum(r.accepted)::bigint as accepted, sum(r.repaired)::bigint as repaired, sum(r.duplicates)::bigint as duplicates,
                    sum(r.quarantined)::bigint as quarantined, sum(r.bytes)::bigint as bytes, sum(r.lag_1s) as lag_1s,
                    sum(r.lag_10s) as lag_10s, sum(r.lag_1m) as lag_1m, sum(r.lag_10m) as lag_10m, sum(r.lag_1h) as lag_1h,
                    sum(r.lag_more) as lag_more,
                    sum(r.lag_1s + r.lag_10s + r.lag_1m + r.lag_10m + r.lag_1h + r.lag_1d + r.lag_more) as lags,
                    sum(r.wait_ms) as wait_ms, max(r.wait_most_ms) as wait_most_ms
                from usage.reception_part r left join crm.api_key k on k.id = r.api_key_id
                where r.minute >= date_trunc('\(step)', now() - interval '\(since)', 'UTC')
                group by 1, 2, r.api_key_id, 3, 4
            ) as t;
            call holdfast.describe('\(view)', '\(about)', $$
                at: beginning of the \(step), when they were written
                format: the ingest format that they came by
                key: name of the write key; null where they came with none, as in an import
                key_begins: the first characters of the write key
                received: messages that came [count]
                rate: messages that came a second, in the \(step) so far [events/s]
                accepted: messages that were written, those with repairs among them [count]
                repaired: messages that were written after something was mended in them [count]
                duplicates: messages that were there already [count]
                quarantined: messages that could not be taken; their reasons are in report.quarantine [count]
                bytes: of all messages as they came, unpacked [bytes]
                lag_p50_s: half of the events, without history, came at most so long after they happened; infinity is over a day [s]
                lag_p95_s: 95 of 100 events, without history, came at most so long after they happened; infinity is over a day [s]
                wait_mean_ms: from arrival until it was written, on average [ms]
                wait_most_ms: from arrival until it was written, the longest [ms]
            $$);

            """
    }
}
