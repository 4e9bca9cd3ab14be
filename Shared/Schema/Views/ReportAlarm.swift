extension SchemaObject {
    /// Empty is good.
    static let reportAlarm = SchemaObject(
        sql: #"""
            create or replace function holdfast.held_horizon() returns double precision
            language sql stable security definer set search_path = pg_catalog, pg_temp as $$
                select greatest(
                    (select extract(epoch from max(clock_timestamp() - a.xact_start)) from pg_stat_activity a
                     where a.backend_xmin is not null and a.datname = current_database() and a.pid <> pg_backend_pid()),
                    (select extract(epoch from max(clock_timestamp() - p.prepared)) from pg_prepared_xacts p
                     where p.database = current_database()))::double precision
            $$;
            comment on function holdfast.held_horizon is 'For how many seconds the oldest transaction keeps vacuum from its work [s]';

            create view report.alarm with (security_barrier) as
            select 'dead_letters' as alarm, q.name as subject, count(*) || ' jobs were given up; last: ' || max(d.kind) as words,
                'Read report.job where state = ''dead'', mend the cause, then select queue.redrive(''' || q.name || ''')' as remedy,
                min(d.finished_at) as since
            from queue.dead d join queue.queue q on q.id = d.queue_id group by q.name
            union all
            select 'queue_stalled', q.name, 'the oldest ready job waits for ' || round(extract(epoch from now() - min(r.enqueued_at))) || ' s',
                'See that ' || q.name || ' runs and reaches the database (compose/status)', min(r.enqueued_at)
            from queue.ready r join queue.queue q on q.id = r.queue_id where q.paused_at is null
            group by q.name having min(r.enqueued_at) < now() - interval '60 seconds'
            union all
            select 'schedule_fault', c.name, c.fault, 'Mend its line or its time zone: say queue.schedule for that name again', c.next_at
            from queue.cron c where c.fault is not null
            union all
            select 'worker_silent', q.name, 'worker ' || w.id || ' has been silent for '
                    || round(extract(epoch from now() - w.seen_at)) || ' s and can''t be given up: it hangs in a transaction',
                'End its sessions by pg_terminate_backend: ' || array_to_string(w.backends, ', '), w.seen_at
            from queue.worker w join queue.queue q on q.id = w.queue_id
            where w.seen_at < now() - interval '20 seconds'
                and exists (select from queue.worker o where o.seen_at > now() - interval '5 seconds')
            union all
            select 'subscription_expired', q.name, 'no worker has come for 7 days, so that ' || string_agg(s.topic, ', ' order by s.topic)
                    || ' adds no jobs to it any more',
                'Start ' || q.name || ': from then on it gets them again', min(s.expired_at)
            from queue.subscription s join queue.queue q on q.id = s.queue_id where s.expired_at is not null group by q.name
            union all
            select 'queue_paused', q.name, 'the queue is paused', 'select queue.resume(''' || q.name || ''')', q.paused_at
            from queue.queue q where q.paused_at is not null
            union all
            select 'held_horizon', 'postgresql', 'a transaction is open for ' || round(holdfast.held_horizon()) || ' s; vacuum waits',
                'Find it in pg_stat_activity by its xact_start (or in pg_prepared_xacts) and end it', null
            where holdfast.held_horizon() > 900
            union all
            select 'notification_queue', 'postgresql', 'the queue of NOTIFY is ' || round((100 * pg_notification_queue_usage())::numeric) || ' % full',
                'Find the listener that does not read, in pg_stat_activity', null
            where pg_notification_queue_usage() > 0.3
            union all
            select 'segment_fault', s.key, s.fault, 'Mend the expression of the segment', s.evaluated_at
            from crm.segment s where s.fault is not null
            union all
            select 'signal_stale', s.signal, 'the signal could not be measured for ' || count(*) || ' accounts'
                    || coalesce(': ' || max(s.evidence ->> 'fault'), '; usage of everybody has stopped'),
                'See that its source sends again; for a plugin or a custom view, mend it (log of risk-scorer)', min(s.measured_at)
            from risk.signal s where s.status = 'stale_source' group by s.signal
            union all
            select 'order_refused', 'contacts', count(*) || ' events of the last day are about orders that can''t be read; last: '
                    || (array_agg(r.reason order by r.noted_at desc))[1],
                'Read crm.order_refusal and mend what sends them', min(r.noted_at)
            from crm.order_refusal r where r.noted_at > now() - interval '1 day' and r.account_id is not null
            having count(*) > 0
            union all
            select 'endpoint_disabled', e.name, 'the endpoint gets nothing: ' || coalesce(e.disabled_reason, 'switched off'),
                'Mend the receiver, then notifier endpoint enable ' || e.name, e.disabled_at
            from notify.endpoint e where e.disabled_at is not null
            union all
            select 'large_objects_open', 'postgresql', 'every role may write large objects',
                'As superuser: revoke execute on the lo_ functions from public (README, Database)', null
            where has_function_privilege('holdfast_report', 'pg_catalog.lo_create(oid)', 'execute');
            call holdfast.describe('report.alarm', 'What an operator should look at now; empty is good', $$
                alarm: name of the alarm
                subject: what it is about
                words: what is the matter
                remedy: what to do
                since: since when
            $$);
            """#)
}
