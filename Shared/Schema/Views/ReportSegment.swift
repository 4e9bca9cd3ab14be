extension SchemaObject {
    /// Segments and their members.
    static let reportSegment = SchemaObject(
        sql: #"""
            create view report.segment with (security_barrier) as
            select s.key as segment, s.name, s.expression, (
                select count(*) from crm.segment_member m where m.segment_id = s.id) as accounts, s.evaluated_at,
                case when s.evaluated_at is not null then least(
                    case when s.changes_with_time then s.evaluated_at else now() end,
                    (select min(r.enqueued_at) from queue.ready r join queue.queue q on q.id = r.queue_id
                        where q.name = 'contacts')) end as as_of, s.fault
            from crm.segment s;
            call holdfast.describe('report.segment', 'Segments with how many accounts are in them', $$
                segment: key of the segment
                name: name for people
                expression: the expression
                accounts: accounts in it now [count]
                evaluated_at: when it was last evaluated for every account
                as_of: what happened until then is in its members: since then changes wait, or days may have passed
                fault: why the last evaluation failed
            $$);

            create view report.segment_member with (security_barrier) as
            select s.key as segment, a.key as account_key, m.entered_at
            from crm.segment_member m
            join crm.segment s on s.id = m.segment_id
            join crm.account a on a.id = m.account_id;
            call holdfast.describe('report.segment_member', 'Which accounts are in which segments now', $$
                segment: key of the segment
                account_key: the account
                entered_at: since when
            $$);
            """#)
}
