extension SchemaObject {
    /// An account's card, and a contact's, as JSON. In a function for its plan: that of a card takes some ten times as long to
    /// make as the card itself, and with `force_generic_plan` it is made once a session.
    static let accountCard = SchemaObject(
        sql: """
            create or replace function crm.card(of_key text) returns jsonb
            language plpgsql stable set plan_cache_mode = force_generic_plan as $$
            #variable_conflict use_column
            declare
                self bigint := (select a.id from crm.account a where a.key = of_key and a.merged_into is null);
                card jsonb;
            begin
                if self is null then return null; end if;
                -- By the key where a view has a security barrier: it lets no join into it, and would be read whole.
                select to_jsonb(r) || jsonb_build_object(
                    'risk', (select to_jsonb(s) - 'account_key' from report.score s
                        where s.account_key = of_key and s.horizon_days = 90),
                    'reasons', coalesce((select jsonb_agg(to_jsonb(s) - 'account_key' - 'horizon_days' order by s.rank)
                        from report.score_reason s where s.account_key = of_key and s.horizon_days = 90), '[]'),
                    'tasks', coalesce((select jsonb_agg(to_jsonb(t) - 'account_key' order by t.task_id desc) from (
                        select * from report.task t where t.account_key = of_key order by t.task_id desc limit 50) t), '[]'),
                    'subscriptions', coalesce((
                        select jsonb_agg(to_jsonb(s) - 'account_id' - 'subscription_id' order by s.key)
                        from crm.current_subscription s where s.account_id = self), '[]'),
                    'contacts', coalesce((select jsonb_agg(\(contact) order by c.key) from (
                        select c.* from crm.contact c join crm.account_root o on o.account_id = c.account_id
                        where o.root_id = self order by c.key limit 200) c), '[]'),
                    'fields', (select a.fields from crm.account a where a.id = self),
                    'pinned', coalesce((select jsonb_agg(\(Timeline.answer("p"))) from (
                        \(Timeline.pinned(of: "self"))) p), '[]'),
                    'timeline', coalesce((select jsonb_agg(\(Timeline.answer("e")) order by e.at desc, e.place desc)
                        from crm.timeline(self, null, '', 20) e), '[]'))
                into card from report.account r where r.account_key = of_key;
                return card;
            end $$;
            comment on function crm.card is
                'The card of an account by its key, as the API answers it; null where no living account has the key';

            create or replace function crm.contact_card(of_contact bigint) returns jsonb
            language plpgsql stable set plan_cache_mode = force_generic_plan as $$
            #variable_conflict use_column
            begin
                return (select \(contact) from crm.contact c where c.id = of_contact);
            end $$;
            comment on function crm.contact_card is 'A contact with addresses and consents, as the API answers it';
            """)

    /// A contact `c` as JSON, with addresses and consents.
    private static let contact = """
        jsonb_build_object('key', c.key, 'name', c.name, 'role', c.role, 'language', c.language, 'time_zone', c.time_zone,
            'source', c.source, 'do_not_disturb_until', c.do_not_disturb_until, 'fields', c.fields,
            'addresses', coalesce((select jsonb_agg(jsonb_build_object('channel', d.channel, 'value', d.value)
                order by d.channel, d.value) from crm.contact_address d where d.contact_id = c.id), '[]'),
            'consents', coalesce((select jsonb_agg(jsonb_build_object('channel', n.channel, 'topic', n.topic,
                'granted', n.granted, 'source', n.source, 'at', n.occurred_at) order by n.channel, n.topic)
                from crm.current_consent n where n.contact_id = c.id), '[]'))
        """
}
