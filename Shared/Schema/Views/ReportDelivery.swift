extension SchemaObject {
    /// What went out and what was held back.
    static let reportDelivery = SchemaObject(
        sql: #"""
            create view report.delivery with (security_barrier) as
            select d.id as delivery_id, a.key as account_key, d.channel, d.state, d.sandbox, d.attempts, d.created_at, d.delivered_at
            from notify.delivery d
            left join crm.account_root r on r.account_id = d.account_id
            left join crm.account a on a.id = r.root_id;
            call holdfast.describe('report.delivery', 'Messages and webhooks on their way and delivered; without address and text', $$
                delivery_id: the delivery [id]
                account_key: the account that it is about; the survivor where it was merged
                channel: by which channel
                state: pending, delivered, failed, or unknown (a crash hid the outcome)
                sandbox: true where nothing left the machine
                attempts: tries so far [count]
                created_at: when it was made
                delivered_at: when it was delivered
            $$);

            create view report.decision with (security_barrier) as
            select d.message_id, a.key as account_key, d.verdict, d.reason, d.decided_at
            from notify.decision d
            left join crm.account_root r on r.account_id = d.account_id
            left join crm.account a on a.id = r.root_id;
            call holdfast.describe('report.decision', 'For each message: sent, or stopped by what', $$
                message_id: the message [id]
                account_key: the account that it is about; the survivor where it was merged
                verdict: sent or stopped
                reason: consent, alert, no_consent, refused, suppressed, no_address, no_channel, no_endpoint, account_gone, contact_gone, user_gone, template
                decided_at: when it was decided
            $$);
            """#)
}
