extension SchemaObject {
    /// Who was erased is not to be read anywhere; that it was done is.
    static let reportErasure = SchemaObject(
        sql: #"""
            create view report.erasure with (security_barrier) as
            select e.id as erasure_id, e.erased_at, e.actor, e.whole, e.removed, e.waits_for, e.finished_at from crm.erasure e;
            call holdfast.describe('report.erasure', 'Certificates of people who were erased', $$
                erasure_id: the erasure, in crm.erasure [id]
                erased_at: when it was begun
                actor: who asked for it
                whole: true where a whole account was the person
                removed: rows that were removed or emptied, as counts by table
                waits_for: services that have yet to erase what they hold
                finished_at: when all had
            $$);
            """#)
}
