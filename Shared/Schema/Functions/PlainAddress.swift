extension SchemaObject {
    /// Addresses of one inbox or telephone in one form, and texts without the names of someone who was erased.
    static let plainAddress = SchemaObject(
        sql: #"""
            create or replace function crm.plain_phone(value text) returns text
            language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
                select '+' || case
                    when length(d.digits) = 10 and d.digits like '0%' then '38' || d.digits
                    when length(d.digits) = 11 and d.digits like '80%' then '3' || d.digits
                    else d.digits end
                from (select regexp_replace(regexp_replace(value, '[^0-9]', '', 'g'), '^00', '') as digits) as d
                where length(d.digits) between 7 and 15
            $$;
            comment on function crm.plain_phone is
                'A telephone number as E.164; one without a country is a Ukrainian one. Null where it is none';

            create or replace function crm.plain_mail(value text) returns text
            language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
                select case when m.host in ('gmail.com', 'googlemail.com') then replace(m.name, '.', '') || '@gmail.com'
                    else m.name || '@' || m.host end
                from (
                    select split_part(split_part(lower(btrim(value) collate "und-x-icu"), '@', 1), '+', 1) as name,
                        split_part(lower(btrim(value) collate "und-x-icu"), '@', 2) as host
                ) as m where m.name <> '' and m.host <> ''
            $$;
            comment on function crm.plain_mail is
                'A mail address in small letters and without what stands behind a plus. Null where it is none';

            create or replace function crm.plain_address(channel text, value text) returns text
            language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
                select coalesce(
                    case when channel = 'mail' then crm.plain_mail(value)
                        when channel in ('phone', 'sms', 'viber', 'whatsapp', 'signal') then crm.plain_phone(value) end,
                    lower(btrim(value) collate "und-x-icu"))
            $$;
            comment on function crm.plain_address is 'An address in the form in which two of the same inbox are equal';

            create or replace function crm.is_erased(channel text, value text) returns boolean
            language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
                select exists (
                    select from crm.erased_address e where e.channel = is_erased.channel
                        and e.hash = sha256(convert_to(crm.plain_address(is_erased.channel, value), 'UTF8')))
            $$;
            comment on function crm.is_erased is 'Whether the address is one of a person who was erased';

            create or replace function crm.is_distinctive(value text) returns boolean
            language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
                select value like '%@%' or length(value) >= 6 and value ~ '[0-9]'
                    or value collate "und-x-icu" ~ '[[:alnum:]''’ʼ`]{2}[^[:alnum:]''’ʼ`]+[[:alnum:]''’ʼ`]{2}'
            $$;
            comment on function crm.is_distinctive is
                'Whether a name or key stands for one person: a mail address, a number, two words';

            create or replace function crm.redact(words text, names text[]) returns text
            language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
            declare name text;
            begin
                if words is null then return null; end if;
                foreach name in array names loop
                    words := regexp_replace(words collate "und-x-icu",
                        -- Between words there may be any blanks.
                        '(?<![[:alnum:]])' || regexp_replace(
                                replace(regexp_replace(name, '([][\\(){}.+*?^$|-])', '\\\1', 'g'), ' ', '[[:space:]\u00a0]+'),
                                -- As search has it, all apostrophes are one.
                                '[''’ʼ`]', '[''’ʼ`]', 'g')
                            || '(?![[:alnum:]])',
                        -- No longer than the name: columns have limits, and a text past them would keep the erasure from its end.
                        case when length(name) < length('[erased]') then left('[…]', length(name)) else '[erased]' end, 'gi');
                end loop;
                return words;
            end $$;
            comment on function crm.redact(text, text[]) is
                'A text with [erased], or […] for a short name, where it names one of these, whatever the case';


            create or replace function crm.redact(document jsonb, names text[]) returns jsonb
            language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
                select crm.redact(document::text, array(
                    select substr(t.json, 2, length(t.json) - 2) from (select to_json(n)::text as json from unnest(names) as n) t
                ))::jsonb
            $$;
            comment on function crm.redact(jsonb, text[]) is 'The same for all texts of a document';

            -- The audit is only ever added to, but for this.
            create function crm.redact_audit(names text[], keys text[]) returns bigint
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
            declare changed bigint; listed bigint;
            begin
                -- A key of one word is somebody's in a list of keys alone.
                update crm.audit t set detail = jsonb_set(t.detail, '{keys}', (
                    select jsonb_agg(case when k.key = any(keys) then '[erased]' else k.key end order by k.place)
                    from jsonb_array_elements_text(t.detail -> 'keys') with ordinality k (key, place)))
                where t.object in ('contacts', 'accounts') and t.detail -> 'keys' ?| keys;
                get diagnostics listed = row_count;
                update crm.audit t set object = crm.redact(t.object, names), detail = crm.redact(t.detail, names)
                where (t.object, t.detail) is distinct from (crm.redact(t.object, names), crm.redact(t.detail, names));
                get diagnostics changed = row_count;
                return changed + listed;
            end $$;
            comment on function crm.redact_audit is
                'Puts [erased] for these names in the audit, and for these keys in its lists of keys, and says in how many rows';
            """#)
}
