SELECT pg_catalog.set_config('search_path', '', false);

CREATE SCHEMA crm;

COMMENT ON SCHEMA crm IS 'Customers and what is known of them; written by contacts alone';

CREATE SCHEMA custom;

COMMENT ON SCHEMA custom IS 'The operator''s own views; never touched by a migration';

CREATE SCHEMA holdfast;

COMMENT ON SCHEMA holdfast IS 'What the programs keep about the schema itself: migrations and maintenance';

CREATE SCHEMA notify;

COMMENT ON SCHEMA notify IS 'Messages and their deliveries; written by notifier alone';

CREATE SCHEMA plan;

COMMENT ON SCHEMA plan IS 'Playbooks, enrollments and tasks; written by scheduler alone';

CREATE SCHEMA queue;

COMMENT ON SCHEMA queue IS 'The job queue; written by its own functions alone';

CREATE SCHEMA report;

COMMENT ON SCHEMA report IS 'Every number that the product shows, one view each';

CREATE SCHEMA risk;

COMMENT ON SCHEMA risk IS 'Who is likely to leave, and why; written by risk-scorer alone';

CREATE SCHEMA usage;

COMMENT ON SCHEMA usage IS 'What customers do in the product; written by usage-ingest alone';

CREATE FUNCTION crm.card(of_key text) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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
        'contacts', coalesce((select jsonb_agg(jsonb_build_object('key', c.key, 'name', c.name, 'role', c.role, 'language', c.language, 'time_zone', c.time_zone,
    'source', c.source, 'do_not_disturb_until', c.do_not_disturb_until, 'fields', c.fields,
    'addresses', coalesce((select jsonb_agg(jsonb_build_object('channel', d.channel, 'value', d.value)
        order by d.channel, d.value) from crm.contact_address d where d.contact_id = c.id), '[]'),
    'consents', coalesce((select jsonb_agg(jsonb_build_object('channel', n.channel, 'topic', n.topic,
        'granted', n.granted, 'source', n.source, 'at', n.occurred_at) order by n.channel, n.topic)
        from crm.current_consent n where n.contact_id = c.id), '[]')) order by c.key) from (
            select c.* from crm.contact c join crm.account_root o on o.account_id = c.account_id
            where o.root_id = self order by c.key limit 200) c), '[]'),
        'fields', (select a.fields from crm.account a where a.id = self),
        'pinned', coalesce((select jsonb_agg(to_jsonb(p) - 'place' || jsonb_build_object('interaction',
    case when p.place like 'interaction %' then substr(p.place, 13)::bigint::text end)) from (
            select i.occurred_at as at, ('interaction ' || to_char(i.id, 'FM0000000000000000000')) collate "C" as place, i.kind, i.title as words, true as pinned from crm.interaction i
where i.pinned_at is not null
    and i.account_id in (select r.account_id from crm.account_root r where r.root_id = self)
order by i.occurred_at desc, i.id desc limit 20) p), '[]'),
        'timeline', coalesce((select jsonb_agg(to_jsonb(e) - 'place' || jsonb_build_object('interaction',
    case when e.place like 'interaction %' then substr(e.place, 13)::bigint::text end) order by e.at desc, e.place desc)
            from crm.timeline(self, null, '', 20) e), '[]'))
    into card from report.account r where r.account_key = of_key;
    return card;
end $$;

COMMENT ON FUNCTION crm.card(of_key text) IS 'The card of an account by its key, as the API answers it; null where no living account has the key';

CREATE FUNCTION crm.check_key(hash bytea) RETURNS TABLE(id bigint, scope text, expires_at timestamp with time zone, events_per_second integer, events_per_day bigint)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with used as (
        update crm.api_key as k set used_at = now()
        where k.hash = check_key.hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
            and (k.used_at is null or k.used_at < now() - interval '1 minute')
    )
    select k.id, k.scope, k.expires_at, k.events_per_second, k.events_per_day from crm.api_key as k
    where k.hash = check_key.hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
$$;

COMMENT ON FUNCTION crm.check_key(hash bytea) IS 'The key with this SHA-256 if it is good; records its last use at most once a minute';

CREATE FUNCTION crm.contact_card(of_contact bigint) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
begin
    return (select jsonb_build_object('key', c.key, 'name', c.name, 'role', c.role, 'language', c.language, 'time_zone', c.time_zone,
    'source', c.source, 'do_not_disturb_until', c.do_not_disturb_until, 'fields', c.fields,
    'addresses', coalesce((select jsonb_agg(jsonb_build_object('channel', d.channel, 'value', d.value)
        order by d.channel, d.value) from crm.contact_address d where d.contact_id = c.id), '[]'),
    'consents', coalesce((select jsonb_agg(jsonb_build_object('channel', n.channel, 'topic', n.topic,
        'granted', n.granted, 'source', n.source, 'at', n.occurred_at) order by n.channel, n.topic)
        from crm.current_consent n where n.contact_id = c.id), '[]')) from crm.contact c where c.id = of_contact);
end $$;

COMMENT ON FUNCTION crm.contact_card(of_contact bigint) IS 'A contact with addresses and consents, as the API answers it';

CREATE FUNCTION crm.follow_merge() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    with recursive up as (
        select new.id, new.merged_into
        union
        select a.id, a.merged_into from up join crm.account a on a.id = up.merged_into
    ), down as (
        select new.id
        union
        select a.id from down join crm.account a on a.merged_into = down.id
    ), root as (select (select id from up where merged_into is null) as id)
    update crm.account a set survivor_id = nullif(root.id, a.id)
    from root, down where a.id = down.id and a.survivor_id is distinct from nullif(root.id, a.id);
    return null;
end $$;

COMMENT ON FUNCTION crm.follow_merge() IS 'Keeps crm.account.survivor_id when an account is merged or a merge is undone';

CREATE FUNCTION crm.is_distinctive(value text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select value like '%@%' or length(value) >= 6 and value ~ '[0-9]'
        or value collate "und-x-icu" ~ '[[:alnum:]''’ʼ`]{2}[^[:alnum:]''’ʼ`]+[[:alnum:]''’ʼ`]{2}'
$$;

COMMENT ON FUNCTION crm.is_distinctive(value text) IS 'Whether a name or key stands for one person: a mail address, a number, two words';

CREATE FUNCTION crm.is_erased(channel text, value text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select exists (
        select from crm.erased_address e where e.channel = is_erased.channel
            and e.hash = sha256(convert_to(crm.plain_address(is_erased.channel, value), 'UTF8')))
$$;

COMMENT ON FUNCTION crm.is_erased(channel text, value text) IS 'Whether the address is one of a person who was erased';

CREATE FUNCTION crm.is_one_slip(one text, other text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    longer integer := greatest(length(one), length(other));
    shorter integer := least(length(one), length(other));
    front integer := 0;
    back integer := 0;
begin
    if longer - shorter > 1 then return false; end if;
    while front < shorter and substr(one, front + 1, 1) = substr(other, front + 1, 1) loop
        front := front + 1;
    end loop;
    while back < shorter - front
        and substr(one, length(one) - back, 1) = substr(other, length(other) - back, 1) loop
        back := back + 1;
    end loop;
    return front + back >= longer - 1 or (longer = shorter and front + back = longer - 2
        and substr(one, front + 1, 2) = reverse(substr(other, front + 1, 2)));
end $$;

COMMENT ON FUNCTION crm.is_one_slip(one text, other text) IS 'Whether the texts are equal but for one letter: another, one more, one less, or two that changed places';

CREATE FUNCTION crm.money_rate(target text, at date) RETURNS TABLE(currency text, factor double precision)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with quoted as (
        select distinct on (q.currency, q.base) q.currency, q.base, q.rate from crm.exchange_rate q
        where q.day <= at and q.day > at - 366
        order by q.currency, q.base, q.day desc
    ), worth as (
        select currency, base, rate, false as inverse from quoted
        union all select base, currency, 1 / rate, true from quoted
        union all select distinct base, base, 1, false from quoted
    ), unusual (currency, digits) as (values ('BIF', 0), ('CLP', 0), ('DJF', 0), ('GNF', 0), ('ISK', 0), ('JPY', 0), ('KMF', 0), ('KRW', 0), ('PYG', 0), ('RWF', 0), ('UGX', 0), ('UYI', 0), ('VND', 0), ('VUV', 0), ('XAF', 0), ('XOF', 0), ('XPF', 0), ('BHD', 3), ('IQD', 3), ('JOD', 3), ('KWD', 3), ('LYD', 3), ('OMR', 3), ('TND', 3), ('CLF', 4), ('UYW', 4))
    select target, 1::float8
    union all
    (select distinct on (c.currency) c.currency,
        c.rate / t.rate * power(10::float8, coalesce(d.digits, 2) - coalesce(u.digits, 2))
    from worth c join worth t on t.base = c.base and t.currency = target
    left join unusual u on u.currency = c.currency left join unusual d on d.currency = target
    where c.currency <> target
    order by c.currency, c.base <> target, c.inverse or t.inverse, c.base)
$$;

COMMENT ON FUNCTION crm.money_rate(target text, at date) IS 'By how much minor units of each currency are to be multiplied for minor units of the target, by the rates of that day; a currency without one is missing';

CREATE FUNCTION crm.note_edit() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    -- Who sets it, as the undoing of a later import does, is heeded.
    if new.edited is not distinct from old.edited then new.edited := true; end if;
    return new;
end $$;

COMMENT ON FUNCTION crm.note_edit() IS 'Notes that a row which an import made was changed by something else since';

CREATE FUNCTION crm.pinned(account bigint) RETURNS TABLE(at timestamp with time zone, place text, kind text, words text, pinned boolean)
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
begin
    return query select i.occurred_at as at, ('interaction ' || to_char(i.id, 'FM0000000000000000000')) collate "C" as place, i.kind, i.title as words, true as pinned from crm.interaction i
where i.pinned_at is not null
    and i.account_id in (select r.account_id from crm.account_root r where r.root_id = account)
order by i.occurred_at desc, i.id desc limit 20;
end $$;

COMMENT ON FUNCTION crm.pinned(account bigint) IS 'The entries of an account''s timeline that stand first, the newest first';

CREATE FUNCTION crm.plain_address(channel text, value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select coalesce(
        case when channel = 'mail' then crm.plain_mail(value)
            when channel in ('phone', 'sms', 'viber', 'whatsapp', 'signal') then crm.plain_phone(value) end,
        lower(btrim(value) collate "und-x-icu"))
$$;

COMMENT ON FUNCTION crm.plain_address(channel text, value text) IS 'An address in the form in which two of the same inbox are equal';

CREATE FUNCTION crm.plain_mail(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select case when m.host in ('gmail.com', 'googlemail.com') then replace(m.name, '.', '') || '@gmail.com'
        else m.name || '@' || m.host end
    from (
        select split_part(split_part(lower(btrim(value) collate "und-x-icu"), '@', 1), '+', 1) as name,
            split_part(lower(btrim(value) collate "und-x-icu"), '@', 2) as host
    ) as m where m.name <> '' and m.host <> ''
$$;

COMMENT ON FUNCTION crm.plain_mail(value text) IS 'A mail address in small letters and without what stands behind a plus. Null where it is none';

CREATE FUNCTION crm.plain_name(name text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    plain text := lower(name collate "und-x-icu");
    words text[];
    real text[];
begin
    -- Marks over letters go (ü, ё, й), then quotes and points within words, then all that is no letter or digit.
    plain := regexp_replace(normalize(plain, nfkd), '[\u0300-\u036f]', '', 'g');
    plain := translate(plain, 'łøđıæœ', 'lodieo');
    plain := replace(plain, 'ß', 'ss');
    plain := regexp_replace(plain, '[.''’ʼ‘`"«»“”„]', '', 'g');
    words := string_to_array(btrim(regexp_replace(plain, '[^0-9a-zа-яіїєґ]+', ' ', 'g')), ' ');
    select array_agg(w.word order by w.place) into real from unnest(words) with ordinality as w (word, place)
    where w.word <> all ('{тов,пп,фоп,прат,пат,ат,дп,кп,спд,ооо,зао,оао,ао,ип,чп,тдв,llc,ltd,limited,inc,
        incorporated,corp,corporation,co,company,gmbh,mbh,ag,kg,ug,ohg,sarl,sas,sa,spa,srl,bv,nv,oy,ab,plc,pte,
        pty,sro,tov,fop,ooo,zao,pp,prat,pat,lp,llp,sp,z,oo,the}'::text[]);
    plain := array_to_string(coalesce(real, words), ' ');
    plain := replace(replace(replace(replace(replace(plain, 'щ', 'shch'), 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch');
    plain := replace(replace(replace(replace(plain, 'ш', 'sh'), 'ю', 'iu'), 'я', 'ia'), 'є', 'ie');
    plain := translate(plain, 'абвгґдезиіїклмнопрстуфыэьъ', 'abvggdeziiiklmnoprstufie');
    plain := replace(replace(replace(plain, 'ph', 'f'), 'th', 't'), 'tz', 'ts');
    plain := replace(replace(replace(replace(plain, 'kh', 'g'), 'sh', '1s'), 'ch', '1c'), 'zh', '1z');
    plain := replace(replace(plain, 'x', 'ks'), '1c', '1k');
    plain := translate(plain, 'hqwyjc', 'gkviik');
    plain := replace(plain, 'ie', 'e');
    return regexp_replace(plain, '([a-z])\1+', '\1', 'g');
end $$;

COMMENT ON FUNCTION crm.plain_name(name text) IS 'A name as it sounds in either script, without its legal form: words with blanks between them';

CREATE FUNCTION crm.plain_phone(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select '+' || case
        when length(d.digits) = 10 and d.digits like '0%' then '38' || d.digits
        when length(d.digits) = 11 and d.digits like '80%' then '3' || d.digits
        else d.digits end
    from (select regexp_replace(regexp_replace(value, '[^0-9]', '', 'g'), '^00', '') as digits) as d
    where length(d.digits) between 7 and 15
$$;

COMMENT ON FUNCTION crm.plain_phone(value text) IS 'A telephone number as E.164; one without a country is a Ukrainian one. Null where it is none';

CREATE FUNCTION crm.redact(document jsonb, names text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select crm.redact(document::text, array(
        select substr(t.json, 2, length(t.json) - 2) from (select to_json(n)::text as json from unnest(names) as n) t
    ))::jsonb
$$;

COMMENT ON FUNCTION crm.redact(document jsonb, names text[]) IS 'The same for all texts of a document';

CREATE FUNCTION crm.redact(words text, names text[]) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
end $_$;

COMMENT ON FUNCTION crm.redact(words text, names text[]) IS 'A text with [erased], or […] for a short name, where it names one of these, whatever the case';

CREATE FUNCTION crm.redact_audit(names text[], keys text[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

COMMENT ON FUNCTION crm.redact_audit(names text[], keys text[]) IS 'Puts [erased] for these names in the audit, and for these keys in its lists of keys, and says in how many rows';

CREATE FUNCTION crm.timeline(account bigint, before_at timestamp with time zone, before_place text, most bigint) RETURNS TABLE(at timestamp with time zone, place text, kind text, words text, pinned boolean)
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
begin
    return query
    select page.at, page.place, page.kind, page.words, page.pinned
    from (select r.account_id as id from crm.account_root r where r.root_id = account) as part
    cross join lateral (
    (select * from (
select i.occurred_at as at, ('interaction ' || to_char(i.id, 'FM0000000000000000000')) collate "C" as place, i.kind, i.title as words,
    i.pinned_at is not null as pinned
from crm.interaction i where i.account_id = part.id
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select o.occurred_at, ('order ' || to_char(o.id, 'FM0000000000000000000')) collate "C", 'order',
    'Order ' || o.key || case when o.amount_minor < 0 then ' refunded' else '' end, false
from crm.account_order o where o.account_id = part.id
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select t.occurred_at, ('subscription ' || to_char(t.id, 'FM0000000000000000000')) collate "C", 'subscription',
    'Subscription ' || s.key || ' ' || replace(t.status, '_', ' '), false
from crm.subscription s join crm.subscription_state t on t.subscription_id = s.id where s.account_id = part.id
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select t.occurred_at, ('deal ' || to_char(t.id, 'FM0000000000000000000')) collate "C", 'deal', 'Deal ' || d.name || ': ' || coalesce(s.name, t.stage), false
from crm.deal d join crm.deal_state t on t.deal_id = d.id
left join crm.deal_stage s on s.pipeline = d.pipeline and s.key = t.stage where d.account_id = part.id
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select k.occurred_at, ('ticket ' || to_char(k.id, 'FM0000000000000000000')) collate "C", 'ticket', 'Ticket ' || k.key || ' opened: ' || k.subject, false
from crm.ticket k where k.account_id = part.id
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select t.occurred_at, ('ticket state ' || to_char(t.id, 'FM0000000000000000000')) collate "C", 'ticket',
    'Ticket ' || k.key || ' ' || t.status || case when t.escalated then ', escalated' else '' end, false
from crm.ticket k join crm.ticket_state t on t.ticket_id = k.id
where k.account_id = part.id and (t.status <> 'open' or t.escalated or t.occurred_at > k.occurred_at)
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select i.issued_on::timestamp at time zone 'UTC', ('invoice ' || to_char(i.id, 'FM0000000000000000000')) collate "C", 'invoice',
    case when i.amount_minor < 0 then 'Credit note ' else 'Invoice ' end || i.key, false
from crm.invoice i where i.account_id = part.id
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select i.paid_at, ('invoice paid ' || to_char(i.id, 'FM0000000000000000000')) collate "C", 'invoice', 'Invoice ' || i.key || ' paid', false
from crm.invoice i where i.account_id = part.id and i.paid_at is not null
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select g.agreed_at, ('goal ' || to_char(g.id, 'FM0000000000000000000')) collate "C", 'goal', 'Goal agreed: ' || left(g.words, 200), false
from crm.goal g where g.account_id = part.id
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select v.occurred_at, ('goal review ' || to_char(v.id, 'FM0000000000000000000')) collate "C", 'goal',
    'Goal reviewed' || coalesce(', ' || v.progress || ' %', '') || ': ' || left(g.words, 200), false
from crm.goal g join crm.goal_review v on v.goal_id = g.id where g.account_id = part.id
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select v.occurred_at, ('request ' || to_char(v.request_id, 'FM0000000000000000000') || ' ' || to_char(part.id, 'FM0000000000000000000')) collate "C", 'request', 'Asked for ' || q.title, false
from crm.request_vote v join crm.product_request q on q.id = v.request_id where v.account_id = part.id
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select h.scored_at, ('risk ' || to_char(h.horizon_days, 'FM0000000000000000000') || ' ' || to_char(part.id, 'FM0000000000000000000')) collate "C", 'risk',
    'Risk ' || h.band || ', ' || round(100 * h.probability) || ' % within ' || h.horizon_days || ' days', false
from risk.score_history h where h.account_id = part.id and h.horizon_days = 90
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select t.opened_at, ('task ' || to_char(t.id, 'FM0000000000000000000')) collate "C", 'task', 'Task opened: ' || t.title, false
from plan.task t where t.account_id = part.id
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select t.done_at, ('task done ' || to_char(t.id, 'FM0000000000000000000')) collate "C", 'task', 'Task ' || t.state || ': ' || t.title, false
from plan.task t where t.account_id = part.id and t.done_at is not null
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select e.entered_at, ('playbook ' || to_char(e.id, 'FM0000000000000000000')) collate "C", 'playbook', 'Playbook ' || p.key || ' began', false
from plan.enrollment e join plan.playbook p on p.id = e.playbook_id
where e.account_id = part.id and e.state <> 'holdout'
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select e.ended_at, ('playbook end ' || to_char(e.id, 'FM0000000000000000000')) collate "C", 'playbook',
    'Playbook ' || p.key || ' ended: ' || e.end_reason, false
from plan.enrollment e join plan.playbook p on p.id = e.playbook_id
where e.account_id = part.id and e.ended_at is not null
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
union all
(select * from (
select coalesce(d.delivered_at, d.created_at), ('message ' || to_char(d.id, 'FM0000000000000000000')) collate "C", 'message',
    'Message by ' || d.channel || ' ' || d.state || case when d.sandbox then ' (sandbox)' else '' end, false
from notify.delivery d where d.account_id = part.id
) as e (at, place, kind, words, pinned)
where e.at <= coalesce(before_at, 'infinity') and (e.at < coalesce(before_at, 'infinity') or e.place < before_place)
order by e.at desc fetch first (most) rows with ties)
    ) as page
    order by page.at desc, page.place desc limit most;
end $$;

COMMENT ON FUNCTION crm.timeline(account bigint, before_at timestamp with time zone, before_place text, most bigint) IS 'The timeline of an account, the newest first: what comes behind a time and a place, or from the beginning where they are null';

CREATE FUNCTION crm.working_time(calendar text, "from" timestamp with time zone, "to" timestamp with time zone) RETURNS interval
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
    select (
        select coalesce(sum(least(span.closes, $3) - greatest(span.opens, $2)), interval '0')
        from generate_series(($2 at time zone c.time_zone)::date::timestamp,
            ($3 at time zone c.time_zone)::date::timestamp, interval '1 day') as d (day)
        join crm.calendar_hours h on h.calendar = c.key and h.weekday = extract(isodow from d.day)
        cross join lateral (select (d.day + h.opens) at time zone c.time_zone as opens,
            (d.day + h.closes) at time zone c.time_zone as closes) span
        where span.opens < $3 and span.closes > $2 and not exists (
            select from crm.calendar_holiday f where f.calendar = c.key and f.day = d.day::date)
    )
    from crm.calendar c where c.key = $1
$_$;

COMMENT ON FUNCTION crm.working_time(calendar text, "from" timestamp with time zone, "to" timestamp with time zone) IS 'Working time between two moments by a calendar with its time zone and holidays; null without such a calendar';

CREATE PROCEDURE holdfast.describe(IN relation text, IN about text, IN columns text)
    LANGUAGE plpgsql
    AS $$
declare line text; column_name text;
begin
    execute format('comment on %s %s is %L',
        case when (select relkind from pg_class where oid = relation::regclass) = 'v' then 'view' else 'table' end,
        relation, about);
    foreach line in array string_to_array(columns, E'\n') loop
        continue when btrim(line) = '';
        column_name := btrim(split_part(line, ':', 1));
        execute format('comment on column %s.%I is %L', relation, column_name,
            btrim(substr(line, strpos(line, ':') + 1)));
    end loop;
end $$;

COMMENT ON PROCEDURE holdfast.describe(IN relation text, IN about text, IN columns text) IS 'Sets the comments of a relation and of its columns';

CREATE FUNCTION holdfast.held_horizon() RETURNS double precision
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select greatest(
        (select extract(epoch from max(clock_timestamp() - a.xact_start)) from pg_stat_activity a
         where a.backend_xmin is not null and a.datname = current_database() and a.pid <> pg_backend_pid()),
        (select extract(epoch from max(clock_timestamp() - p.prepared)) from pg_prepared_xacts p
         where p.database = current_database()))::double precision
$$;

COMMENT ON FUNCTION holdfast.held_horizon() IS 'For how many seconds the oldest transaction keeps vacuum from its work [s]';

CREATE FUNCTION holdfast.maintain_partitions(at timestamp with time zone DEFAULT now()) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    kept record;
    part record;
    from_at timestamp;
    to_at timestamp;
    name text;
    changed integer := 0;
begin
    -- One at a time; whoever comes second has nothing to do.
    if not pg_try_advisory_xact_lock(7101) then return 0; end if;
    perform set_config('lock_timeout', '2s', true);
    for kept in select * from holdfast.partitioning loop
        from_at := date_trunc(kept.step, (at - kept.behind) at time zone 'UTC');
        while from_at < (at + kept.ahead) at time zone 'UTC' loop
            to_at := from_at + ('1 ' || kept.step)::interval;
            name := kept.relation || '_' || to_char(from_at, 'YYYYMMDD');
            if to_regclass(name) is null then
                execute format('create table %s (like %s including defaults including constraints)', name, kept.relation);
                execute format('alter table %s attach partition %s for values from (%L) to (%L)',
                    kept.relation, name, from_at::text || '+00', to_at::text || '+00');
                execute format('comment on table %s is %L', name,
                    'Part of ' || kept.relation || ' from ' || from_at::date || ' up to ' || to_at::date);
                changed := changed + 1;
            end if;
            from_at := to_at;
        end loop;
        continue when kept.keep is null;
        for part in
            select child.oid::regclass::text as name,
                to_timestamp(right(child.relname, 8), 'YYYYMMDD') + ('1 ' || kept.step)::interval as ends_at
            from pg_inherits join pg_class child on child.oid = inhrelid
            where inhparent = kept.relation::regclass and child.relname ~ '_[0-9]{8}$'
        loop
            continue when part.ends_at > at - kept.keep;
            -- A body stays as long as its job lives.
            continue when kept.relation = 'queue.job' and (
                exists (select from queue.ready where enqueued_at < part.ends_at)
                or exists (select from queue.blocked where enqueued_at < part.ends_at)
                or exists (select from queue.scheduled where enqueued_at < part.ends_at)
                or exists (select from queue.lease where enqueued_at < part.ends_at));
            -- Somebody may be reading it: then it stays until the next run, and it alone. Whoever writes to the
            -- table meanwhile waits behind this, so it must not wait for long.
            begin
                perform set_config('lock_timeout', '200ms', true);
                execute format('drop table %s', part.name);
                perform set_config('lock_timeout', '2s', true);
                changed := changed + 1;
            exception when lock_not_available then null;
            end;
        end loop;
    end loop;
    delete from queue.dead where finished_at < at - interval '90 days';
    -- A queue that nobody works on must not grow for ever. Its service makes the subscription last again when it starts.
    update queue.subscription s set expired_at = at from queue.queue q
    where q.id = s.queue_id and s.expired_at is null
        and greatest(q.worked_at, q.created_at, s.created_at) < at - interval '7 days'
        and not exists (select from queue.worker w where w.queue_id = q.id);
    return changed;
exception when lock_not_available then
    -- What was changed is undone: the next run will do it.
    return 0;
end $_$;

COMMENT ON FUNCTION holdfast.maintain_partitions(at timestamp with time zone) IS 'Makes the partitions that will be needed and drops those past their time; answers how many it made or dropped';

CREATE FUNCTION holdfast.passive_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    -- Whoever settles now may have read the list as it was.
    perform pg_advisory_xact_lock(7106);
    with touched as (
        select distinct h.subject_id from usage.event_history h join changed c on c.event = h.event
    ), daily as (
        select h.subject_id, u.day, u.total - lag(u.total, 1, 0::bigint)
            over (partition by h.subject_id, h.event order by u.day) as n
        from usage.event_history h cross join unnest(h.days, h.totals) as u (day, total)
        where h.subject_id in (select subject_id from touched)
            and h.event not in (select event from usage.passive_event)
    ), summed as (
        select subject_id, day, sum(sum(n)) over (partition by subject_id order by day)::bigint as total
        from daily group by subject_id, day
    ), made as (
        select subject_id, array_agg(day order by day) as days, array_agg(total order by day) as totals
        from summed group by subject_id
    ), gone as (
        delete from usage.activity a using touched t
        where a.subject_id = t.subject_id and not exists (select from made m where m.subject_id = a.subject_id)
    )
    insert into usage.activity as a (subject_id, days, totals) select subject_id, days, totals from made
    on conflict (subject_id) do update set days = excluded.days, totals = excluded.totals;
    return null;
end $$;

COMMENT ON FUNCTION holdfast.passive_changed() IS 'Counts usage.activity anew where an event becomes passive or active';

CREATE FUNCTION queue.beat(worker bigint, backends integer[], held bigint[]) RETURNS TABLE(alive boolean, ready boolean, cancelled bigint[], lag_s double precision)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '500ms'
    AS $$
declare
    on_queue integer;
    is_steady boolean;
    silent record;
    first_at timestamptz;
begin
    update queue.worker w set seen_at = clock_timestamp(), backends = coalesce(beat.backends, '{}'),
        steady_at = case when w.seen_at < clock_timestamp() - interval '4 seconds' then clock_timestamp() else w.steady_at end
    where w.id = worker returning w.queue_id, w.steady_at < clock_timestamp() - interval '6 seconds' into on_queue, is_steady;
    if not found then
        return query select false, false, '{}'::bigint[], null::double precision;
        return;
    end if;
    perform queue.check_worker(on_queue);

    -- A worker beats every 2 s and stops its own jobs after 5 s without an answer; after 6 s it is given up, by one
    -- that has been heard itself for as long, or follows such a one: else it may be the database that was away. Its backends are ended first,
    -- for one that hangs inside a transaction still holds the lock on its lease. What can't be done for one worker is
    -- tried again with the next beat (report.alarm says so), and keeps nobody's sign of life from being one.
    for silent in
        select w.id, w.backends, q.worker_role from queue.worker w join queue.queue q on q.id = w.queue_id
        where is_steady and w.seen_at < clock_timestamp() - interval '6 seconds' for update of w skip locked
    loop
        begin
            perform pg_terminate_backend(a.pid) from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
            where a.pid = any (silent.backends) and a.pid <> pg_backend_pid()
                and r.oid <> (select n.nspowner from pg_namespace n where n.nspname = 'queue')
                and (r.rolname = silent.worker_role
                    or not r.rolsuper and pg_has_role(r.oid, silent.worker_role, 'member'));
        exception when insufficient_privilege then null;
        end;
        begin
            perform queue.give_up(silent.id);
        exception when lock_not_available then null;
        end;
    end loop;

    for silent in
        select distinct l.worker_id as id from queue.lease l
        where not exists (select from queue.worker w where w.id = l.worker_id)
    loop
        begin
            perform queue.give_up(silent.id);
        exception when lock_not_available then null;
        end;
    end loop;

    perform queue.reclaim(worker, held, interval '20 seconds');
    while queue.wake_due() = 1000 loop null; end loop;
    perform queue.tick();
    perform queue.compact();
    select r.enqueued_at into first_at from queue.ready r join queue.queue q on q.id = r.queue_id
    where r.queue_id = on_queue and q.paused_at is null order by r.turn_at, r.job_id limit 1;
    return query select true,
        first_at is not null or exists (select from queue.blocked b where b.queue_id = on_queue),
        (select coalesce(array_agg(l.job_id), '{}') from queue.lease l
         where l.worker_id = worker and l.cancelled_at is not null),
        coalesce(extract(epoch from clock_timestamp() - first_at), 0)::double precision;
end $$;

COMMENT ON FUNCTION queue.beat(worker bigint, backends integer[], held bigint[]) IS 'A worker''s sign of life every 2 s, and with it all upkeep: gives up silent workers, wakes due jobs, ticks schedules. `backends` are the process ids of its sessions, to be ended if it hangs; `held` the jobs that it knows it has: others leased to it for 20 s are made ready again. Answers whether the worker is alive to the queue, whether jobs wait, which of its jobs to cancel, and for how long the first in line waits';

CREATE TABLE queue.lease (
    job_id bigint NOT NULL,
    token bigint NOT NULL,
    queue_id integer NOT NULL,
    enqueued_at timestamp with time zone NOT NULL,
    worker_id bigint NOT NULL,
    attempt smallint NOT NULL,
    crashes smallint NOT NULL,
    group_key text,
    claimed_at timestamp with time zone DEFAULT now() NOT NULL,
    cancelled_at timestamp with time zone,
    turn_at timestamp with time zone NOT NULL,
    keyed boolean DEFAULT false NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000', autovacuum_vacuum_cost_delay='0');

COMMENT ON TABLE queue.lease IS 'Jobs that run now, each held by one worker';

COMMENT ON COLUMN queue.lease.job_id IS 'the job, in queue.job [id]';

COMMENT ON COLUMN queue.lease.token IS 'fencing token; only its holder may end the job [id]';

COMMENT ON COLUMN queue.lease.queue_id IS 'the queue, in queue.queue [id]';

COMMENT ON COLUMN queue.lease.enqueued_at IS 'when the job was enqueued; leads to its partition';

COMMENT ON COLUMN queue.lease.worker_id IS 'who runs it, in queue.worker [id]';

COMMENT ON COLUMN queue.lease.attempt IS 'which start this is, from 1 [count]';

COMMENT ON COLUMN queue.lease.crashes IS 'earlier starts that killed their worker [count]';

COMMENT ON COLUMN queue.lease.group_key IS 'the job''s group';

COMMENT ON COLUMN queue.lease.claimed_at IS 'when this start was claimed';

COMMENT ON COLUMN queue.lease.cancelled_at IS 'when its cancellation was asked for';

COMMENT ON COLUMN queue.lease.turn_at IS 'its place in line, should it have to wait again';

COMMENT ON COLUMN queue.lease.keyed IS 'whether it may hold a key in queue.unique_key';

CREATE FUNCTION queue.bury(ended queue.lease, reason text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    insert into queue.dead (job_id, queue_id, kind, payload, priority, max_attempts, group_key, cause_job_id, attempt,
        crashes, enqueued_at, started_at, error)
    select j.id, j.queue_id, j.kind, j.payload, j.priority, j.max_attempts, j.group_key, j.cause_job_id, (ended).attempt,
        (ended).crashes, j.enqueued_at, (ended).claimed_at, left(reason, 4000)
    from queue.job j where j.id = (ended).job_id and j.enqueued_at = (ended).enqueued_at;
    delete from queue.unique_key u where u.job_id = (ended).job_id;
$$;

COMMENT ON FUNCTION queue.bury(ended queue.lease, reason text) IS 'Makes a job that was leased a dead letter';

CREATE FUNCTION queue.cancel(job bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    body record;
    attempts smallint;
begin
    update queue.lease l set cancelled_at = now() where l.job_id = job;
    if found then return 'asked'; end if;
    with letter as (
        delete from queue.dead d where d.job_id = job returning d.*
    )
    insert into queue.done (job_id, queue_id, state, attempt, enqueued_at, started_at)
    select l.job_id, l.queue_id, 'cancelled', l.attempt, l.enqueued_at, l.started_at from letter l;
    if found then return 'cancelled'; end if;
    for body in
        select j.queue_id, j.enqueued_at, j.group_key, coalesce(j.turn_at, j.enqueued_at + j.priority * interval '1 minute') as turn_at
        from queue.job j where j.id = job
    loop
        delete from queue.ready r where r.queue_id = body.queue_id and r.turn_at = body.turn_at and r.job_id = job
        returning r.attempt into attempts;
        if not found then
            delete from queue.scheduled s where s.job_id = job returning s.attempt into attempts;
        end if;
        if not found then
            delete from queue.blocked b where b.queue_id = body.queue_id and b.group_key = body.group_key
                and b.turn_at = body.turn_at and b.job_id = job
            returning b.attempt into attempts;
        end if;
        if found then
            delete from queue.unique_key u where u.job_id = job;
            insert into queue.done (job_id, queue_id, state, attempt, enqueued_at)
            values (job, body.queue_id, 'cancelled', attempts, body.enqueued_at);
            return 'cancelled';
        end if;
    end loop;
    return null;
end $$;

COMMENT ON FUNCTION queue.cancel(job bigint) IS 'Cancels a job: cancelled if it waited or was a dead letter, asked if it runs (its worker stops it within 2 s), null if there is none';

CREATE FUNCTION queue.cancelled(job bigint, token bigint) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with ended as (
        delete from queue.lease l
        where l.job_id = job and l.token = cancelled.token and l.queue_id = any (queue.may_end())
        returning l.*
    ), freed as (
        delete from queue.unique_key u using ended e where u.job_id = e.job_id
    ), history as (
        insert into queue.done (job_id, queue_id, state, attempt, worker_id, enqueued_at, started_at)
        select job_id, queue_id, 'cancelled', attempt, worker_id, enqueued_at, claimed_at from ended
    )
    select exists (select from ended)
$$;

COMMENT ON FUNCTION queue.cancelled(job bigint, token bigint) IS 'A worker says that it stopped a job whose cancellation was asked for';

CREATE FUNCTION queue.cause() RETURNS bigint
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
    select substring(current_setting('holdfast.job_id', true) from '^\d{1,18}$')::bigint
$_$;

COMMENT ON FUNCTION queue.cause() IS 'The job in whose handler this transaction runs, by the setting holdfast.job_id';

CREATE FUNCTION queue.check_key(key text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    if octet_length(key) > 500 then
        raise exception 'a key has % bytes; the limit is 500', octet_length(key) using errcode = '22023',
            hint = 'Pass a digest of it.';
    end if;
end $$;

COMMENT ON FUNCTION queue.check_key(key text) IS 'An error if a unique key or a group key is too long';

CREATE FUNCTION queue.check_kind(kind text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    if kind is null or length(kind) not between 1 and 100 then
        raise exception 'a job''s kind has 1 to 100 characters; this one has %', coalesce(length(kind), 0)
            using errcode = '22023', hint = 'A kind names its handler, such as account.score.';
    end if;
end $$;

COMMENT ON FUNCTION queue.check_kind(kind text) IS 'An error if a kind is missing or too long';

CREATE FUNCTION queue.check_options(kind text, run_in interval, priority integer, max_attempts integer, unique_scope text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    perform queue.check_kind(kind);
    if run_in is null or run_in < interval '0' or run_in > interval '10 years' then
        raise exception 'run_in is %; it must be from 0 to 10 years', coalesce(run_in::text, 'null') using errcode = '22023',
            hint = 'A job for now has run_in ''0''.';
    end if;
    if priority is null or priority not between -32768 and 32767 then
        raise exception 'priority is %; it must be from -32768 to 32767', coalesce(priority::text, 'null')
            using errcode = '22023', hint = 'The lower runs first; the usual is 0.';
    end if;
    if max_attempts is null or max_attempts not between 1 and 1000 then
        raise exception 'max_attempts is %; it must be from 1 to 1000', coalesce(max_attempts::text, 'null')
            using errcode = '22023', hint = 'The usual is 20.';
    end if;
    if unique_scope is null or unique_scope not in ('waiting', 'live') then
        raise exception 'unique_scope is %; it must be waiting or live', coalesce(quote_literal(unique_scope), 'null')
            using errcode = '22023', hint = 'waiting: one may wait while one runs; live: one in all.';
    end if;
end $$;

COMMENT ON FUNCTION queue.check_options(kind text, run_in interval, priority integer, max_attempts integer, unique_scope text) IS 'An error if what is said of a new job is out of its range';

CREATE FUNCTION queue.check_payload(payload jsonb, most integer) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare bytes integer;
begin
    if payload is null then
        raise exception 'a job needs a payload' using errcode = '22004', hint = 'Pass ''{}'' where there is nothing to say.';
    end if;
    -- One that comes compressed out of a table is measured as it will be read.
    bytes := case when pg_column_compression(payload) is null then pg_column_size(payload) else octet_length(payload::text) end;
    if bytes > most then
        raise exception 'the payload has % bytes; the limit is %', bytes, most using errcode = '54000',
            hint = 'Pass ids and let the handler read the rows.';
    end if;
end $$;

COMMENT ON FUNCTION queue.check_payload(payload jsonb, most integer) IS 'An error if a payload is missing or too long';

CREATE FUNCTION queue.check_topic(topic text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
begin
    if topic is null or topic !~ '^[a-z]+\.[a-z]+$' then
        raise exception '% is no topic', coalesce(quote_literal(topic), 'null') using errcode = '22023',
            hint = 'A topic is named noun.verb, such as account.changed.';
    end if;
end $_$;

COMMENT ON FUNCTION queue.check_topic(topic text) IS 'An error if a topic is missing or not named as topics are';

CREATE FUNCTION queue.check_worker(queue_id integer) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare on_queue queue.queue;
begin
    select * into on_queue from queue.queue q where q.id = check_worker.queue_id;
    if not pg_has_role(session_user, on_queue.worker_role, 'member') then
        raise exception 'role % may not work on queue %', session_user, on_queue.name using errcode = '42501',
            hint = 'Only ' || on_queue.worker_role || ' may.';
    end if;
end $$;

COMMENT ON FUNCTION queue.check_worker(queue_id integer) IS 'An error if the caller may not work on the queue';

CREATE FUNCTION queue.claim(worker bigint, most integer) RETURNS TABLE(job_id bigint, token bigint, kind text, payload jsonb, attempt integer, max_attempts integer, group_key text, cause_job_id bigint, enqueued_at timestamp with time zone, crashes integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
declare
    on_queue queue.queue;
    room integer := most;
    places tid[];
    claimed integer;
    began_at timestamptz := nullif(current_setting('holdfast.session_began_at', true), '');
begin
    -- Nobody may give the worker up between this look and its leases, which would then be nobody's.
    select q.* into on_queue from queue.worker w join queue.queue q on q.id = w.queue_id where w.id = worker
    for key share of w;
    if not found then
        raise exception 'worker % was given up, or never was', coalesce(worker::text, 'null') using errcode = '55000',
            hint = 'Call queue.register for a new one.';
    end if;
    if not pg_has_role(session_user, on_queue.worker_role, 'member') then perform queue.check_worker(on_queue.id); end if;
    if most is null then
        raise exception 'most is null' using errcode = '22004', hint = 'Say how many jobs you have room for.';
    end if;
    if on_queue.paused_at is not null or room < 1 then return; end if;
    -- A session may commit its claims before they are on disk; a crash of the server undoes them, and they are made
    -- again. Not in its first minute: a job that crashes the server each time would never count as started.
    if began_at is null then
        began_at := clock_timestamp();
        perform set_config('holdfast.session_began_at', began_at::text, false);
    end if;
    if began_at > clock_timestamp() - interval '1 minute' then perform set_config('synchronous_commit', 'on', true); end if;
    if on_queue.workers is not null or on_queue.rate is not null or on_queue.per_group is not null then
        room := queue.room(on_queue, room);
        if room < 1 then return; end if;
    end if;
    if on_queue.per_group is null then
        places := queue.next_in_line(on_queue.id, room);
    else
        places := queue.next_by_group(on_queue.id, on_queue.per_group, room);
    end if;
    if places is null then return; end if;
    return query
    with taken as (
        delete from queue.ready r where r.ctid = any (places)
        returning r.job_id, r.turn_at, r.enqueued_at, r.attempt, r.crashes, r.keyed, r.group_key
    ), freed as (
        delete from queue.unique_key u using taken t where t.keyed and u.job_id = t.job_id and u.scope = 'waiting'
    ), leased as (
        insert into queue.lease as l (job_id, token, queue_id, turn_at, enqueued_at, worker_id, attempt, crashes, keyed, group_key)
        select t.job_id, (random() * 9007199254740991)::bigint, on_queue.id, t.turn_at, t.enqueued_at, worker, t.attempt + 1,
            t.crashes, t.keyed, t.group_key
        from taken t
        returning l.job_id, l.token, l.attempt, l.crashes, l.group_key, l.enqueued_at, l.turn_at
    )
    select l.job_id, l.token, j.kind, j.payload, l.attempt::integer, j.max_attempts::integer, l.group_key, j.cause_job_id,
        l.enqueued_at, l.crashes::integer
    from leased l join queue.job j on j.id = l.job_id and j.enqueued_at = l.enqueued_at
    order by l.turn_at, l.job_id;
    get diagnostics claimed = row_count;
    if on_queue.rate is not null then
        update queue.rate r set tokens = r.tokens - claimed where r.queue_id = on_queue.id;
    end if;
    if current_setting('holdfast.asleep', true) = on_queue.id::text then
        perform pg_advisory_unlock_shared(7103, on_queue.id), set_config('holdfast.asleep', '', false);
    end if;
end $$;

COMMENT ON FUNCTION queue.claim(worker bigint, most integer) IS 'Leases up to `most` ready jobs to a worker, the earliest turn first. One with crashes of 2 or more is to run with nothing beside it: release what came with it';

CREATE FUNCTION queue.compact(least_bytes bigint DEFAULT 1048576, most_rows integer DEFAULT 2000) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '10ms'
    AS $_$
declare
    relation text;
    live bigint;
    rows_kept text[];
    compacted integer := 0;
begin
    if not pg_try_advisory_xact_lock(7104, 0) then return 0; end if;
    -- While any transaction is held open, as by a long report, vacuum takes no row away that was deleted since, and
    -- these tables would grow with every job that passes through. They hold few rows at a time, so they are
    -- written anew instead, within the milliseconds that their lock is had for. Not where a long line waits in
    -- one, nor while somebody holds on to it who reads it in a transaction; then the next beat tries again.
    foreach relation in array array['ready', 'blocked', 'scheduled', 'lease', 'unique_key', 'rate', 'worker'] loop
        continue when pg_relation_size('queue.' || relation) < least_bytes;
        execute format('select count(*) from (select from queue.%I limit %s) as found', relation, most_rows + 1) into live;
        continue when live > most_rows;
        begin
            execute format('lock table queue.%I in access exclusive mode', relation);
            execute format('select array_agg(r::text) from (select k from queue.%I k limit %s) as found (r)', relation, most_rows + 1)
                into rows_kept;
            if cardinality(rows_kept) > most_rows then raise lock_not_available; end if;
            execute format('truncate queue.%I', relation);
            execute format('insert into queue.%1$I overriding system value select (r::queue.%1$I).* from unnest($1) as r', relation)
                using rows_kept;
            compacted := compacted + 1;
        exception when lock_not_available then null;
        end;
    end loop;
    return compacted;
end $_$;

COMMENT ON FUNCTION queue.compact(least_bytes bigint, most_rows integer) IS 'Writes the queue''s small tables anew that have grown by dead rows; answers how many. Part of each beat';

CREATE FUNCTION queue.complete(jobs bigint[], tokens bigint[]) RETURNS bigint[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
declare
    own integer[];
    accepted bigint[];
begin
    if cardinality(jobs) is distinct from cardinality(tokens) then
        raise exception 'there are % jobs and % tokens', cardinality(jobs), cardinality(tokens) using errcode = '22023',
            hint = 'Pass the token of each job, as its claim gave it.';
    end if;
    select array_agg(q.id) into own from queue.queue q where pg_has_role(session_user, q.worker_role, 'member');
    with ended as (
        delete from queue.lease l using unnest(jobs, tokens) as given (job_id, token)
        where l.job_id = given.job_id and l.token = given.token and l.queue_id = any (own)
        returning l.job_id, l.queue_id, l.attempt, l.worker_id, l.enqueued_at, l.claimed_at, l.keyed
    ), freed as (
        delete from queue.unique_key u using ended e where e.keyed and u.job_id = e.job_id
    ), history as (
        insert into queue.done (job_id, queue_id, state, attempt, worker_id, enqueued_at, started_at)
        select e.job_id, e.queue_id, 'completed', e.attempt, e.worker_id, e.enqueued_at, e.claimed_at from ended e
    )
    select coalesce(array_agg(e.job_id), '{}') into accepted from ended e;
    return accepted;
end $$;

COMMENT ON FUNCTION queue.complete(jobs bigint[], tokens bigint[]) IS 'Completes jobs whose lease has the given token; answers those that it accepted, the others are no longer the caller''s';

CREATE FUNCTION queue.configure(queue text, workers integer DEFAULT NULL::integer, rate double precision DEFAULT NULL::double precision, per_group integer DEFAULT NULL::integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare on_queue integer := queue.id_of(queue);
begin
    if workers < 1 or rate < 0.001 or rate > 1e6 or per_group < 1 then
        raise exception 'workers is %, rate is % and per_group is %', workers, rate, per_group using errcode = '22023',
            hint = 'workers and per_group are at least 1, rate is from 0.001 to 1,000,000 a second; null is no limit.';
    end if;
    update queue.queue q set workers = configure.workers, rate = configure.rate, per_group = configure.per_group
    where q.id = on_queue;
    delete from queue.rate r where r.queue_id = on_queue;
    -- Claims may set jobs aside until they are told of the new limit, which is when they have the lock.
    perform pg_advisory_xact_lock(7102, on_queue);
    with back as (
        delete from queue.blocked b where b.queue_id = on_queue returning b.*
    )
    insert into queue.ready (queue_id, turn_at, job_id, enqueued_at, attempt, crashes, keyed, group_key)
    select queue_id, turn_at, job_id, enqueued_at, attempt, crashes, keyed, group_key from back;
    perform queue.wake(on_queue);
end $$;

COMMENT ON FUNCTION queue.configure(queue text, workers integer, rate double precision, per_group integer) IS 'Sets a queue''s limits over all processes: jobs at once, jobs a second, jobs of one group at once. All three: what is not said, or null, is no limit';

CREATE FUNCTION queue.cron_values(field text, what text, lowest integer, highest integer, names text[]) RETURNS integer[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    part text;
    said text[];
    first integer;
    last integer;
    step integer;
    found_values integer[] := '{}';
begin
    foreach part in array string_to_array(field, ',') loop
        said := regexp_match(part, '^(\*|\d{1,2}|[a-z]{3})(?:-(\d{1,2}|[a-z]{3}))?(?:/(\d{1,2}))?$');
        first := case said[1] when '*' then lowest else coalesce(array_position(names, said[1]) + lowest - 1, case
            when said[1] ~ '^\d+$' then said[1]::integer end) end;
        -- A name that stands twice, as sun for 0 and 7, is the later one where it ends a range.
        last := case when said[1] = '*' then highest when said[2] is null then case when said[3] is null then first else highest end
            else coalesce(array_position(names, said[2], 2) + lowest - 1, array_position(names, said[2]) + lowest - 1,
                case when said[2] ~ '^\d+$' then said[2]::integer end) end;
        step := coalesce(said[3]::integer, 1);
        if said is null or said[1] = '*' and said[2] is not null or first is null or last is null or first < lowest or last > highest or first > last or step < 1 then
            raise exception 'the % "%" is not to be read', what, left(part, 40) using errcode = '22023',
                hint = format('It is *, a value from %s to %s, a range (%1$s-%2$s), a step (*/5), or a list of these with commas; '
                    'months and days also by their first three letters. No range goes past its end.', lowest, highest);
        end if;
        found_values := found_values || array(select generate_series(first, last, step));
    end loop;
    return array(select distinct v from unnest(found_values) as v order by v);
end $_$;

COMMENT ON FUNCTION queue.cron_values(field text, what text, lowest integer, highest integer, names text[]) IS 'The values that one field of a cron line stands for, in order';

CREATE FUNCTION queue.enqueue(queue text, kind text, payload jsonb DEFAULT '{}'::jsonb, run_in interval DEFAULT '00:00:00'::interval, priority integer DEFAULT 0, unique_key text DEFAULT NULL::text, unique_scope text DEFAULT 'live'::text, group_key text DEFAULT NULL::text, max_attempts integer DEFAULT 20) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    on_queue integer;
    new_id bigint;
    holder bigint;
    now_at timestamptz := now();
    turn_at timestamptz;
begin
    select q.id into on_queue from queue.queue q where q.name = queue;
    if on_queue is null then on_queue := queue.id_of(queue); end if;
    if (pg_column_size(payload) <= 1048576 and pg_column_compression(payload) is null) is not true then perform queue.check_payload(payload, 1048576); end if;
    if (length(kind) between 1 and 100 and run_in between interval '0' and interval '10 years'
        and priority between -32768 and 32767 and max_attempts between 1 and 1000
        and unique_scope in ('waiting', 'live')) is not true
    then
        perform queue.check_options(kind, run_in, priority, max_attempts, unique_scope);
    end if;
    if octet_length(unique_key) > 500 then perform queue.check_key(unique_key); end if;
    if octet_length(group_key) > 500 then perform queue.check_key(group_key); end if;
    turn_at := now_at + run_in + priority * interval '1 minute';
    group_key := nullif(group_key, '');
    new_id := nextval('queue.job_id_seq');
    if unique_key is not null then
        loop
            insert into queue.unique_key as u values (on_queue, unique_key, new_id, unique_scope) on conflict do nothing;
            exit when found;
            select u.job_id into holder from queue.unique_key u
            where u.queue_id = on_queue and u.key = enqueue.unique_key;
            if found then return holder; end if;
        end loop;
    end if;
    insert into queue.job (id, queue_id, kind, payload, priority, max_attempts, unique_key, group_key, cause_job_id,
        enqueued_at, turn_at) overriding system value
    values (new_id, on_queue, kind, payload, priority, max_attempts, unique_key, group_key,
        substring(current_setting('holdfast.job_id', true) from '^\d{1,18}$')::bigint, now_at, turn_at);
    if run_in > interval '0' then
        insert into queue.scheduled (job_id, queue_id, enqueued_at, run_at, turn_at, keyed, group_key)
        values (new_id, on_queue, now_at, now_at + run_in, turn_at, unique_key is not null, group_key);
    else
        insert into queue.ready (queue_id, turn_at, job_id, enqueued_at, keyed, group_key)
        values (on_queue, turn_at, new_id, now_at, unique_key is not null, group_key);
        if pg_try_advisory_lock(7103, on_queue) then
            perform pg_advisory_unlock(7103, on_queue);
        else
            perform queue.wake(on_queue);
        end if;
    end if;
    return new_id;
end $_$;

COMMENT ON FUNCTION queue.enqueue(queue text, kind text, payload jsonb, run_in interval, priority integer, unique_key text, unique_scope text, group_key text, max_attempts integer) IS 'Adds a job in the caller''s transaction and answers its id, or the id of the job that holds unique_key';

CREATE FUNCTION queue.enqueue_many(queue text, kind text, payloads jsonb[], group_keys text[] DEFAULT NULL::text[], priority integer DEFAULT 0, max_attempts integer DEFAULT 20, run_in interval DEFAULT '00:00:00'::interval, unique_keys text[] DEFAULT NULL::text[], unique_scope text DEFAULT 'live'::text) RETURNS bigint[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    on_queue integer := queue.id_of(queue);
    jobs integer := coalesce(cardinality(payloads), 0);
    place integer;
    bytes integer;
    ids bigint[];
    now_at timestamptz := now();
    turn_at timestamptz;
    cause bigint := queue.cause();
begin
    perform queue.check_options(kind, run_in, priority, max_attempts, unique_scope);
    if cardinality(group_keys) <> jobs or cardinality(unique_keys) <> jobs then
        raise exception 'there are % payloads and % group keys, % unique keys', jobs, coalesce(cardinality(group_keys)::text, 'no'),
            coalesce(cardinality(unique_keys)::text, 'no')
            using errcode = '22023', hint = 'Pass one key for each payload (which may be null), or no array at all.';
    end if;
    perform queue.check_key(k) from unnest(group_keys || unique_keys) as k where octet_length(k) > 500;
    select p.place, pg_column_size(p.payload) into place, bytes from unnest(payloads) with ordinality as p (payload, place)
    where p.payload is null or pg_column_size(p.payload) > 1048576 limit 1;
    if found then
        raise exception 'payload % of % %', place, jobs, coalesce('has ' || bytes || ' bytes; the limit is 1048576', 'is null')
            using errcode = '22023', hint = 'Pass ids and let the handler read the rows, or ''{}'' where there is nothing to say.';
    end if;
    if unique_keys is not null then
        -- One after the other, so that a key twice in the array is one job.
        return (
            select coalesce(array_agg(queue.enqueue(queue, kind, p.payload, run_in, priority, p.unique_key, unique_scope,
                p.group_key, max_attempts) order by p.place), '{}')
            from unnest(payloads, unique_keys, group_keys) with ordinality as p (payload, unique_key, group_key, place));
    end if;
    turn_at := now_at + run_in + priority * interval '1 minute';
    group_keys := array_replace(group_keys, '', null);
    -- The ids are drawn first, so that neither insert has to hand on what the other one returned.
    ids := array(select nextval('queue.job_id_seq') from generate_series(1, jobs));
    insert into queue.job (id, queue_id, kind, payload, priority, max_attempts, group_key, cause_job_id, enqueued_at, turn_at)
        overriding system value
    select g.id, on_queue, enqueue_many.kind, g.payload, enqueue_many.priority, enqueue_many.max_attempts, g.group_key, cause,
        now_at, turn_at
    from unnest(ids, payloads, group_keys) as g (id, payload, group_key);
    if run_in > interval '0' then
        insert into queue.scheduled (job_id, queue_id, enqueued_at, run_at, turn_at, group_key)
        select g.id, on_queue, now_at, now_at + run_in, turn_at, g.group_key
        from unnest(ids, group_keys) as g (id, group_key);
    else
        insert into queue.ready (queue_id, turn_at, job_id, enqueued_at, group_key)
        select on_queue, turn_at, g.id, now_at, g.group_key
        from unnest(ids, group_keys) as g (id, group_key);
        if jobs > 0 then perform queue.wake(on_queue); end if;
    end if;
    return ids;
end $$;

COMMENT ON FUNCTION queue.enqueue_many(queue text, kind text, payloads jsonb[], group_keys text[], priority integer, max_attempts integer, run_in interval, unique_keys text[], unique_scope text) IS 'Adds a job for each payload and answers their ids in the same order; a key that is held answers its holder';

CREATE FUNCTION queue.fail(job bigint, token bigint, reason text, retry_in interval DEFAULT NULL::interval, give_up boolean DEFAULT false) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
declare
    ended queue.lease;
    most integer;
begin
    if retry_in > interval '10 years' then
        raise exception 'retry_in is %; it must be 10 years at most', retry_in using errcode = '22023',
            hint = 'Pass give_up => true for a job that is not to be tried again.';
    end if;
    delete from queue.lease l where l.job_id = job and l.token = fail.token and l.queue_id = any (queue.may_end())
    returning l.* into ended;
    if not found then return null; end if;
    if ended.cancelled_at is not null then
        perform queue.give_back(array[ended], 1);
        return 'cancelled';
    end if;
    select j.max_attempts into most from queue.job j where j.id = job and j.enqueued_at = ended.enqueued_at;
    if give_up or ended.attempt >= most then
        perform queue.bury(ended, coalesce(reason, 'no reason was given'));
        return 'dead';
    end if;
    -- Full jitter: anywhere up to 1 s doubled with each attempt, at most an hour. Source: "Exponential Backoff And Jitter",
    -- AWS Architecture Blog, 2015. By the server's clock alone.
    insert into queue.scheduled (job_id, queue_id, enqueued_at, run_at, turn_at, attempt, crashes, keyed, group_key, error)
    values (job, ended.queue_id, ended.enqueued_at,
        -- greatest() passes nulls over, so that it alone can't tell a wait of none from none given.
        clock_timestamp() + case when retry_in is not null then greatest(retry_in, interval '0')
            else random() * least(3600, power(2, least(ended.attempt, 12))) * interval '1 second' end,
        ended.turn_at, ended.attempt, ended.crashes, ended.keyed, ended.group_key,
        left(coalesce(reason, 'no reason was given'), 4000));
    return 'scheduled';
end $$;

COMMENT ON FUNCTION queue.fail(job bigint, token bigint, reason text, retry_in interval, give_up boolean) IS 'Ends a start in an error: the job is scheduled again, dead after its last attempt, or cancelled where that was asked for; null where the lease was lost';

CREATE FUNCTION queue.give_back(leases queue.lease[], starts_that_count integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    -- Whose cancellation was asked for does not start again, whatever ended this start.
    with stopped as (
        insert into queue.done (job_id, queue_id, state, attempt, worker_id, enqueued_at, started_at)
        select job_id, queue_id, 'cancelled', attempt, worker_id, enqueued_at, claimed_at
        from unnest(leases) where cancelled_at is not null returning job_id
    )
    delete from queue.unique_key u using stopped s where u.job_id = s.job_id;
    insert into queue.ready (queue_id, turn_at, job_id, enqueued_at, attempt, crashes, keyed, group_key)
    select queue_id, turn_at, job_id, enqueued_at, attempt - 1 + starts_that_count, crashes, keyed, group_key
    from unnest(leases) where cancelled_at is null;
    perform queue.wake(queue_id) from (select distinct queue_id from unnest(leases)) as queues;
    return coalesce(cardinality(leases), 0);
end $$;

COMMENT ON FUNCTION queue.give_back(leases queue.lease[], starts_that_count integer) IS 'Makes jobs that were leased ready again, in their old turn; their last start counts as an attempt (1) or not (0)';

CREATE FUNCTION queue.give_up(worker bigint) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    lost queue.lease;
    back queue.lease[];
    jobs integer := 0;
    is_alone boolean := (select count(*) = 1 from queue.lease l where l.worker_id = worker);
    -- A server that was away itself says nothing of the worker, nor of what it ran.
    crash integer := coalesce((select case when w.seen_at > pg_postmaster_start_time() then 1 else 0 end
        from queue.worker w where w.id = worker), 0);
begin
    for lost in delete from queue.lease l where l.worker_id = worker returning l.* loop
        lost.crashes := lost.crashes + crash;
        -- Only a job that nothing ran beside is known to have done it; but nobody dies ten times by others.
        if lost.crashes >= 10 or lost.crashes >= 3 and is_alone then
            perform queue.bury(lost, 'it killed its worker ' || lost.crashes || ' times');
        else
            back := back || lost;
        end if;
        jobs := jobs + 1;
    end loop;
    perform queue.give_back(back, 1);
    update queue.queue q set worked_at = now() from queue.worker w where w.id = worker and q.id = w.queue_id;
    delete from queue.worker w where w.id = worker;
    return jobs;
end $$;

COMMENT ON FUNCTION queue.give_up(worker bigint) IS 'Takes a dead worker''s jobs from it; a job that killed its worker three times is dead';

CREATE FUNCTION queue.id_of(queue text) RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare found_id integer;
begin
    select q.id into found_id from queue.queue q where q.name = queue;
    if found_id is null then
        raise exception 'there is no queue named %', coalesce(quote_literal(queue), 'null') using errcode = '22023',
            hint = 'The queues are ' || (select string_agg(q.name, ', ' order by q.name) from queue.queue q) || '.';
    end if;
    return found_id;
end $$;

COMMENT ON FUNCTION queue.id_of(queue text) IS 'The id of a queue by its name; an unknown name is an error that lists the known ones';

CREATE FUNCTION queue.leave(worker bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    perform queue.check_worker(w.queue_id) from queue.worker w where w.id = worker;
    perform queue.reclaim(worker, '{}', interval '0');
    update queue.queue q set worked_at = now() from queue.worker w where w.id = worker and q.id = w.queue_id;
    delete from queue.worker w where w.id = worker;
end $$;

COMMENT ON FUNCTION queue.leave(worker bigint) IS 'A worker stops in order: what it still holds is given back without counting an attempt';

CREATE FUNCTION queue.may_end() RETURNS integer[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select coalesce(array_agg(q.id), '{}') from queue.queue q where pg_has_role(session_user, q.worker_role, 'member')
$$;

COMMENT ON FUNCTION queue.may_end() IS 'The queues whose jobs the caller may end';

CREATE FUNCTION queue.next_by_group(on_queue integer, per_group integer, most integer) RETURNS tid[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    waiting text := '';
    free integer;
    window_size integer := most + 100;
    seen integer;
    moved integer;
    places tid[];
begin
    -- Groups with a place come back from where they were set aside. Each group there has, or had, a job running, so
    -- that they are few, however many jobs they have: they are walked by the index, one step a group.
    loop
        select b.group_key into waiting from queue.blocked b
        where b.queue_id = on_queue and b.group_key > waiting order by b.group_key limit 1;
        exit when not found;
        free := per_group - coalesce((select u.jobs from queue.running_in_group(on_queue, per_group) u
            where u.group_key = waiting), 0);
        continue when free < 1;
        with back as (
            delete from queue.blocked b using (
                select k.turn_at, k.job_id from queue.blocked k where k.queue_id = on_queue and k.group_key = waiting
                order by k.turn_at, k.job_id limit free for update skip locked) first
            where b.queue_id = on_queue and b.group_key = waiting and b.turn_at = first.turn_at and b.job_id = first.job_id
            returning b.*
        )
        insert into queue.ready (queue_id, turn_at, job_id, enqueued_at, attempt, crashes, keyed, group_key)
        select queue_id, turn_at, job_id, enqueued_at, attempt, crashes, keyed, group_key from back;
    end loop;
    -- What the head of the line holds of full groups is set aside, so that it is read once and not by every claim.
    loop
        with running as materialized (
            select * from queue.running_in_group(on_queue, per_group)
        ), head as materialized (
            select r.ctid as place, r.turn_at, r.job_id, r.group_key from queue.ready r where r.queue_id = on_queue
            order by r.turn_at, r.job_id limit window_size for update skip locked
        ), numbered as materialized (
            select h.*, h.group_key is null or coalesce(u.jobs, 0)
                + row_number() over (partition by h.group_key order by h.turn_at, h.job_id) <= per_group as fits
            from head h left join running u on u.group_key = h.group_key
        ), full_groups as (
            delete from queue.ready r using numbered n where r.ctid = n.place and not n.fits returning r.*
        ), aside as (
            insert into queue.blocked (queue_id, group_key, turn_at, job_id, enqueued_at, attempt, crashes, keyed)
            select queue_id, group_key, turn_at, job_id, enqueued_at, attempt, crashes, keyed from full_groups returning 1
        )
        select count(*), (select count(*) from aside),
            (array_agg(n.place order by n.turn_at, n.job_id) filter (where n.fits))[:most]
        into seen, moved, places from numbered n;
        exit when moved = 0 or seen < window_size or cardinality(places) >= most;
        window_size := least(window_size * 2, 10000);
    end loop;
    return places;
end $$;

COMMENT ON FUNCTION queue.next_by_group(on_queue integer, per_group integer, most integer) IS 'The places of a queue''s first jobs whose groups have a place; the others at its head are set aside';

CREATE FUNCTION queue.next_in_line(on_queue integer, most integer) RETURNS tid[]
    LANGUAGE plpgsql
    AS $$
declare
    setting text := 'holdfast.line_' || on_queue;
    known text[] := string_to_array(nullif(current_setting(setting, true), ''), '|');
    came_to timestamptz := coalesce(known[1]::timestamptz, '-infinity');
    came_to_job bigint := coalesce(known[2]::bigint, 0);
    looked_at timestamptz := coalesce(known[3]::timestamptz, '-infinity');
    look_took interval := coalesce(known[4]::interval, '0');
    ahead tid[];
    behind tid[];
    jobs bigint[];
    last_turn timestamptz;
    began_at timestamptz := clock_timestamp();
begin
    -- Rows that a held transaction keeps from vacuum stay in the index before the first live one, and every look
    -- from the start would read them again. So a session goes on where it came to.
    select array_agg(r.ctid), array_agg(r.job_id), max(r.turn_at) into ahead, jobs, last_turn from (
        select l.ctid, l.job_id, l.turn_at from queue.ready l
        where l.queue_id = on_queue and (l.turn_at, l.job_id) > (came_to, came_to_job)
        order by l.turn_at, l.job_id limit most for update skip locked) r;
    if last_turn is not null then
        came_to := last_turn;
        came_to_job := jobs[cardinality(jobs)];
    end if;
    -- What committed late, is urgent or waits again is behind that: looked for whenever the line ahead is short and
    -- the look is cheap or takes a tenth of the time at most, and once a second under a long line.
    if known is not null and (
        coalesce(cardinality(ahead), 0) < most and look_took < interval '1 millisecond'
        or began_at - looked_at > greatest(10 * look_took,
            case when coalesce(cardinality(ahead), 0) < most then interval '0' else interval '1 second' end))
    then
        began_at := clock_timestamp();
        select array_agg(r.ctid), array_agg(r.job_id), max(r.turn_at) into behind, jobs, last_turn from (
            select l.ctid, l.job_id, l.turn_at from queue.ready l
            where l.queue_id = on_queue
                and (l.turn_at, l.job_id) <= (coalesce(known[1]::timestamptz, '-infinity'), coalesce(known[2]::bigint, 0))
            order by l.turn_at, l.job_id limit most for update skip locked) r;
        looked_at := clock_timestamp();
        look_took := looked_at - began_at;
        if behind is not null then
            ahead := ahead[:most - cardinality(behind)];
            came_to := last_turn;
            came_to_job := jobs[cardinality(jobs)];
        end if;
    elsif known is null then
        looked_at := began_at;
    end if;
    perform set_config(setting, concat_ws('|', came_to, came_to_job, looked_at, look_took), false);
    return behind || ahead;
end $$;

COMMENT ON FUNCTION queue.next_in_line(on_queue integer, most integer) IS 'The places of a queue''s first jobs, earliest turn first, locked; those that others are just taking are passed over';

CREATE FUNCTION queue.next_tick(line text, time_zone text, after_at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $_$
declare
    fields text[] := regexp_split_to_array(lower(btrim(coalesce(line, ''))), '\s+');
    length_of_time text;
    every interval;
    minutes integer[];
    hours integer[];
    days integer[];
    months integer[];
    weekdays integer[];
    day date;
    tick timestamptz;
begin
    if fields[1] = '@every' or fields[1] !~ '^@' and cardinality(fields) <> 5 then
        begin
            -- PostgreSQL alone would read '*/15 * * *' as 15 seconds.
            length_of_time := regexp_replace(lower(btrim(line)), '^@every\s*', '');
            if length_of_time !~ '^\d[\d.]*\s*[a-z:][a-z\d:. ]*$'
                or fields[1] <> '@every' and length_of_time !~ '^[\d.]+\s*[a-z]'
            then
                raise invalid_text_representation;
            end if;
            every := length_of_time::interval;
        exception when others then
            raise exception 'the schedule "%" is not to be read', left(line, 100) using errcode = '22023',
                hint = 'It has five fields (minute hour day-of-month month day-of-week), or is @hourly, @daily, @weekly, '
                    '@monthly, @yearly, or a time such as 30 minutes.';
        end;
        if every is null or every < interval '1 second' or every > interval '366 days'
            or extract(month from every) <> 0 or extract(year from every) <> 0
        then
            raise exception 'every is %; it must be from 1 second to 366 days, without months', coalesce(every::text, 'null')
                using errcode = '22023', hint = 'For once a month there is @monthly.';
        end if;
        return date_bin(every, after_at, '2000-01-01 00:00Z') + every;
    end if;
    if cardinality(fields) = 1 then
        fields := string_to_array(case fields[1] when '@hourly' then '0 * * * *' when '@daily' then '0 0 * * *'
            when '@midnight' then '0 0 * * *' when '@weekly' then '0 0 * * 0' when '@monthly' then '0 0 1 * *'
            when '@yearly' then '0 0 1 1 *' when '@annually' then '0 0 1 1 *' end, ' ');
    end if;
    if cardinality(fields) is distinct from 5 then
        raise exception 'the schedule "%" is not to be read', left(line, 100) using errcode = '22023',
            hint = 'After @ comes hourly, daily, weekly, monthly, yearly, or every and a time.';
    end if;
    if time_zone is null or time_zone !~ '^[A-Za-z]+([/_+-][A-Za-z0-9]+)*$'
        or not exists (select from pg_timezone_names n where n.name = time_zone) then
        raise exception 'there is no time zone "%"', left(time_zone, 60) using errcode = '22023',
            hint = 'Give an IANA name, such as Europe/Kyiv, or UTC.';
    end if;
    minutes := queue.cron_values(fields[1], 'minute', 0, 59, '{}');
    hours := queue.cron_values(fields[2], 'hour', 0, 23, '{}');
    days := queue.cron_values(fields[3], 'day of the month', 1, 31, '{}');
    months := queue.cron_values(fields[4], 'month', 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}');
    -- Sunday is 0 and 7.
    weekdays := array(select distinct d % 7
        from unnest(queue.cron_values(fields[5], 'day of the week', 0, 7, '{sun,mon,tue,wed,thu,fri,sat,sun}')) as d);
    -- 29 February is eight years away at most.
    for offset_days in -1..2923 loop
        day := (after_at at time zone time_zone)::date + offset_days;
        continue when extract(month from day) <> all (months);
        -- As cron has it: where both days are limited, either will do.
        continue when not case when fields[3] ~ '^\*' or fields[5] ~ '^\*'
            then extract(day from day) = any (days) and extract(dow from day) = any (weekdays)
            else extract(day from day) = any (days) or extract(dow from day) = any (weekdays) end;
        select min(c.at) into tick from (
            select unnest(case
                when at.std at time zone time_zone <> at.wall then array[(
                    select min(t) from generate_series(at.std - interval '4 hours', at.std + interval '4 hours', interval '1 minute') t
                    where t at time zone time_zone > at.wall)]
                when cardinality(hours) = 24 then array[at.first, at.std]
                else array[at.first] end) as at
            from (
                select w.wall, w.std, coalesce((
                    select min(w.std - b) from unnest(array[interval '1 hour', interval '30 minutes']) as b
                    where (w.std - b) at time zone time_zone = w.wall), w.std) as first
                from (
                    select l.wall, l.wall at time zone time_zone as std
                    from (select day + make_time(h, m, 0) as wall from unnest(hours) h, unnest(minutes) m) as l
                    where l.wall > (after_at at time zone time_zone) - interval '4 hours'
                ) as w
            ) as at
        ) as c where c.at > after_at;
        if tick is not null then return tick; end if;
    end loop;
    raise exception 'the schedule "%" never ticks', left(line, 100) using errcode = '22023',
        hint = 'No month of the list has such a day.';
end $_$;

COMMENT ON FUNCTION queue.next_tick(line text, time_zone text, after_at timestamp with time zone) IS 'When a schedule ticks next after a time; an error where it can''t be read or never ticks';

CREATE FUNCTION queue.pause(queue text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    update queue.queue q set paused_at = coalesce(q.paused_at, now()) where q.id = queue.id_of(pause.queue)
$$;

COMMENT ON FUNCTION queue.pause(queue text) IS 'Nothing more is claimed from the queue; what runs ends';

CREATE FUNCTION queue.publish(topic text, key text, payload jsonb) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    subscription record;
    jobs integer := 0;
begin
    perform queue.check_payload(payload, 8192);
    perform queue.check_topic(topic);
    if jsonb_typeof(payload) <> 'object' then
        raise exception 'the payload of a topic is an object, and not %', jsonb_typeof(payload) using errcode = '22023',
            hint = 'Such as {"accounts": [1, 2]}.';
    end if;
    for subscription in
        select q.name, s.kind from queue.subscription s join queue.queue q on q.id = s.queue_id
        where s.topic = publish.topic and s.expired_at is null order by q.name
    loop
        perform queue.enqueue(subscription.name, subscription.kind, payload, group_key => key);
        jobs := jobs + 1;
    end loop;
    return jobs;
end $$;

COMMENT ON FUNCTION queue.publish(topic text, key text, payload jsonb) IS 'Adds a job to each queue that is subscribed to the topic; answers how many';

CREATE FUNCTION queue.reclaim(worker bigint, held bigint[], older_than interval) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare strayed queue.lease[];
begin
    with gone as (
        delete from queue.lease l where l.worker_id = worker and l.job_id <> all (held)
            and l.claimed_at <= clock_timestamp() - older_than
        returning l as lease
    )
    select array_agg(gone.lease) into strayed from gone;
    return queue.give_back(strayed, 0);
end $$;

COMMENT ON FUNCTION queue.reclaim(worker bigint, held bigint[], older_than interval) IS 'Makes jobs ready that are leased to a worker without its knowledge, as when the answer to a claim was lost';

CREATE FUNCTION queue.redrive(job bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    letter queue.dead;
    now_at timestamptz := now();
begin
    delete from queue.dead d where d.job_id = job returning d.* into letter;
    if not found then return false; end if;
    -- The body may be past its time already, so it is written again, under the same id.
    delete from queue.job j where j.id = job and j.enqueued_at = letter.enqueued_at;
    insert into queue.job (id, queue_id, kind, payload, priority, max_attempts, group_key, cause_job_id, enqueued_at, turn_at)
        overriding system value
    values (letter.job_id, letter.queue_id, letter.kind, letter.payload, letter.priority, letter.max_attempts,
        letter.group_key, letter.cause_job_id, now_at, now_at + letter.priority * interval '1 minute');
    insert into queue.ready (queue_id, turn_at, job_id, enqueued_at, group_key)
    values (letter.queue_id, now_at + letter.priority * interval '1 minute', letter.job_id, now_at, letter.group_key);
    perform queue.wake(letter.queue_id);
    return true;
end $$;

COMMENT ON FUNCTION queue.redrive(job bigint) IS 'Makes a dead letter ready again, with all its attempts, at the end of the line and without its unique key; false where there is none';

CREATE FUNCTION queue.redrive(queue text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare on_queue integer := queue.id_of(queue);
begin
    return (select count(*) filter (where queue.redrive(d.job_id)) from queue.dead d where d.queue_id = on_queue);
end $$;

COMMENT ON FUNCTION queue.redrive(queue text) IS 'Makes all dead letters of a queue ready again; answers how many';

CREATE FUNCTION queue.register(queue text, host text, process_id integer, version text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    on_queue integer := queue.id_of(queue);
    new_id bigint;
begin
    perform queue.check_worker(on_queue);
    if host is null or process_id is null or version is null then
        raise exception 'host is %, process_id is % and version is %', coalesce(host, 'null'), coalesce(process_id::text, 'null'),
            coalesce(version, 'null') using errcode = '22004', hint = 'Say all three: report.worker shows them.';
    end if;
    -- Where one that was steady has been heard a moment ago, the database has been there since then for the new one
    -- too. Else workers that die faster than they become steady would never be given up.
    insert into queue.worker (queue_id, host, process_id, version, steady_at)
    values (on_queue, left(host, 200), process_id, left(version, 100), coalesce((
        select min(w.steady_at) from queue.worker w where w.seen_at > clock_timestamp() - interval '4 seconds'), now()))
    returning id into new_id;
    update queue.queue q set worked_at = now() where q.id = on_queue;
    update queue.subscription s set expired_at = null where s.queue_id = on_queue and s.expired_at is not null;
    return new_id;
end $$;

COMMENT ON FUNCTION queue.register(queue text, host text, process_id integer, version text) IS 'A new worker on a queue; answers its id';

CREATE FUNCTION queue.release(jobs bigint[], tokens bigint[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare ended queue.lease[];
begin
    if cardinality(jobs) is distinct from cardinality(tokens) then
        raise exception 'there are % jobs and % tokens', cardinality(jobs), cardinality(tokens) using errcode = '22023',
            hint = 'Pass the token of each job, as its claim gave it.';
    end if;
    with gone as (
        delete from queue.lease l using unnest(jobs, tokens) as given (job_id, token)
        where l.job_id = given.job_id and l.token = given.token and l.queue_id = any (queue.may_end())
        returning l as lease
    )
    select array_agg(gone.lease) into ended from gone;
    return queue.give_back(ended, 0);
end $$;

COMMENT ON FUNCTION queue.release(jobs bigint[], tokens bigint[]) IS 'Gives jobs back that were claimed and not run; no attempt is counted';

CREATE FUNCTION queue.resume(queue text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    update queue.queue q set paused_at = null where q.id = queue.id_of(resume.queue);
    select queue.wake(queue.id_of(resume.queue))
$$;

COMMENT ON FUNCTION queue.resume(queue text) IS 'Ends a pause';

CREATE TABLE queue.queue (
    id integer NOT NULL,
    name text NOT NULL,
    worker_role text NOT NULL,
    workers integer,
    rate double precision,
    per_group integer,
    paused_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    worked_at timestamp with time zone,
    CONSTRAINT queue_name_check CHECK ((name ~ '^[a-z][a-z0-9-]{0,62}$'::text)),
    CONSTRAINT queue_per_group_check CHECK ((per_group > 0)),
    CONSTRAINT queue_rate_check CHECK ((rate > (0)::double precision)),
    CONSTRAINT queue_workers_check CHECK ((workers > 0))
);

COMMENT ON TABLE queue.queue IS 'The queues and their limits';

COMMENT ON COLUMN queue.queue.id IS 'identity [id]';

COMMENT ON COLUMN queue.queue.name IS 'name of the queue; each service works on the queue of its name';

COMMENT ON COLUMN queue.queue.worker_role IS 'database role that may claim from this queue';

COMMENT ON COLUMN queue.queue.workers IS 'most jobs running at once over all processes; null is no limit [jobs]';

COMMENT ON COLUMN queue.queue.rate IS 'most jobs started a second over all processes; null is no limit [jobs/s]';

COMMENT ON COLUMN queue.queue.per_group IS 'most jobs of one group key running at once; null is no limit [jobs]';

COMMENT ON COLUMN queue.queue.paused_at IS 'since when nothing is claimed from it; null while it runs';

COMMENT ON COLUMN queue.queue.created_at IS 'when the queue was made';

COMMENT ON COLUMN queue.queue.worked_at IS 'when a worker last began or ended its work on it; null if none ever did';

CREATE FUNCTION queue.room(on_queue queue.queue, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare room integer := most;
begin
    -- What is free is counted by one claimer at a time, until its claim is committed.
    perform pg_advisory_xact_lock(7102, on_queue.id);
    if on_queue.workers is not null then
        room := least(room, on_queue.workers - (select count(*) from queue.lease l where l.queue_id = on_queue.id)::integer);
    end if;
    if on_queue.rate is not null then
        -- A bucket that holds what may start in one second, and at least one job.
        insert into queue.rate as r values (on_queue.id, greatest(on_queue.rate, 1), clock_timestamp())
        on conflict on constraint rate_pkey do update set
            tokens = least(greatest(on_queue.rate, 1),
                r.tokens + on_queue.rate * extract(epoch from clock_timestamp() - r.filled_at)),
            filled_at = clock_timestamp()
        returning least(room, floor(r.tokens)::integer) into room;
    end if;
    return room;
end $$;

COMMENT ON FUNCTION queue.room(on_queue queue.queue, most integer) IS 'How many jobs a claim may start now under the queue''s limits, at most `most`';

CREATE FUNCTION queue.running_in_group(on_queue integer, per_group integer) RETURNS TABLE(group_key text, jobs bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select g.group_key, count(*) from (
        select l.group_key from queue.lease l where l.queue_id = on_queue and l.group_key is not null
        union all
        -- In order means: the next one waits also while this one waits to be tried again.
        select s.group_key from queue.scheduled s
        where per_group = 1 and s.queue_id = on_queue and s.attempt > 0 and s.group_key is not null
    ) g group by g.group_key
$$;

COMMENT ON FUNCTION queue.running_in_group(on_queue integer, per_group integer) IS 'How many places of each group are taken';

CREATE FUNCTION queue.schedule(name text, queue text, kind text, every interval, payload jsonb DEFAULT '{}'::jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "IntervalStyle" TO 'postgres'
    AS $$
    select queue.schedule(name, queue, kind, '@every ' || every, payload)
$$;

COMMENT ON FUNCTION queue.schedule(name text, queue text, kind text, every interval, payload jsonb) IS 'Enqueues a job of this kind at every whole multiple of a time since 2000-01-01 UTC';

CREATE FUNCTION queue.schedule(name text, queue text, kind text, line text, payload jsonb DEFAULT '{}'::jsonb, time_zone text DEFAULT 'UTC'::text) RETURNS timestamp with time zone
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    on_queue integer := queue.id_of(queue);
    tick timestamptz := queue.next_tick(line, time_zone, clock_timestamp());
begin
    perform queue.check_worker(on_queue);
    -- A name that is another queue's is not taken from it.
    perform queue.check_worker(c.queue_id) from queue.cron c where c.name = schedule.name;
    perform queue.check_payload(payload, 8192);
    perform queue.check_kind(kind);
    if name is null or length(name) not between 1 and 200 then
        raise exception 'a schedule''s name has 1 to 200 characters' using errcode = '22023',
            hint = 'Name it after what it does, such as nightly-refresh.';
    end if;
    insert into queue.cron as c (name, queue_id, kind, payload, line, time_zone, next_at)
    values (schedule.name, on_queue, schedule.kind, schedule.payload, schedule.line, schedule.time_zone, tick)
    on conflict on constraint cron_pkey do update
    set queue_id = excluded.queue_id, kind = excluded.kind, payload = excluded.payload, line = excluded.line,
        time_zone = excluded.time_zone, next_at = excluded.next_at, fault = null
    where (c.queue_id, c.kind, c.payload, c.line, c.time_zone)
        is distinct from (excluded.queue_id, excluded.kind, excluded.payload, excluded.line, excluded.time_zone);
    return tick;
end $$;

COMMENT ON FUNCTION queue.schedule(name text, queue text, kind text, line text, payload jsonb, time_zone text) IS 'Enqueues a job of this kind at every tick of a line; answers the next one. Said again, the same name is changed';

CREATE FUNCTION queue.sleep(worker bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '500ms'
    AS $$
declare on_queue integer;
begin
    select w.queue_id into on_queue from queue.worker w where w.id = worker;
    if not found then
        raise exception 'worker % was given up, or never was', coalesce(worker::text, 'null') using errcode = '55000',
            hint = 'Call queue.register for a new one.';
    end if;
    perform queue.check_worker(on_queue);
    -- The lock itself is asked for: a transaction that is rolled back takes the setting back, and not the lock.
    if not exists (
        select from pg_locks l where l.locktype = 'advisory' and l.pid = pg_backend_pid() and l.granted
            and l.database = (select d.oid from pg_database d where d.datname = current_database())
            and l.classid = 7103 and l.objid = on_queue::oid and l.objsubid = 2)
    then
        perform pg_advisory_lock_shared(7103, on_queue);
    end if;
    perform set_config('holdfast.asleep', on_queue::text, false);
end $$;

COMMENT ON FUNCTION queue.sleep(worker bigint) IS 'From now on NOTIFY wakes this session''s worker, until a claim finds something; claim once more before you wait';

CREATE FUNCTION queue.subscribe(topic text, queue text, kind text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    perform queue.check_worker(queue.id_of(queue));
    perform queue.check_topic(topic);
    perform queue.check_kind(kind);
    insert into queue.subscription as s (topic, queue_id, kind)
    values (subscribe.topic, queue.id_of(subscribe.queue), subscribe.kind)
    on conflict on constraint subscription_pkey do update set kind = excluded.kind, expired_at = null
    where s.kind <> excluded.kind or s.expired_at is not null;
end $$;

COMMENT ON FUNCTION queue.subscribe(topic text, queue text, kind text) IS 'From now on each publication of the topic adds a job to the queue';

CREATE FUNCTION queue.tick() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    due record;
    ticks integer := 0;
begin
    -- The row's lock makes a tick one over all processes. Of ticks that were missed, one is caught up.
    for due in
        select c.*, q.name as queue from queue.cron c join queue.queue q on q.id = c.queue_id
        where c.next_at <= clock_timestamp() for update of c skip locked
    loop
        begin
            update queue.cron c set ticked_at = due.next_at, fault = null,
                next_at = queue.next_tick(c.line, c.time_zone, clock_timestamp())
            where c.name = due.name;
            perform queue.enqueue(due.queue, due.kind, due.payload, unique_key => 'cron:' || due.name);
            ticks := ticks + 1;
        exception when others then
            -- As when a time zone is no longer known: that schedule waits, and no other.
            update queue.cron c set fault = left(sqlerrm, 1000), next_at = clock_timestamp() + interval '1 minute'
            where c.name = due.name;
        end;
    end loop;
    return ticks;
end $$;

COMMENT ON FUNCTION queue.tick() IS 'Enqueues the jobs of all schedules that are due; part of each beat';

CREATE FUNCTION queue.unschedule(name text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    perform queue.check_worker(c.queue_id) from queue.cron c where c.name = unschedule.name;
    delete from queue.cron c where c.name = unschedule.name;
    return found;
end $$;

COMMENT ON FUNCTION queue.unschedule(name text) IS 'Ends a schedule; false where there is none of that name';

CREATE FUNCTION queue.unsubscribe(topic text, queue text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    perform queue.check_worker(queue.id_of(queue));
    delete from queue.subscription s where s.topic = unsubscribe.topic and s.queue_id = queue.id_of(unsubscribe.queue);
end $$;

COMMENT ON FUNCTION queue.unsubscribe(topic text, queue text) IS 'Ends a subscription';

CREATE FUNCTION queue.wake(queue_id integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    -- NOTIFY takes a lock that every notifying commit waits for, so a queue whose workers are busy sends none: a
    -- worker that sleeps shares this lock for as long (queue.sleep), and only then it can't be had alone.
    if pg_try_advisory_lock(7103, queue_id) then
        perform pg_advisory_unlock(7103, queue_id);
    else
        perform pg_notify('holdfast_' || q.name, '') from queue.queue q where q.id = wake.queue_id;
    end if;
end $$;

COMMENT ON FUNCTION queue.wake(queue_id integer) IS 'Wakes the sleeping workers of a queue, if there are any';

CREATE FUNCTION queue.wake_due() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare moved integer;
begin
    with due as (
        delete from queue.scheduled s where s.job_id in (
            select d.job_id from queue.scheduled d where d.run_at <= clock_timestamp()
            order by d.run_at limit 1000 for update skip locked)
        returning s.*
    ), ready as (
        insert into queue.ready (queue_id, turn_at, job_id, enqueued_at, attempt, crashes, keyed, group_key)
        select queue_id, turn_at, job_id, enqueued_at, attempt, crashes, keyed, group_key from due returning queue_id
    )
    select sum(r.jobs) + 0 * count(queue.wake(r.queue_id)) into moved
    from (select queue_id, count(*) as jobs from ready group by 1) as r;
    return coalesce(moved, 0);
end $$;

COMMENT ON FUNCTION queue.wake_due() IS 'Makes jobs ready whose time has come, at most 1000; answers how many';

CREATE TABLE crm.account (
    id bigint NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    kind text DEFAULT 'company'::text NOT NULL,
    stub boolean DEFAULT false NOT NULL,
    source text DEFAULT 'api'::text NOT NULL,
    industry text,
    country text,
    language text,
    time_zone text,
    on_holiday_until date,
    merged_into bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    known_at timestamp with time zone DEFAULT now() NOT NULL,
    city text,
    employees integer,
    domain text,
    preferred_channel text,
    came_for text,
    strategy text,
    do_not_disturb_until timestamp with time zone,
    lead boolean DEFAULT false NOT NULL,
    became_customer_at timestamp with time zone,
    fields jsonb DEFAULT '{}'::jsonb NOT NULL,
    search text GENERATED ALWAYS AS (lower((translate(((name || ' '::text) || key), '’ʼ‘`'::text, ''''''''''::text) COLLATE "und-x-icu"))) STORED,
    survivor_id bigint,
    erased_at timestamp with time zone,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    edited boolean DEFAULT false NOT NULL,
    root_id bigint GENERATED ALWAYS AS (
CASE
    WHEN (merged_into IS NULL) THEN id
    ELSE survivor_id
END) STORED,
    CONSTRAINT account_came_for_check CHECK ((length(came_for) <= 2000)),
    CONSTRAINT account_check CHECK ((merged_into IS DISTINCT FROM id)),
    CONSTRAINT account_city_check CHECK ((length(city) <= 200)),
    CONSTRAINT account_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT account_domain_check CHECK ((length(domain) <= 253)),
    CONSTRAINT account_employees_check CHECK ((employees >= 0)),
    CONSTRAINT account_fields_check CHECK ((jsonb_typeof(fields) = 'object'::text)),
    CONSTRAINT account_industry_check CHECK ((length(industry) <= 200)),
    CONSTRAINT account_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
    CONSTRAINT account_kind_check CHECK ((kind = ANY (ARRAY['company'::text, 'person'::text]))),
    CONSTRAINT account_language_check CHECK ((length(language) <= 35)),
    CONSTRAINT account_name_check CHECK (((length(name) >= 1) AND (length(name) <= 400))),
    CONSTRAINT account_preferred_channel_check CHECK ((preferred_channel ~ '^[a-z][a-z_]{0,30}$'::text)),
    CONSTRAINT account_source_check CHECK (((length(source) >= 1) AND (length(source) <= 60))),
    CONSTRAINT account_strategy_check CHECK ((length(strategy) <= 2000)),
    CONSTRAINT account_time_zone_check CHECK ((length(time_zone) <= 64))
);

COMMENT ON TABLE crm.account IS 'The customer: a company or a person';

COMMENT ON COLUMN crm.account.id IS 'identity inside [id]';

COMMENT ON COLUMN crm.account.key IS 'the outside world''s id for the account';

COMMENT ON COLUMN crm.account.name IS 'how people call it; the key until a name is known';

COMMENT ON COLUMN crm.account.kind IS 'company (B2B) or person (B2C)';

COMMENT ON COLUMN crm.account.stub IS 'true while the account is known by its usage only';

COMMENT ON COLUMN crm.account.source IS 'where it came from: api, import, usage, demo';

COMMENT ON COLUMN crm.account.industry IS 'its line of business';

COMMENT ON COLUMN crm.account.country IS 'ISO 3166-1 code of its place';

COMMENT ON COLUMN crm.account.language IS 'BCP 47 tag of the language to write in';

COMMENT ON COLUMN crm.account.time_zone IS 'IANA name of its time zone';

COMMENT ON COLUMN crm.account.on_holiday_until IS 'last day of an absence; alerts are held back until then';

COMMENT ON COLUMN crm.account.merged_into IS 'the account that survived a merge, in crm.account [id]';

COMMENT ON COLUMN crm.account.created_at IS 'when the relationship began';

COMMENT ON COLUMN crm.account.known_at IS 'when Holdfast learned of it';

COMMENT ON COLUMN crm.account.city IS 'its place';

COMMENT ON COLUMN crm.account.employees IS 'how many people work there [count]';

COMMENT ON COLUMN crm.account.domain IS 'its domain on the internet, without www';

COMMENT ON COLUMN crm.account.preferred_channel IS 'by which channel it wants to be talked to';

COMMENT ON COLUMN crm.account.came_for IS 'what it came for, in its own words';

COMMENT ON COLUMN crm.account.strategy IS 'what it wants to reach itself';

COMMENT ON COLUMN crm.account.do_not_disturb_until IS 'nobody writes or calls until then, except about service';

COMMENT ON COLUMN crm.account.lead IS 'true until its first won deal, for one that never bought';

COMMENT ON COLUMN crm.account.became_customer_at IS 'when a lead won its first deal; null for one that never was a lead';

COMMENT ON COLUMN crm.account.fields IS 'values of custom fields, by the keys in crm.field';

COMMENT ON COLUMN crm.account.search IS 'name and key for searching: small letters, one kind of apostrophe';

COMMENT ON COLUMN crm.account.survivor_id IS 'the living account that merges led to, in crm.account; null for one that was not merged [id]';

COMMENT ON COLUMN crm.account.erased_at IS 'when the person was erased; what is left names nobody';

COMMENT ON COLUMN crm.account.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

COMMENT ON COLUMN crm.account.edited IS 'true where an import made it and something else changed it since';

COMMENT ON COLUMN crm.account.root_id IS 'the account to read it as: its survivor, itself where it was not merged; null in a circle of merges [id]';

ALTER TABLE crm.account ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.account_order (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    key text NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    items integer,
    occurred_at timestamp with time zone NOT NULL,
    known_at timestamp with time zone DEFAULT now() NOT NULL,
    historical boolean DEFAULT false NOT NULL,
    source text DEFAULT 'api'::text NOT NULL,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    edited boolean DEFAULT false NOT NULL,
    CONSTRAINT account_order_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT account_order_items_check CHECK ((items >= 0)),
    CONSTRAINT account_order_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
    CONSTRAINT account_order_source_check CHECK (((length(source) >= 1) AND (length(source) <= 60)))
);

COMMENT ON TABLE crm.account_order IS 'Orders; a refund is an order with a negative amount';

COMMENT ON COLUMN crm.account_order.id IS 'identity [id]';

COMMENT ON COLUMN crm.account_order.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.account_order.key IS 'the outside world''s id for the order';

COMMENT ON COLUMN crm.account_order.amount_minor IS 'what was paid [minor units of currency]';

COMMENT ON COLUMN crm.account_order.currency IS 'ISO 4217 code';

COMMENT ON COLUMN crm.account_order.items IS 'pieces ordered [count]';

COMMENT ON COLUMN crm.account_order.occurred_at IS 'when it was ordered';

COMMENT ON COLUMN crm.account_order.known_at IS 'when Holdfast learned of it';

COMMENT ON COLUMN crm.account_order.historical IS 'true where it came by a declared import of history';

COMMENT ON COLUMN crm.account_order.source IS 'where it came from: api, import, usage, demo';

COMMENT ON COLUMN crm.account_order.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

COMMENT ON COLUMN crm.account_order.edited IS 'true where an import made it and something else changed it since';

CREATE VIEW crm.account_root AS
 SELECT account.id AS account_id,
    account.root_id
   FROM crm.account
  WHERE (account.root_id IS NOT NULL);

COMMENT ON VIEW crm.account_root IS 'Every account and the one that survived its merges; itself where it was not merged';

COMMENT ON COLUMN crm.account_root.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.account_root.root_id IS 'the account to read it as, in crm.account [id]';

CREATE TABLE crm.subscription (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    key text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    known_at timestamp with time zone DEFAULT now() NOT NULL,
    historical boolean DEFAULT false NOT NULL,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    edited boolean DEFAULT false NOT NULL,
    CONSTRAINT subscription_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200)))
);

COMMENT ON TABLE crm.subscription IS 'A contract of an account that pays again and again';

COMMENT ON COLUMN crm.subscription.id IS 'identity [id]';

COMMENT ON COLUMN crm.subscription.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.subscription.key IS 'the outside world''s id for it';

COMMENT ON COLUMN crm.subscription.started_at IS 'when it began';

COMMENT ON COLUMN crm.subscription.known_at IS 'when Holdfast learned of it';

COMMENT ON COLUMN crm.subscription.historical IS 'true where it came by a declared import of history';

COMMENT ON COLUMN crm.subscription.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

COMMENT ON COLUMN crm.subscription.edited IS 'true where an import made it and something else changed it since';

CREATE TABLE crm.subscription_state (
    id bigint NOT NULL,
    subscription_id bigint NOT NULL,
    status text NOT NULL,
    plan text,
    mrr_minor bigint NOT NULL,
    currency text NOT NULL,
    seats integer,
    renews_at timestamp with time zone,
    loss_reason text,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    known_at timestamp with time zone DEFAULT now() NOT NULL,
    loss_words text,
    competitor text,
    competitor_offer text,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    CONSTRAINT subscription_state_competitor_check CHECK ((length(competitor) <= 200)),
    CONSTRAINT subscription_state_competitor_offer_check CHECK ((length(competitor_offer) <= 1000)),
    CONSTRAINT subscription_state_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT subscription_state_loss_reason_check CHECK ((length(loss_reason) <= 200)),
    CONSTRAINT subscription_state_loss_words_check CHECK ((length(loss_words) <= 2000)),
    CONSTRAINT subscription_state_mrr_minor_check CHECK ((mrr_minor >= 0)),
    CONSTRAINT subscription_state_plan_check CHECK ((length(plan) <= 200)),
    CONSTRAINT subscription_state_seats_check CHECK ((seats >= 0)),
    CONSTRAINT subscription_state_status_check CHECK ((status = ANY (ARRAY['trialing'::text, 'active'::text, 'past_due'::text, 'paused'::text, 'cancelled'::text, 'ended'::text])))
);

COMMENT ON TABLE crm.subscription_state IS 'What a subscription was, from when';

COMMENT ON COLUMN crm.subscription_state.id IS 'identity [id]';

COMMENT ON COLUMN crm.subscription_state.subscription_id IS 'the subscription, in crm.subscription [id]';

COMMENT ON COLUMN crm.subscription_state.status IS 'trialing, active, past_due, paused, cancelled (ends at renews_at) or ended';

COMMENT ON COLUMN crm.subscription_state.plan IS 'name of the plan';

COMMENT ON COLUMN crm.subscription_state.mrr_minor IS 'monthly recurring revenue [minor units of currency]';

COMMENT ON COLUMN crm.subscription_state.currency IS 'ISO 4217 code';

COMMENT ON COLUMN crm.subscription_state.seats IS 'seats paid for [count]';

COMMENT ON COLUMN crm.subscription_state.renews_at IS 'when it renews, or ends if cancelled';

COMMENT ON COLUMN crm.subscription_state.loss_reason IS 'why it was cancelled, in crm.loss_reason; older rows may say it in free words';

COMMENT ON COLUMN crm.subscription_state.occurred_at IS 'from when';

COMMENT ON COLUMN crm.subscription_state.known_at IS 'when Holdfast learned of it';

COMMENT ON COLUMN crm.subscription_state.loss_words IS 'the same in the customer''s words';

COMMENT ON COLUMN crm.subscription_state.competitor IS 'to whom the customer goes';

COMMENT ON COLUMN crm.subscription_state.competitor_offer IS 'price and terms there';

COMMENT ON COLUMN crm.subscription_state.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

CREATE VIEW crm.current_subscription AS
 SELECT l.subscription_id,
    l.account_id,
    l.key,
    l.status,
    (l.status = ANY (ARRAY['active'::text, 'past_due'::text, 'paused'::text, 'cancelled'::text])) AS pays,
    l.plan,
    l.mrr_minor,
    l.currency,
    l.seats,
    l.renews_at,
    l.loss_reason,
    l.started_at,
    l.occurred_at,
    l.loss_words,
    l.competitor,
    l.competitor_offer
   FROM ( SELECT s.id AS subscription_id,
            r.root_id AS account_id,
            s.key,
                CASE
                    WHEN ((t.status = 'cancelled'::text) AND (t.renews_at <= now())) THEN 'ended'::text
                    ELSE t.status
                END AS status,
            t.plan,
            t.mrr_minor,
            t.currency,
            t.seats,
            t.renews_at,
            t.loss_reason,
            s.started_at,
            t.occurred_at,
            t.loss_words,
            t.competitor,
            t.competitor_offer
           FROM ((crm.subscription s
             JOIN crm.account_root r ON ((r.account_id = s.account_id)))
             JOIN LATERAL ( SELECT t_1.status,
                    t_1.plan,
                    t_1.mrr_minor,
                    t_1.currency,
                    t_1.seats,
                    t_1.renews_at,
                    t_1.loss_reason,
                    t_1.occurred_at,
                    t_1.loss_words,
                    t_1.competitor,
                    t_1.competitor_offer
                   FROM crm.subscription_state t_1
                  WHERE ((t_1.subscription_id = s.id) AND (t_1.occurred_at <= now()))
                  ORDER BY t_1.occurred_at DESC, t_1.id DESC
                 LIMIT 1) t ON (true))) l;

COMMENT ON VIEW crm.current_subscription IS 'What each subscription is now';

COMMENT ON COLUMN crm.current_subscription.subscription_id IS 'the subscription, in crm.subscription [id]';

COMMENT ON COLUMN crm.current_subscription.account_id IS 'the account after merges, in crm.account [id]';

COMMENT ON COLUMN crm.current_subscription.key IS 'the outside world''s id for the subscription';

COMMENT ON COLUMN crm.current_subscription.status IS 'trialing, active, past_due, paused, cancelled (and not over) or ended';

COMMENT ON COLUMN crm.current_subscription.pays IS 'true where it counts towards MRR: active, past_due, paused, or cancelled and not over';

COMMENT ON COLUMN crm.current_subscription.plan IS 'name of the plan';

COMMENT ON COLUMN crm.current_subscription.mrr_minor IS 'monthly recurring revenue [minor units of currency]';

COMMENT ON COLUMN crm.current_subscription.currency IS 'ISO 4217 code';

COMMENT ON COLUMN crm.current_subscription.seats IS 'seats paid for [count]';

COMMENT ON COLUMN crm.current_subscription.renews_at IS 'when it renews, or ends if cancelled';

COMMENT ON COLUMN crm.current_subscription.loss_reason IS 'why it was cancelled';

COMMENT ON COLUMN crm.current_subscription.started_at IS 'when it began';

COMMENT ON COLUMN crm.current_subscription.occurred_at IS 'since when it is so';

COMMENT ON COLUMN crm.current_subscription.loss_words IS 'the same in the customer''s words';

COMMENT ON COLUMN crm.current_subscription.competitor IS 'to whom the customer goes';

COMMENT ON COLUMN crm.current_subscription.competitor_offer IS 'price and terms there';

CREATE VIEW crm.account_money AS
 WITH subscribed AS (
         SELECT current_subscription.account_id,
            (sum(current_subscription.mrr_minor) * (12)::numeric) AS minor,
            min(current_subscription.currency) AS currency,
            (min(current_subscription.currency) = max(current_subscription.currency)) AS is_one
           FROM crm.current_subscription
          WHERE current_subscription.pays
          GROUP BY current_subscription.account_id
        ), bought AS (
         SELECT r.root_id AS account_id,
            GREATEST(sum(o.amount_minor), (0)::numeric) AS minor,
            min(o.currency) AS currency,
            (min(o.currency) = max(o.currency)) AS is_one
           FROM (crm.account_order o
             JOIN crm.account_root r ON ((r.account_id = o.account_id)))
          WHERE ((o.occurred_at > (now() - '365 days'::interval)) AND (o.occurred_at <= now()))
          GROUP BY r.root_id
        )
 SELECT subscribed.account_id,
        CASE
            WHEN subscribed.is_one THEN (subscribed.minor)::bigint
            ELSE NULL::bigint
        END AS money_minor,
        CASE
            WHEN subscribed.is_one THEN subscribed.currency
            ELSE NULL::text
        END AS currency,
    'mrr'::text AS basis
   FROM subscribed
UNION ALL
 SELECT b.account_id,
        CASE
            WHEN b.is_one THEN (b.minor)::bigint
            ELSE NULL::bigint
        END AS money_minor,
        CASE
            WHEN b.is_one THEN b.currency
            ELSE NULL::text
        END AS currency,
    'orders'::text AS basis
   FROM bought b
  WHERE (NOT (EXISTS ( SELECT
           FROM subscribed s
          WHERE (s.account_id = b.account_id))));

COMMENT ON VIEW crm.account_money IS 'What an account is worth in a year: MRR times 12, or its orders of the last 365 days less refunds';

COMMENT ON COLUMN crm.account_money.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.account_money.money_minor IS 'worth; null where it is in several currencies [minor units of currency]';

COMMENT ON COLUMN crm.account_money.currency IS 'ISO 4217 code';

COMMENT ON COLUMN crm.account_money.basis IS 'mrr or orders';

ALTER TABLE crm.account_order ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.account_order_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.account_owner (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    user_id bigint,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    known_at timestamp with time zone DEFAULT now() NOT NULL,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint
);

COMMENT ON TABLE crm.account_owner IS 'Who looks after an account, from when';

COMMENT ON COLUMN crm.account_owner.id IS 'identity [id]';

COMMENT ON COLUMN crm.account_owner.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.account_owner.user_id IS 'the owner from then on, in crm.team_user; null is nobody [id]';

COMMENT ON COLUMN crm.account_owner.occurred_at IS 'from when';

COMMENT ON COLUMN crm.account_owner.known_at IS 'when Holdfast learned of it';

COMMENT ON COLUMN crm.account_owner.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

ALTER TABLE crm.account_owner ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.account_owner_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.account_subject (
    subject_id bigint NOT NULL,
    account_id bigint NOT NULL,
    linked_at timestamp with time zone DEFAULT now() NOT NULL,
    grouped_at timestamp with time zone,
    identified_as bigint
);

COMMENT ON TABLE crm.account_subject IS 'Which account a subject of usage belongs to';

COMMENT ON COLUMN crm.account_subject.subject_id IS 'the subject, in usage.subject [id]';

COMMENT ON COLUMN crm.account_subject.account_id IS 'its account, in crm.account [id]';

COMMENT ON COLUMN crm.account_subject.linked_at IS 'since when';

COMMENT ON COLUMN crm.account_subject.grouped_at IS 'time of the group call that put a user there; null where none did';

COMMENT ON COLUMN crm.account_subject.identified_as IS 'the user whom an anonymous or former subject turned out to be, in usage.subject [id]';

CREATE TABLE crm.account_tag (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    tag text NOT NULL,
    present boolean NOT NULL,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    known_at timestamp with time zone DEFAULT now() NOT NULL,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    CONSTRAINT account_tag_tag_check CHECK (((length(tag) >= 1) AND (length(tag) <= 100)))
);

COMMENT ON TABLE crm.account_tag IS 'Tags put on accounts and taken off, from when';

COMMENT ON COLUMN crm.account_tag.id IS 'identity [id]';

COMMENT ON COLUMN crm.account_tag.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.account_tag.tag IS 'the tag';

COMMENT ON COLUMN crm.account_tag.present IS 'true where it was put on, false where it was taken off';

COMMENT ON COLUMN crm.account_tag.occurred_at IS 'from when';

COMMENT ON COLUMN crm.account_tag.known_at IS 'when Holdfast learned of it';

COMMENT ON COLUMN crm.account_tag.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

ALTER TABLE crm.account_tag ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.account_tag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.api_key (
    id bigint NOT NULL,
    name text NOT NULL,
    scope text NOT NULL,
    hint text NOT NULL,
    hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    used_at timestamp with time zone,
    events_per_second integer,
    events_per_day bigint,
    CONSTRAINT api_key_events_per_day_check CHECK ((events_per_day > 0)),
    CONSTRAINT api_key_events_per_second_check CHECK ((events_per_second > 0)),
    CONSTRAINT api_key_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT api_key_hint_check CHECK ((length(hint) <= 20)),
    CONSTRAINT api_key_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT api_key_scope_check CHECK ((scope = ANY (ARRAY['write'::text, 'api'::text, 'read'::text])))
);

COMMENT ON TABLE crm.api_key IS 'Keys of programs; checked by crm.check_key';

COMMENT ON COLUMN crm.api_key.id IS 'identity [id]';

COMMENT ON COLUMN crm.api_key.name IS 'what it is for';

COMMENT ON COLUMN crm.api_key.scope IS 'write sends usage, api reads and writes contacts, read reads them';

COMMENT ON COLUMN crm.api_key.hint IS 'its first characters, to tell keys apart';

COMMENT ON COLUMN crm.api_key.hash IS 'SHA-256 of the key';

COMMENT ON COLUMN crm.api_key.created_at IS 'when it was made';

COMMENT ON COLUMN crm.api_key.expires_at IS 'until when it is good; null is for ever';

COMMENT ON COLUMN crm.api_key.revoked_at IS 'since when it is refused';

COMMENT ON COLUMN crm.api_key.used_at IS 'last use, to the minute';

COMMENT ON COLUMN crm.api_key.events_per_second IS 'events that it may send a second to one process, over ten seconds; null is without limit [events/s]';

COMMENT ON COLUMN crm.api_key.events_per_day IS 'events that are taken from it in a UTC day; null is without limit [events]';

ALTER TABLE crm.api_key ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.api_key_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.audit (
    id bigint NOT NULL,
    happened_at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    verb text NOT NULL,
    object text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL
)
PARTITION BY RANGE (happened_at);

COMMENT ON TABLE crm.audit IS 'Who changed what, when';

COMMENT ON COLUMN crm.audit.id IS 'identity [id]';

COMMENT ON COLUMN crm.audit.happened_at IS 'when';

COMMENT ON COLUMN crm.audit.actor IS 'the user or the key that did it';

COMMENT ON COLUMN crm.audit.verb IS 'what was done';

COMMENT ON COLUMN crm.audit.object IS 'to what';

COMMENT ON COLUMN crm.audit.detail IS 'the change';

ALTER TABLE crm.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.audit_personal (
    audit_id bigint NOT NULL,
    contact_id bigint,
    account_id bigint,
    detail jsonb NOT NULL
);

COMMENT ON TABLE crm.audit_personal IS 'What audited changes say of people; lost when the person is erased';

COMMENT ON COLUMN crm.audit_personal.audit_id IS 'the change, in crm.audit [id]';

COMMENT ON COLUMN crm.audit_personal.contact_id IS 'the contact, in crm.contact [id]';

COMMENT ON COLUMN crm.audit_personal.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.audit_personal.detail IS 'the change';

CREATE TABLE crm.calendar (
    key text NOT NULL,
    time_zone text NOT NULL,
    CONSTRAINT calendar_key_check CHECK ((key ~ '^[a-z][a-z0-9_]{0,59}$'::text)),
    CONSTRAINT calendar_time_zone_check CHECK ((length(time_zone) <= 64))
);

COMMENT ON TABLE crm.calendar IS 'Working hours by which targets are counted';

COMMENT ON COLUMN crm.calendar.key IS 'name of the calendar';

COMMENT ON COLUMN crm.calendar.time_zone IS 'IANA name of the time zone of its hours';

CREATE TABLE crm.calendar_holiday (
    calendar text NOT NULL,
    day date NOT NULL,
    name text,
    CONSTRAINT calendar_holiday_name_check CHECK ((length(name) <= 200))
);

COMMENT ON TABLE crm.calendar_holiday IS 'Days on which nobody works';

COMMENT ON COLUMN crm.calendar_holiday.calendar IS 'the calendar, in crm.calendar';

COMMENT ON COLUMN crm.calendar_holiday.day IS 'the day';

COMMENT ON COLUMN crm.calendar_holiday.name IS 'what it is called';

CREATE TABLE crm.calendar_hours (
    calendar text NOT NULL,
    weekday smallint NOT NULL,
    opens time without time zone NOT NULL,
    closes time without time zone NOT NULL,
    CONSTRAINT calendar_hours_check CHECK ((closes > opens)),
    CONSTRAINT calendar_hours_weekday_check CHECK (((weekday >= 1) AND (weekday <= 7)))
);

COMMENT ON TABLE crm.calendar_hours IS 'When people work, by the day of the week; hours of a day do not overlap';

COMMENT ON COLUMN crm.calendar_hours.calendar IS 'the calendar, in crm.calendar';

COMMENT ON COLUMN crm.calendar_hours.weekday IS '1 is Monday, 7 is Sunday [ISO 8601 day]';

COMMENT ON COLUMN crm.calendar_hours.opens IS 'from when';

COMMENT ON COLUMN crm.calendar_hours.closes IS 'until when; 24:00 is midnight';

CREATE TABLE crm.contact (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    role text,
    language text,
    time_zone text,
    source text DEFAULT 'api'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    do_not_disturb_until timestamp with time zone,
    fields jsonb DEFAULT '{}'::jsonb NOT NULL,
    search text GENERATED ALWAYS AS (lower((translate(((name || ' '::text) || key), '’ʼ‘`'::text, ''''''''''::text) COLLATE "und-x-icu"))) STORED,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    edited boolean DEFAULT false NOT NULL,
    CONSTRAINT contact_fields_check CHECK ((jsonb_typeof(fields) = 'object'::text)),
    CONSTRAINT contact_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
    CONSTRAINT contact_language_check CHECK ((length(language) <= 35)),
    CONSTRAINT contact_name_check CHECK (((length(name) >= 1) AND (length(name) <= 400))),
    CONSTRAINT contact_role_check CHECK ((role = ANY (ARRAY['decides'::text, 'influences'::text, 'uses'::text, 'pays'::text, 'blocks'::text]))),
    CONSTRAINT contact_source_check CHECK (((length(source) >= 1) AND (length(source) <= 60))),
    CONSTRAINT contact_time_zone_check CHECK ((length(time_zone) <= 64))
);

COMMENT ON TABLE crm.contact IS 'A person at an account';

COMMENT ON COLUMN crm.contact.id IS 'identity [id]';

COMMENT ON COLUMN crm.contact.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.contact.key IS 'the outside world''s id for the person';

COMMENT ON COLUMN crm.contact.name IS 'name of the person';

COMMENT ON COLUMN crm.contact.role IS 'part in the decision: decides, influences, uses, pays or blocks';

COMMENT ON COLUMN crm.contact.language IS 'BCP 47 tag of the language to write in';

COMMENT ON COLUMN crm.contact.time_zone IS 'IANA name of the person''s time zone';

COMMENT ON COLUMN crm.contact.source IS 'where it came from: api, import, demo';

COMMENT ON COLUMN crm.contact.created_at IS 'when the contact was made';

COMMENT ON COLUMN crm.contact.do_not_disturb_until IS 'nobody writes or calls until then, except about service';

COMMENT ON COLUMN crm.contact.fields IS 'values of custom fields, by the keys in crm.field';

COMMENT ON COLUMN crm.contact.search IS 'name and key for searching: small letters, one kind of apostrophe';

COMMENT ON COLUMN crm.contact.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

COMMENT ON COLUMN crm.contact.edited IS 'true where an import made it and something else changed it since';

CREATE TABLE crm.contact_address (
    id bigint NOT NULL,
    contact_id bigint NOT NULL,
    channel text NOT NULL,
    value text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    CONSTRAINT contact_address_channel_check CHECK ((channel ~ '^[a-z][a-z_]{0,30}$'::text)),
    CONSTRAINT contact_address_value_check CHECK (((length(value) >= 1) AND (length(value) <= 1000)))
);

COMMENT ON TABLE crm.contact_address IS 'Where a contact can be reached';

COMMENT ON COLUMN crm.contact_address.id IS 'identity [id]';

COMMENT ON COLUMN crm.contact_address.contact_id IS 'the contact, in crm.contact [id]';

COMMENT ON COLUMN crm.contact_address.channel IS 'mail, phone, telegram and so on';

COMMENT ON COLUMN crm.contact_address.value IS 'the address itself';

COMMENT ON COLUMN crm.contact_address.created_at IS 'when it was added';

COMMENT ON COLUMN crm.contact_address.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

CREATE VIEW crm.consent_twin AS
 SELECT DISTINCT a.contact_id,
    a.channel,
    b.contact_id AS twin_id
   FROM (((((crm.contact_address a
     JOIN crm.contact_address b ON (((b.channel = a.channel) AND (lower(b.value) = lower(a.value)) AND (b.contact_id <> a.contact_id))))
     JOIN crm.contact mine ON ((mine.id = a.contact_id)))
     JOIN crm.contact theirs ON (((theirs.id = b.contact_id) AND (theirs.account_id <> mine.account_id))))
     JOIN crm.account_root r ON ((r.account_id = mine.account_id)))
     JOIN crm.account_root o ON (((o.account_id = theirs.account_id) AND (o.root_id = r.root_id))));

COMMENT ON VIEW crm.consent_twin IS 'Contacts of merged accounts who share an address: what one refuses, both do';

COMMENT ON COLUMN crm.consent_twin.contact_id IS 'the contact, in crm.contact [id]';

COMMENT ON COLUMN crm.consent_twin.channel IS 'the channel of the address';

COMMENT ON COLUMN crm.consent_twin.twin_id IS 'the other contact with this address, in crm.contact [id]';

ALTER TABLE crm.contact_address ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.contact_address_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.contact_consent (
    id bigint NOT NULL,
    contact_id bigint NOT NULL,
    channel text NOT NULL,
    topic text DEFAULT 'marketing'::text NOT NULL,
    granted boolean NOT NULL,
    source text NOT NULL,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    known_at timestamp with time zone DEFAULT now() NOT NULL,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    CONSTRAINT contact_consent_channel_check CHECK ((channel ~ '^[a-z][a-z_]{0,30}$'::text)),
    CONSTRAINT contact_consent_source_check CHECK (((length(source) >= 1) AND (length(source) <= 200))),
    CONSTRAINT contact_consent_topic_check CHECK ((topic ~ '^[a-z][a-z_]{0,30}$'::text))
);

COMMENT ON TABLE crm.contact_consent IS 'Consents given and withdrawn, from when';

COMMENT ON COLUMN crm.contact_consent.id IS 'identity [id]';

COMMENT ON COLUMN crm.contact_consent.contact_id IS 'the contact, in crm.contact [id]';

COMMENT ON COLUMN crm.contact_consent.channel IS 'mail, phone and so on';

COMMENT ON COLUMN crm.contact_consent.topic IS 'what about: marketing, service';

COMMENT ON COLUMN crm.contact_consent.granted IS 'true where it was given, false where it was withdrawn';

COMMENT ON COLUMN crm.contact_consent.source IS 'how it was given or withdrawn: import, api, unsubscribe link';

COMMENT ON COLUMN crm.contact_consent.occurred_at IS 'from when';

COMMENT ON COLUMN crm.contact_consent.known_at IS 'when Holdfast learned of it';

COMMENT ON COLUMN crm.contact_consent.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

ALTER TABLE crm.contact_consent ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.contact_consent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE crm.contact ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.contact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW crm.current_consent AS
 SELECT own.contact_id,
    own.channel,
    own.topic,
    (own.granted AND (stricter.occurred_at IS NULL)) AS granted,
    COALESCE(stricter.source, own.source) AS source,
    COALESCE(stricter.occurred_at, own.occurred_at) AS occurred_at
   FROM (( SELECT DISTINCT ON (c.contact_id, c.channel, c.topic) c.contact_id,
            c.channel,
            c.topic,
            c.granted,
            c.source,
            c.occurred_at
           FROM crm.contact_consent c
          WHERE (c.occurred_at <= now())
          ORDER BY c.contact_id, c.channel, c.topic, c.occurred_at DESC, c.id DESC) own
     LEFT JOIN LATERAL ( SELECT their.source,
            their.occurred_at
           FROM (crm.consent_twin t
             CROSS JOIN LATERAL ( SELECT w.granted,
                    w.source,
                    w.occurred_at
                   FROM crm.contact_consent w
                  WHERE ((w.contact_id = t.twin_id) AND (w.channel = own.channel) AND (w.topic = own.topic) AND (w.occurred_at <= now()))
                  ORDER BY w.occurred_at DESC, w.id DESC
                 LIMIT 1) their)
          WHERE ((t.contact_id = own.contact_id) AND (t.channel = own.channel) AND own.granted AND (NOT their.granted))
          ORDER BY their.occurred_at DESC
         LIMIT 1) stricter ON (true));

COMMENT ON VIEW crm.current_consent IS 'What each contact consents to now; of two who share an address in merged accounts, the refusal holds';

COMMENT ON COLUMN crm.current_consent.contact_id IS 'the contact, in crm.contact [id]';

COMMENT ON COLUMN crm.current_consent.channel IS 'mail, phone and so on';

COMMENT ON COLUMN crm.current_consent.topic IS 'what about';

COMMENT ON COLUMN crm.current_consent.granted IS 'true where given, false where withdrawn';

COMMENT ON COLUMN crm.current_consent.source IS 'how it was said';

COMMENT ON COLUMN crm.current_consent.occurred_at IS 'since when';

CREATE TABLE crm.deal (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    contact_id bigint,
    key text NOT NULL,
    name text NOT NULL,
    pipeline text DEFAULT 'sales'::text NOT NULL,
    owner_id bigint,
    expected_on date,
    fields jsonb DEFAULT '{}'::jsonb NOT NULL,
    source text DEFAULT 'api'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    known_at timestamp with time zone DEFAULT now() NOT NULL,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    edited boolean DEFAULT false NOT NULL,
    CONSTRAINT deal_fields_check CHECK ((jsonb_typeof(fields) = 'object'::text)),
    CONSTRAINT deal_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
    CONSTRAINT deal_name_check CHECK (((length(name) >= 1) AND (length(name) <= 400))),
    CONSTRAINT deal_source_check CHECK (((length(source) >= 1) AND (length(source) <= 60)))
);

COMMENT ON TABLE crm.deal IS 'A sale that is under way, won or lost';

COMMENT ON COLUMN crm.deal.id IS 'identity [id]';

COMMENT ON COLUMN crm.deal.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.deal.contact_id IS 'whom it is talked over with, in crm.contact [id]';

COMMENT ON COLUMN crm.deal.key IS 'the outside world''s id for the deal';

COMMENT ON COLUMN crm.deal.name IS 'name of the deal';

COMMENT ON COLUMN crm.deal.pipeline IS 'the pipeline that it goes through, in crm.deal_stage';

COMMENT ON COLUMN crm.deal.owner_id IS 'who leads it, in crm.team_user [id]';

COMMENT ON COLUMN crm.deal.expected_on IS 'the day on which it should be won';

COMMENT ON COLUMN crm.deal.fields IS 'values of custom fields, by the keys in crm.field';

COMMENT ON COLUMN crm.deal.source IS 'where it came from: api, import, demo';

COMMENT ON COLUMN crm.deal.created_at IS 'when it began';

COMMENT ON COLUMN crm.deal.known_at IS 'when Holdfast learned of it';

COMMENT ON COLUMN crm.deal.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

COMMENT ON COLUMN crm.deal.edited IS 'true where an import made it and something else changed it since';

CREATE TABLE crm.deal_stage (
    pipeline text DEFAULT 'sales'::text NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    "position" integer NOT NULL,
    kind text DEFAULT 'open'::text NOT NULL,
    demands text[] DEFAULT '{}'::text[] NOT NULL,
    stalled_after interval,
    CONSTRAINT deal_stage_key_check CHECK ((key ~ '^[a-z][a-z0-9_]{0,59}$'::text)),
    CONSTRAINT deal_stage_kind_check CHECK ((kind = ANY (ARRAY['open'::text, 'won'::text, 'lost'::text]))),
    CONSTRAINT deal_stage_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT deal_stage_pipeline_check CHECK ((pipeline ~ '^[a-z][a-z0-9_]{0,59}$'::text)),
    CONSTRAINT deal_stage_stalled_after_check CHECK ((stalled_after > '00:00:00'::interval))
);

COMMENT ON TABLE crm.deal_stage IS 'Stages of the pipelines, the same for everyone';

COMMENT ON COLUMN crm.deal_stage.pipeline IS 'the pipeline';

COMMENT ON COLUMN crm.deal_stage.key IS 'name in the API';

COMMENT ON COLUMN crm.deal_stage.name IS 'name for people';

COMMENT ON COLUMN crm.deal_stage."position" IS 'place in the pipeline, from 1 [rank]';

COMMENT ON COLUMN crm.deal_stage.kind IS 'open, won or lost';

COMMENT ON COLUMN crm.deal_stage.demands IS 'custom fields of the deal that must be filled to get there';

COMMENT ON COLUMN crm.deal_stage.stalled_after IS 'a deal that stays longer is stalled; null never is';

CREATE TABLE crm.deal_state (
    id bigint NOT NULL,
    deal_id bigint NOT NULL,
    stage text NOT NULL,
    amount_minor bigint,
    currency text,
    loss_reason text,
    loss_words text,
    competitor text,
    competitor_offer text,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    known_at timestamp with time zone DEFAULT now() NOT NULL,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    CONSTRAINT deal_state_amount_minor_check CHECK ((amount_minor >= 0)),
    CONSTRAINT deal_state_check CHECK (((amount_minor IS NULL) = (currency IS NULL))),
    CONSTRAINT deal_state_competitor_check CHECK ((length(competitor) <= 200)),
    CONSTRAINT deal_state_competitor_offer_check CHECK ((length(competitor_offer) <= 1000)),
    CONSTRAINT deal_state_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT deal_state_loss_reason_check CHECK ((length(loss_reason) <= 200)),
    CONSTRAINT deal_state_loss_words_check CHECK ((length(loss_words) <= 2000))
);

COMMENT ON TABLE crm.deal_state IS 'At which stage a deal was, from when';

COMMENT ON COLUMN crm.deal_state.id IS 'identity [id]';

COMMENT ON COLUMN crm.deal_state.deal_id IS 'the deal, in crm.deal [id]';

COMMENT ON COLUMN crm.deal_state.stage IS 'the stage, in crm.deal_stage';

COMMENT ON COLUMN crm.deal_state.amount_minor IS 'what it would bring [minor units of currency]';

COMMENT ON COLUMN crm.deal_state.currency IS 'ISO 4217 code';

COMMENT ON COLUMN crm.deal_state.loss_reason IS 'why it was lost, in crm.loss_reason';

COMMENT ON COLUMN crm.deal_state.loss_words IS 'the same in the customer''s words';

COMMENT ON COLUMN crm.deal_state.competitor IS 'who won it';

COMMENT ON COLUMN crm.deal_state.competitor_offer IS 'price and terms there';

COMMENT ON COLUMN crm.deal_state.occurred_at IS 'from when';

COMMENT ON COLUMN crm.deal_state.known_at IS 'when Holdfast learned of it';

COMMENT ON COLUMN crm.deal_state.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

CREATE VIEW crm.current_deal AS
 SELECT d.id AS deal_id,
    r.root_id AS account_id,
    d.contact_id,
    d.key,
    d.name,
    d.pipeline,
    t.stage,
    s.kind,
    s."position",
    t.amount_minor,
    t.currency,
    d.owner_id,
    d.expected_on,
    d.fields,
    t.loss_reason,
    t.loss_words,
    t.competitor,
    t.competitor_offer,
    d.source,
    d.created_at,
    t.occurred_at AS changed_at,
    COALESCE(here.since, t.occurred_at) AS stage_since,
    s.stalled_after
   FROM ((((crm.deal d
     JOIN crm.account_root r ON ((r.account_id = d.account_id)))
     JOIN LATERAL ( SELECT t_1.id,
            t_1.deal_id,
            t_1.stage,
            t_1.amount_minor,
            t_1.currency,
            t_1.loss_reason,
            t_1.loss_words,
            t_1.competitor,
            t_1.competitor_offer,
            t_1.occurred_at,
            t_1.known_at,
            t_1.import_id
           FROM crm.deal_state t_1
          WHERE ((t_1.deal_id = d.id) AND (t_1.occurred_at <= now()))
          ORDER BY t_1.occurred_at DESC, t_1.id DESC
         LIMIT 1) t ON (true))
     LEFT JOIN crm.deal_stage s ON (((s.pipeline = d.pipeline) AND (s.key = t.stage))))
     LEFT JOIN LATERAL ( SELECT min(h.occurred_at) AS since
           FROM crm.deal_state h
          WHERE ((h.deal_id = d.id) AND (h.occurred_at <= now()) AND (h.stage = t.stage) AND ((h.occurred_at, h.id) > ( SELECT COALESCE(max(o.occurred_at), '-infinity'::timestamp with time zone) AS "coalesce",
                    COALESCE(max(o.id), (0)::bigint) AS "coalesce"
                   FROM ( SELECT o_1.occurred_at,
                            o_1.id
                           FROM crm.deal_state o_1
                          WHERE ((o_1.deal_id = d.id) AND (o_1.occurred_at <= now()) AND (o_1.stage <> t.stage))
                          ORDER BY o_1.occurred_at DESC, o_1.id DESC
                         LIMIT 1) o)))) here ON (true));

COMMENT ON VIEW crm.current_deal IS 'What each deal is now';

COMMENT ON COLUMN crm.current_deal.deal_id IS 'the deal, in crm.deal [id]';

COMMENT ON COLUMN crm.current_deal.account_id IS 'the account after merges, in crm.account [id]';

COMMENT ON COLUMN crm.current_deal.contact_id IS 'whom it is talked over with, in crm.contact [id]';

COMMENT ON COLUMN crm.current_deal.key IS 'the outside world''s id for the deal';

COMMENT ON COLUMN crm.current_deal.name IS 'name of the deal';

COMMENT ON COLUMN crm.current_deal.pipeline IS 'the pipeline';

COMMENT ON COLUMN crm.current_deal.stage IS 'the stage that it is at';

COMMENT ON COLUMN crm.current_deal.kind IS 'open, won or lost; null for a stage that is no more';

COMMENT ON COLUMN crm.current_deal."position" IS 'place of the stage in the pipeline [rank]';

COMMENT ON COLUMN crm.current_deal.amount_minor IS 'what it would bring [minor units of currency]';

COMMENT ON COLUMN crm.current_deal.currency IS 'ISO 4217 code';

COMMENT ON COLUMN crm.current_deal.owner_id IS 'who leads it, in crm.team_user [id]';

COMMENT ON COLUMN crm.current_deal.expected_on IS 'the day on which it should be won';

COMMENT ON COLUMN crm.current_deal.fields IS 'values of custom fields';

COMMENT ON COLUMN crm.current_deal.loss_reason IS 'why it was lost';

COMMENT ON COLUMN crm.current_deal.loss_words IS 'the same in the customer''s words';

COMMENT ON COLUMN crm.current_deal.competitor IS 'who won it';

COMMENT ON COLUMN crm.current_deal.competitor_offer IS 'price and terms there';

COMMENT ON COLUMN crm.current_deal.source IS 'where it came from';

COMMENT ON COLUMN crm.current_deal.created_at IS 'when it began';

COMMENT ON COLUMN crm.current_deal.changed_at IS 'since when all of this is so';

COMMENT ON COLUMN crm.current_deal.stage_since IS 'since when it is at this stage';

COMMENT ON COLUMN crm.current_deal.stalled_after IS 'a deal that stays longer is stalled';

CREATE TABLE crm.invoice (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    key text NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    issued_on date NOT NULL,
    due_on date NOT NULL,
    paid_at timestamp with time zone,
    voided_at timestamp with time zone,
    known_at timestamp with time zone DEFAULT now() NOT NULL,
    historical boolean DEFAULT false NOT NULL,
    source text DEFAULT 'api'::text NOT NULL,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    edited boolean DEFAULT false NOT NULL,
    CONSTRAINT invoice_check CHECK ((due_on >= issued_on)),
    CONSTRAINT invoice_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT invoice_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
    CONSTRAINT invoice_source_check CHECK (((length(source) >= 1) AND (length(source) <= 60)))
);

COMMENT ON TABLE crm.invoice IS 'Invoices; a credit note has a negative amount';

COMMENT ON COLUMN crm.invoice.id IS 'identity [id]';

COMMENT ON COLUMN crm.invoice.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.invoice.key IS 'the outside world''s id for the invoice';

COMMENT ON COLUMN crm.invoice.amount_minor IS 'what is to be paid [minor units of currency]';

COMMENT ON COLUMN crm.invoice.currency IS 'ISO 4217 code';

COMMENT ON COLUMN crm.invoice.issued_on IS 'day of the invoice';

COMMENT ON COLUMN crm.invoice.due_on IS 'last day to pay it';

COMMENT ON COLUMN crm.invoice.paid_at IS 'when it was paid in full';

COMMENT ON COLUMN crm.invoice.voided_at IS 'since when it is void';

COMMENT ON COLUMN crm.invoice.known_at IS 'when Holdfast learned of it';

COMMENT ON COLUMN crm.invoice.historical IS 'true where it came by a declared import of history';

COMMENT ON COLUMN crm.invoice.source IS 'where it came from: api, import, demo';

COMMENT ON COLUMN crm.invoice.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

COMMENT ON COLUMN crm.invoice.edited IS 'true where an import made it and something else changed it since';

CREATE VIEW crm.current_invoice AS
 SELECT i.id AS invoice_id,
    r.root_id AS account_id,
    i.key,
    i.amount_minor,
    i.currency,
    i.issued_on,
    i.due_on,
    i.paid_at,
    i.voided_at,
        CASE
            WHEN (i.voided_at <= now()) THEN 'void'::text
            WHEN (i.paid_at <= now()) THEN 'paid'::text
            WHEN (i.amount_minor <= 0) THEN 'credit'::text
            WHEN (i.due_on < ((now() AT TIME ZONE 'UTC'::text))::date) THEN 'overdue'::text
            ELSE 'due'::text
        END AS status,
    i.source
   FROM (crm.invoice i
     JOIN crm.account_root r ON ((r.account_id = i.account_id)));

COMMENT ON VIEW crm.current_invoice IS 'What each invoice is now';

COMMENT ON COLUMN crm.current_invoice.invoice_id IS 'the invoice, in crm.invoice [id]';

COMMENT ON COLUMN crm.current_invoice.account_id IS 'the account after merges, in crm.account [id]';

COMMENT ON COLUMN crm.current_invoice.key IS 'the outside world''s id for the invoice';

COMMENT ON COLUMN crm.current_invoice.amount_minor IS 'what is to be paid [minor units of currency]';

COMMENT ON COLUMN crm.current_invoice.currency IS 'ISO 4217 code';

COMMENT ON COLUMN crm.current_invoice.issued_on IS 'day of the invoice';

COMMENT ON COLUMN crm.current_invoice.due_on IS 'last day to pay it';

COMMENT ON COLUMN crm.current_invoice.paid_at IS 'when it was paid in full';

COMMENT ON COLUMN crm.current_invoice.voided_at IS 'since when it is void';

COMMENT ON COLUMN crm.current_invoice.status IS 'void, paid, credit (nothing is to be paid), overdue since the UTC day behind due_on, or due';

COMMENT ON COLUMN crm.current_invoice.source IS 'where it came from';

CREATE VIEW crm.current_owner AS
 SELECT DISTINCT ON (r.root_id) r.root_id AS account_id,
    o.user_id,
    o.occurred_at
   FROM (crm.account_owner o
     JOIN crm.account_root r ON ((r.account_id = o.account_id)))
  WHERE (o.occurred_at <= now())
  ORDER BY r.root_id, (o.account_id = r.root_id) DESC, o.occurred_at DESC, o.id DESC;

COMMENT ON VIEW crm.current_owner IS 'Who looks after each account now';

COMMENT ON COLUMN crm.current_owner.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.current_owner.user_id IS 'the owner, in crm.team_user; null is nobody [id]';

COMMENT ON COLUMN crm.current_owner.occurred_at IS 'since when';

CREATE VIEW crm.current_tag AS
 SELECT latest.account_id,
    latest.tag,
    latest.occurred_at
   FROM ( SELECT DISTINCT ON (r.root_id, t.tag) r.root_id AS account_id,
            t.tag,
            t.present,
            t.occurred_at
           FROM (crm.account_tag t
             JOIN crm.account_root r ON ((r.account_id = t.account_id)))
          WHERE (t.occurred_at <= now())
          ORDER BY r.root_id, t.tag, t.occurred_at DESC, t.id DESC) latest
  WHERE latest.present;

COMMENT ON VIEW crm.current_tag IS 'The tags that each account has now';

COMMENT ON COLUMN crm.current_tag.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.current_tag.tag IS 'the tag';

COMMENT ON COLUMN crm.current_tag.occurred_at IS 'since when';

CREATE TABLE crm.ticket (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    contact_id bigint,
    key text NOT NULL,
    subject text NOT NULL,
    priority text DEFAULT 'normal'::text NOT NULL,
    channel text,
    first_answered_at timestamp with time zone,
    feedback text,
    feedback_words text,
    feedback_at timestamp with time zone,
    occurred_at timestamp with time zone NOT NULL,
    known_at timestamp with time zone DEFAULT now() NOT NULL,
    historical boolean DEFAULT false NOT NULL,
    source text DEFAULT 'api'::text NOT NULL,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    edited boolean DEFAULT false NOT NULL,
    CONSTRAINT ticket_channel_check CHECK ((channel ~ '^[a-z][a-z_]{0,30}$'::text)),
    CONSTRAINT ticket_feedback_check CHECK ((feedback = ANY (ARRAY['good'::text, 'bad'::text]))),
    CONSTRAINT ticket_feedback_words_check CHECK ((length(feedback_words) <= 10000)),
    CONSTRAINT ticket_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
    CONSTRAINT ticket_priority_check CHECK ((priority = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text, 'urgent'::text]))),
    CONSTRAINT ticket_source_check CHECK (((length(source) >= 1) AND (length(source) <= 60))),
    CONSTRAINT ticket_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 1000)))
);

COMMENT ON TABLE crm.ticket IS 'Requests for help';

COMMENT ON COLUMN crm.ticket.id IS 'identity [id]';

COMMENT ON COLUMN crm.ticket.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.ticket.contact_id IS 'who asked, in crm.contact [id]';

COMMENT ON COLUMN crm.ticket.key IS 'the outside world''s id for the ticket';

COMMENT ON COLUMN crm.ticket.subject IS 'one line';

COMMENT ON COLUMN crm.ticket.priority IS 'low, normal, high or urgent';

COMMENT ON COLUMN crm.ticket.channel IS 'by which it came';

COMMENT ON COLUMN crm.ticket.first_answered_at IS 'when a person first answered';

COMMENT ON COLUMN crm.ticket.feedback IS 'what the customer said of the service: good or bad';

COMMENT ON COLUMN crm.ticket.feedback_words IS 'in the customer''s words';

COMMENT ON COLUMN crm.ticket.feedback_at IS 'when';

COMMENT ON COLUMN crm.ticket.occurred_at IS 'when it was opened';

COMMENT ON COLUMN crm.ticket.known_at IS 'when Holdfast learned of it';

COMMENT ON COLUMN crm.ticket.historical IS 'true where it came by a declared import of history';

COMMENT ON COLUMN crm.ticket.source IS 'where it came from: api, import, demo';

COMMENT ON COLUMN crm.ticket.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

COMMENT ON COLUMN crm.ticket.edited IS 'true where an import made it and something else changed it since';

CREATE TABLE crm.ticket_state (
    id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    status text NOT NULL,
    escalated boolean DEFAULT false NOT NULL,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    known_at timestamp with time zone DEFAULT now() NOT NULL,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    CONSTRAINT ticket_state_status_check CHECK ((status = ANY (ARRAY['open'::text, 'pending'::text, 'solved'::text, 'closed'::text])))
);

COMMENT ON TABLE crm.ticket_state IS 'What a ticket was, from when; open after solved is reopened';

COMMENT ON COLUMN crm.ticket_state.id IS 'identity [id]';

COMMENT ON COLUMN crm.ticket_state.ticket_id IS 'the ticket, in crm.ticket [id]';

COMMENT ON COLUMN crm.ticket_state.status IS 'open, pending (waits for the customer), solved or closed';

COMMENT ON COLUMN crm.ticket_state.escalated IS 'true from when it was taken higher';

COMMENT ON COLUMN crm.ticket_state.occurred_at IS 'from when';

COMMENT ON COLUMN crm.ticket_state.known_at IS 'when Holdfast learned of it';

COMMENT ON COLUMN crm.ticket_state.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

CREATE VIEW crm.current_ticket AS
 SELECT k.id AS ticket_id,
    r.root_id AS account_id,
    k.contact_id,
    k.key,
    k.subject,
    k.priority,
    k.channel,
    t.status,
    t.escalated,
    k.occurred_at AS opened_at,
    t.occurred_at AS changed_at,
    k.first_answered_at,
        CASE
            WHEN (t.status = ANY (ARRAY['solved'::text, 'closed'::text])) THEN story.solved_at
            ELSE NULL::timestamp with time zone
        END AS solved_at,
    COALESCE(story.reopened, (0)::bigint) AS reopened,
    k.feedback,
    k.feedback_words,
    k.feedback_at,
    k.source
   FROM (((crm.ticket k
     JOIN crm.account_root r ON ((r.account_id = k.account_id)))
     JOIN LATERAL ( SELECT t_1.id,
            t_1.ticket_id,
            t_1.status,
            t_1.escalated,
            t_1.occurred_at,
            t_1.known_at,
            t_1.import_id
           FROM crm.ticket_state t_1
          WHERE ((t_1.ticket_id = k.id) AND (t_1.occurred_at <= now()))
          ORDER BY t_1.occurred_at DESC, t_1.id DESC
         LIMIT 1) t ON (true))
     LEFT JOIN LATERAL ( SELECT max(e.occurred_at) FILTER (WHERE (e.is_over AND (NOT e.was_over))) AS solved_at,
            count(*) FILTER (WHERE (e.was_over AND (NOT e.is_over))) AS reopened
           FROM ( SELECT s.occurred_at,
                    (s.status = ANY (ARRAY['solved'::text, 'closed'::text])) AS is_over,
                    COALESCE((lag(s.status) OVER (ORDER BY s.occurred_at, s.id) = ANY (ARRAY['solved'::text, 'closed'::text])), false) AS was_over
                   FROM crm.ticket_state s
                  WHERE ((s.ticket_id = k.id) AND (s.occurred_at <= now()))) e) story ON (true));

COMMENT ON VIEW crm.current_ticket IS 'What each ticket is now';

COMMENT ON COLUMN crm.current_ticket.ticket_id IS 'the ticket, in crm.ticket [id]';

COMMENT ON COLUMN crm.current_ticket.account_id IS 'the account after merges, in crm.account [id]';

COMMENT ON COLUMN crm.current_ticket.contact_id IS 'who asked, in crm.contact [id]';

COMMENT ON COLUMN crm.current_ticket.key IS 'the outside world''s id for the ticket';

COMMENT ON COLUMN crm.current_ticket.subject IS 'one line';

COMMENT ON COLUMN crm.current_ticket.priority IS 'low, normal, high or urgent';

COMMENT ON COLUMN crm.current_ticket.channel IS 'by which it came';

COMMENT ON COLUMN crm.current_ticket.status IS 'open, pending (waits for the customer), solved or closed';

COMMENT ON COLUMN crm.current_ticket.escalated IS 'true where it was taken higher';

COMMENT ON COLUMN crm.current_ticket.opened_at IS 'when it was opened';

COMMENT ON COLUMN crm.current_ticket.changed_at IS 'since when status and escalated are so';

COMMENT ON COLUMN crm.current_ticket.first_answered_at IS 'when a person first answered';

COMMENT ON COLUMN crm.current_ticket.solved_at IS 'when it was solved or closed, the last time; null while it is not';

COMMENT ON COLUMN crm.current_ticket.reopened IS 'how often it came back after it was solved or closed [count]';

COMMENT ON COLUMN crm.current_ticket.feedback IS 'good or bad';

COMMENT ON COLUMN crm.current_ticket.feedback_words IS 'in the customer''s words';

COMMENT ON COLUMN crm.current_ticket.feedback_at IS 'when';

COMMENT ON COLUMN crm.current_ticket.source IS 'where it came from';

ALTER TABLE crm.deal ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.deal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE crm.deal_state ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.deal_state_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.erased_address (
    channel text NOT NULL,
    hash bytea NOT NULL,
    erased_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT erased_address_hash_check CHECK ((length(hash) = 32))
);

COMMENT ON TABLE crm.erased_address IS 'Addresses of people who were erased: nothing is sent there, whoever brings them again';

COMMENT ON COLUMN crm.erased_address.channel IS 'the channel';

COMMENT ON COLUMN crm.erased_address.hash IS 'SHA-256 of the address in its plain form, see crm.plain_address';

COMMENT ON COLUMN crm.erased_address.erased_at IS 'since when';

CREATE TABLE crm.erasure (
    id bigint NOT NULL,
    contacts bigint[] NOT NULL,
    account_id bigint,
    whole boolean NOT NULL,
    subjects bigint[] NOT NULL,
    actor text NOT NULL,
    erased_at timestamp with time zone DEFAULT now() NOT NULL,
    removed jsonb DEFAULT '{}'::jsonb NOT NULL,
    waits_for text[] NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT erasure_check CHECK (((finished_at IS NULL) = (waits_for <> '{}'::text[])))
);

COMMENT ON TABLE crm.erasure IS 'Certificates: people who were erased, without naming them';

COMMENT ON COLUMN crm.erasure.id IS 'identity [id]';

COMMENT ON COLUMN crm.erasure.contacts IS 'who they were, in crm.contact until then [ids]';

COMMENT ON COLUMN crm.erasure.account_id IS 'the account that they were at, or that was erased, in crm.account [id]';

COMMENT ON COLUMN crm.erasure.whole IS 'true where the account is a person and was erased itself';

COMMENT ON COLUMN crm.erasure.subjects IS 'whom the person''s usage was about, in usage.subject [ids]';

COMMENT ON COLUMN crm.erasure.actor IS 'who asked for it: a user, a key or the command line';

COMMENT ON COLUMN crm.erasure.erased_at IS 'when contacts erased it';

COMMENT ON COLUMN crm.erasure.removed IS 'rows that were removed or emptied, as counts by table';

COMMENT ON COLUMN crm.erasure.waits_for IS 'services that have not yet erased what they hold';

COMMENT ON COLUMN crm.erasure.finished_at IS 'when the last of them had';

ALTER TABLE crm.erasure ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.erasure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.erasure_value (
    erasure_id bigint NOT NULL,
    value text NOT NULL,
    is_distinctive boolean DEFAULT true NOT NULL
);

COMMENT ON TABLE crm.erasure_value IS 'What to look for while an erasure is under way; empty once it is finished';

COMMENT ON COLUMN crm.erasure_value.erasure_id IS 'the erasure, in crm.erasure [id]';

COMMENT ON COLUMN crm.erasure_value.value IS 'a name, key or address of the person';

COMMENT ON COLUMN crm.erasure_value.is_distinctive IS 'whether it stands for nobody and nothing else; one that does not is looked for in what is the person''s own alone';

CREATE TABLE crm.exchange_rate (
    day date NOT NULL,
    currency text NOT NULL,
    base text NOT NULL,
    rate double precision NOT NULL,
    CONSTRAINT exchange_rate_base_check CHECK ((base ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT exchange_rate_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT exchange_rate_rate_check CHECK ((rate > (0)::double precision))
);

COMMENT ON TABLE crm.exchange_rate IS 'Rates of the day, by which currencies compare';

COMMENT ON COLUMN crm.exchange_rate.day IS 'the day';

COMMENT ON COLUMN crm.exchange_rate.currency IS 'ISO 4217 code of the foreign currency';

COMMENT ON COLUMN crm.exchange_rate.base IS 'ISO 4217 code of the currency to compare in';

COMMENT ON COLUMN crm.exchange_rate.rate IS 'worth of one unit of currency [units of base]';

CREATE TABLE crm.field (
    id bigint NOT NULL,
    object text NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    choices text[] DEFAULT '{}'::text[] NOT NULL,
    mandatory boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT field_check CHECK (((type = ANY (ARRAY['choice'::text, 'multi_choice'::text])) = (cardinality(choices) > 0))),
    CONSTRAINT field_choices_check CHECK ((cardinality(choices) <= 200)),
    CONSTRAINT field_key_check CHECK ((key ~ '^[a-z][a-z0-9_]{0,59}$'::text)),
    CONSTRAINT field_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT field_object_check CHECK ((object = ANY (ARRAY['account'::text, 'contact'::text, 'deal'::text]))),
    CONSTRAINT field_type_check CHECK ((type = ANY (ARRAY['text'::text, 'number'::text, 'money'::text, 'date'::text, 'choice'::text, 'multi_choice'::text, 'bool'::text])))
);

COMMENT ON TABLE crm.field IS 'Custom fields of accounts, contacts and deals';

COMMENT ON COLUMN crm.field.id IS 'identity [id]';

COMMENT ON COLUMN crm.field.object IS 'what has it: account, contact or deal';

COMMENT ON COLUMN crm.field.key IS 'name in expressions, imports and the API';

COMMENT ON COLUMN crm.field.name IS 'name for people';

COMMENT ON COLUMN crm.field.type IS 'text, number, money, date, choice, multi_choice or bool';

COMMENT ON COLUMN crm.field.choices IS 'what can be chosen, for choice and multi_choice';

COMMENT ON COLUMN crm.field.mandatory IS 'true where a write that leaves it empty is refused';

COMMENT ON COLUMN crm.field.created_at IS 'when it was made';

ALTER TABLE crm.field ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.field_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.goal (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    key text NOT NULL,
    words text NOT NULL,
    due_on date,
    status text DEFAULT 'open'::text NOT NULL,
    agreed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT goal_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
    CONSTRAINT goal_status_check CHECK ((status = ANY (ARRAY['open'::text, 'reached'::text, 'missed'::text, 'dropped'::text]))),
    CONSTRAINT goal_words_check CHECK (((length(words) >= 1) AND (length(words) <= 2000)))
);

COMMENT ON TABLE crm.goal IS 'Goals agreed with the customer';

COMMENT ON COLUMN crm.goal.id IS 'identity [id]';

COMMENT ON COLUMN crm.goal.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.goal.key IS 'the outside world''s id for the goal';

COMMENT ON COLUMN crm.goal.words IS 'what is to be reached, and how one can tell';

COMMENT ON COLUMN crm.goal.due_on IS 'by which day';

COMMENT ON COLUMN crm.goal.status IS 'open, reached, missed or dropped';

COMMENT ON COLUMN crm.goal.agreed_at IS 'when it was agreed';

ALTER TABLE crm.goal ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.goal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.goal_review (
    id bigint NOT NULL,
    goal_id bigint NOT NULL,
    progress smallint,
    words text,
    by_user_id bigint,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT goal_review_progress_check CHECK (((progress >= 0) AND (progress <= 100))),
    CONSTRAINT goal_review_words_check CHECK ((length(words) <= 10000))
);

COMMENT ON TABLE crm.goal_review IS 'Reviews of goals together with the customer';

COMMENT ON COLUMN crm.goal_review.id IS 'identity [id]';

COMMENT ON COLUMN crm.goal_review.goal_id IS 'the goal, in crm.goal [id]';

COMMENT ON COLUMN crm.goal_review.progress IS 'how far it is [percent]';

COMMENT ON COLUMN crm.goal_review.words IS 'what was found and agreed';

COMMENT ON COLUMN crm.goal_review.by_user_id IS 'who held the review, in crm.team_user [id]';

COMMENT ON COLUMN crm.goal_review.occurred_at IS 'when';

ALTER TABLE crm.goal_review ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.goal_review_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.idempotency (
    api_key_id bigint NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    status integer,
    answer text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT idempotency_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT idempotency_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200)))
);

COMMENT ON TABLE crm.idempotency IS 'What was answered to a request that may be sent again';

COMMENT ON COLUMN crm.idempotency.api_key_id IS 'the key by which it came, in crm.api_key [id]';

COMMENT ON COLUMN crm.idempotency.key IS 'its Idempotency-Key';

COMMENT ON COLUMN crm.idempotency.digest IS 'SHA-256 of its method, path and body';

COMMENT ON COLUMN crm.idempotency.status IS 'of the answer; null while it is under way, which nobody else sees [HTTP status]';

COMMENT ON COLUMN crm.idempotency.answer IS 'body of the answer';

COMMENT ON COLUMN crm.idempotency.created_at IS 'when it came';

CREATE TABLE crm.import (
    id bigint NOT NULL,
    kind text NOT NULL,
    file text NOT NULL,
    digest text NOT NULL,
    source text NOT NULL,
    historical boolean NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    lines bigint DEFAULT 0 NOT NULL,
    accepted bigint DEFAULT 0 NOT NULL,
    unchanged bigint DEFAULT 0 NOT NULL,
    refused bigint DEFAULT 0 NOT NULL,
    undone_at timestamp with time zone,
    undone_by text,
    taken_back bigint,
    restored bigint,
    kept jsonb,
    made bigint DEFAULT 0 NOT NULL
);

COMMENT ON TABLE crm.import IS 'Imports of files';

COMMENT ON COLUMN crm.import.id IS 'identity [id]';

COMMENT ON COLUMN crm.import.kind IS 'accounts, contacts, subscriptions or orders';

COMMENT ON COLUMN crm.import.file IS 'name of the file';

COMMENT ON COLUMN crm.import.digest IS 'SHA-256 of the file, in hex';

COMMENT ON COLUMN crm.import.source IS 'what the rows'' source was set to';

COMMENT ON COLUMN crm.import.historical IS 'true where it was declared as history';

COMMENT ON COLUMN crm.import.started_at IS 'when it began';

COMMENT ON COLUMN crm.import.finished_at IS 'when it ended; null while it runs or where it was broken off';

COMMENT ON COLUMN crm.import.lines IS 'lines read so far; a repeated import goes on behind them [count]';

COMMENT ON COLUMN crm.import.accepted IS 'lines that made or changed a row [count]';

COMMENT ON COLUMN crm.import.unchanged IS 'lines that said what was known [count]';

COMMENT ON COLUMN crm.import.refused IS 'lines refused, in crm.import_refusal [count]';

COMMENT ON COLUMN crm.import.undone_at IS 'when it was undone';

COMMENT ON COLUMN crm.import.undone_by IS 'who undid it';

COMMENT ON COLUMN crm.import.taken_back IS 'rows that it had made and that are gone since [count]';

COMMENT ON COLUMN crm.import.restored IS 'rows that it had changed and that are again what they were [count]';

COMMENT ON COLUMN crm.import.kept IS 'rows that were left as they are, as counts by reason';

COMMENT ON COLUMN crm.import.made IS 'lines that made a row; the others that were accepted changed one [count]';

CREATE TABLE crm.import_before (
    import_id bigint NOT NULL,
    row_id bigint NOT NULL,
    before jsonb NOT NULL,
    after bytea NOT NULL,
    CONSTRAINT import_before_after_check CHECK ((length(after) = 32))
);

COMMENT ON TABLE crm.import_before IS 'What rows were before an import changed them';

COMMENT ON COLUMN crm.import_before.import_id IS 'the import, in crm.import [id]';

COMMENT ON COLUMN crm.import_before.row_id IS 'the row, in the table of the import''s kind [id]';

COMMENT ON COLUMN crm.import_before.before IS 'the row before the import';

COMMENT ON COLUMN crm.import_before.after IS 'SHA-256 of the row as the import left it: one that is something else by now is not set back';

ALTER TABLE crm.import ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.import_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.import_refusal (
    import_id bigint NOT NULL,
    line bigint NOT NULL,
    field text,
    reason text NOT NULL,
    content text NOT NULL
);

COMMENT ON TABLE crm.import_refusal IS 'Lines that an import refused, with the reason';

COMMENT ON COLUMN crm.import_refusal.import_id IS 'the import, in crm.import [id]';

COMMENT ON COLUMN crm.import_refusal.line IS 'number of the line in the file, from 1 [count]';

COMMENT ON COLUMN crm.import_refusal.field IS 'the field at fault';

COMMENT ON COLUMN crm.import_refusal.reason IS 'what was expected';

COMMENT ON COLUMN crm.import_refusal.content IS 'the line, cut at 10,000 characters';

CREATE TABLE crm.interaction (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    contact_id bigint,
    kind text NOT NULL,
    direction text DEFAULT 'internal'::text NOT NULL,
    channel text,
    title text NOT NULL,
    body text,
    by_user_id bigint,
    entry_key text,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    known_at timestamp with time zone DEFAULT now() NOT NULL,
    pinned_at timestamp with time zone,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    edited boolean DEFAULT false NOT NULL,
    CONSTRAINT interaction_body_check CHECK ((length(body) <= 100000)),
    CONSTRAINT interaction_channel_check CHECK ((length(channel) <= 60)),
    CONSTRAINT interaction_direction_check CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text, 'internal'::text]))),
    CONSTRAINT interaction_entry_key_check CHECK ((length(entry_key) <= 200)),
    CONSTRAINT interaction_kind_check CHECK (((length(kind) >= 1) AND (length(kind) <= 60))),
    CONSTRAINT interaction_title_check CHECK ((length(title) <= 1000))
);

COMMENT ON TABLE crm.interaction IS 'Talks with the customer and notes about it';

COMMENT ON COLUMN crm.interaction.id IS 'identity [id]';

COMMENT ON COLUMN crm.interaction.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.interaction.contact_id IS 'the contact, in crm.contact [id]';

COMMENT ON COLUMN crm.interaction.kind IS 'note, call, mail, meeting and so on';

COMMENT ON COLUMN crm.interaction.direction IS 'in, out or internal';

COMMENT ON COLUMN crm.interaction.channel IS 'by which channel';

COMMENT ON COLUMN crm.interaction.title IS 'one line';

COMMENT ON COLUMN crm.interaction.body IS 'the words';

COMMENT ON COLUMN crm.interaction.by_user_id IS 'the user who wrote or talked, in crm.team_user [id]';

COMMENT ON COLUMN crm.interaction.entry_key IS 'makes a repeated entry one';

COMMENT ON COLUMN crm.interaction.occurred_at IS 'when it happened';

COMMENT ON COLUMN crm.interaction.known_at IS 'when Holdfast learned of it';

COMMENT ON COLUMN crm.interaction.pinned_at IS 'since when it stands first on the timeline; null where it doesn''t';

COMMENT ON COLUMN crm.interaction.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

COMMENT ON COLUMN crm.interaction.edited IS 'true where an import made it and something else changed it since';

ALTER TABLE crm.interaction ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.interaction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE crm.invoice ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.invoice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.loss_reason (
    key text NOT NULL,
    name text NOT NULL,
    name_uk text NOT NULL,
    "position" integer NOT NULL,
    addressable boolean NOT NULL,
    CONSTRAINT loss_reason_key_check CHECK ((key ~ '^[a-z][a-z0-9_]{0,59}$'::text)),
    CONSTRAINT loss_reason_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT loss_reason_name_uk_check CHECK (((length(name_uk) >= 1) AND (length(name_uk) <= 200)))
);

COMMENT ON TABLE crm.loss_reason IS 'Why customers leave and deals are lost: the reasons to choose from';

COMMENT ON COLUMN crm.loss_reason.key IS 'name in the API, in imports and in segments';

COMMENT ON COLUMN crm.loss_reason.name IS 'name for people, in English';

COMMENT ON COLUMN crm.loss_reason.name_uk IS 'the same in Ukrainian';

COMMENT ON COLUMN crm.loss_reason."position" IS 'place in lists, from 1 [rank]';

COMMENT ON COLUMN crm.loss_reason.addressable IS 'true where something can be done about it';

CREATE TABLE crm.merge (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    into_id bigint NOT NULL,
    actor text NOT NULL,
    merged_at timestamp with time zone DEFAULT now() NOT NULL,
    undone_by text,
    undone_at timestamp with time zone,
    CONSTRAINT merge_check CHECK (((undone_by IS NULL) = (undone_at IS NULL))),
    CONSTRAINT merge_check1 CHECK ((account_id <> into_id))
);

COMMENT ON TABLE crm.merge IS 'Accounts that were merged into others, and whether it was undone';

COMMENT ON COLUMN crm.merge.id IS 'identity [id]';

COMMENT ON COLUMN crm.merge.account_id IS 'the account that is read as the other one, in crm.account [id]';

COMMENT ON COLUMN crm.merge.into_id IS 'the one that survived, in crm.account [id]';

COMMENT ON COLUMN crm.merge.actor IS 'who merged them';

COMMENT ON COLUMN crm.merge.merged_at IS 'when';

COMMENT ON COLUMN crm.merge.undone_by IS 'who undid it';

COMMENT ON COLUMN crm.merge.undone_at IS 'when; null while it stands';

ALTER TABLE crm.merge ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.merge_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW crm.money_factor AS
 WITH common AS (
         SELECT exchange_rate.base
           FROM crm.exchange_rate
          WHERE ((exchange_rate.day <= ((now() AT TIME ZONE 'UTC'::text))::date) AND (exchange_rate.day > (((now() AT TIME ZONE 'UTC'::text))::date - 366)))
          GROUP BY exchange_rate.base
          ORDER BY (count(DISTINCT exchange_rate.currency)) DESC, exchange_rate.base
         LIMIT 1
        ), unusual(currency, digits) AS (
         VALUES ('BIF'::text,0), ('CLP'::text,0), ('DJF'::text,0), ('GNF'::text,0), ('ISK'::text,0), ('JPY'::text,0), ('KMF'::text,0), ('KRW'::text,0), ('PYG'::text,0), ('RWF'::text,0), ('UGX'::text,0), ('UYI'::text,0), ('VND'::text,0), ('VUV'::text,0), ('XAF'::text,0), ('XOF'::text,0), ('XPF'::text,0), ('BHD'::text,3), ('IQD'::text,3), ('JOD'::text,3), ('KWD'::text,3), ('LYD'::text,3), ('OMR'::text,3), ('TND'::text,3), ('CLF'::text,4), ('UYW'::text,4)
        ), rated AS (
         SELECT r_1.currency,
            (r_1.factor * power((10)::double precision, ((2 - COALESCE(u_1.digits, 2)))::double precision)) AS factor
           FROM ((common c
             LEFT JOIN unusual u_1 ON ((u_1.currency = c.base)))
             CROSS JOIN LATERAL crm.money_rate(c.base, ((now() AT TIME ZONE 'UTC'::text))::date) r_1(currency, factor))
        )
 SELECT currency,
    COALESCE(r.factor, power((10)::double precision, ((2 - u.digits))::double precision)) AS factor
   FROM (rated r
     FULL JOIN unusual u USING (currency));

COMMENT ON VIEW crm.money_factor IS 'What a minor unit of each currency is worth beside those of others; one that is missing counts 1';

COMMENT ON COLUMN crm.money_factor.currency IS 'ISO 4217 code';

COMMENT ON COLUMN crm.money_factor.factor IS 'hundredths of the currency in which most rates are, or of one unit where none is [hundredths a minor unit]';

CREATE TABLE crm.order_line (
    order_id bigint NOT NULL,
    line integer NOT NULL,
    product text NOT NULL,
    category text,
    quantity integer DEFAULT 1 NOT NULL,
    amount_minor bigint NOT NULL,
    import_id bigint DEFAULT (NULLIF(current_setting('holdfast.import_id'::text, true), ''::text))::bigint,
    CONSTRAINT order_line_category_check CHECK (((length(category) >= 1) AND (length(category) <= 200))),
    CONSTRAINT order_line_line_check CHECK (((line >= 1) AND (line <= 1000))),
    CONSTRAINT order_line_product_check CHECK (((length(product) >= 1) AND (length(product) <= 400)))
);

COMMENT ON TABLE crm.order_line IS 'What was ordered; amounts are in the currency of the order';

COMMENT ON COLUMN crm.order_line.order_id IS 'the order, in crm.account_order [id]';

COMMENT ON COLUMN crm.order_line.line IS 'place in the order, from 1 [rank]';

COMMENT ON COLUMN crm.order_line.product IS 'what it is';

COMMENT ON COLUMN crm.order_line.category IS 'kind of product';

COMMENT ON COLUMN crm.order_line.quantity IS 'pieces; negative where they came back [count]';

COMMENT ON COLUMN crm.order_line.amount_minor IS 'what was paid for all of them [minor units of currency]';

COMMENT ON COLUMN crm.order_line.import_id IS 'the import that made it, in crm.import; null where it came otherwise [id]';

CREATE TABLE crm.order_refusal (
    order_event_id bigint NOT NULL,
    account_id bigint,
    event text NOT NULL,
    order_key text,
    reason text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    noted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT order_refusal_event_check CHECK (((length(event) >= 1) AND (length(event) <= 200)))
);

COMMENT ON TABLE crm.order_refusal IS 'Events about orders that no order could be made of; the events themselves are kept';

COMMENT ON COLUMN crm.order_refusal.order_event_id IS 'the event, in usage.order_event [id]';

COMMENT ON COLUMN crm.order_refusal.account_id IS 'the account, in crm.account; null where nobody knows yet whose it is [id]';

COMMENT ON COLUMN crm.order_refusal.event IS 'name of the event';

COMMENT ON COLUMN crm.order_refusal.order_key IS 'the order that it names';

COMMENT ON COLUMN crm.order_refusal.reason IS 'what is missing, and where';

COMMENT ON COLUMN crm.order_refusal.occurred_at IS 'when it happened';

COMMENT ON COLUMN crm.order_refusal.noted_at IS 'when this was found';

CREATE TABLE crm.product_request (
    id bigint NOT NULL,
    key text NOT NULL,
    title text NOT NULL,
    body text,
    features text[] DEFAULT '{}'::text[] NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    shipped_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT product_request_body_check CHECK ((length(body) <= 10000)),
    CONSTRAINT product_request_features_check CHECK ((cardinality(features) <= 100)),
    CONSTRAINT product_request_key_check CHECK ((key ~ '^[a-z0-9][a-z0-9-]{0,99}$'::text)),
    CONSTRAINT product_request_status_check CHECK ((status = ANY (ARRAY['open'::text, 'planned'::text, 'shipped'::text, 'declined'::text]))),
    CONSTRAINT product_request_title_check CHECK (((length(title) >= 1) AND (length(title) <= 1000)))
);

COMMENT ON TABLE crm.product_request IS 'What customers want of the product';

COMMENT ON COLUMN crm.product_request.id IS 'identity [id]';

COMMENT ON COLUMN crm.product_request.key IS 'name in the API';

COMMENT ON COLUMN crm.product_request.title IS 'one line';

COMMENT ON COLUMN crm.product_request.body IS 'the words';

COMMENT ON COLUMN crm.product_request.features IS 'what part of the product it is about';

COMMENT ON COLUMN crm.product_request.status IS 'open, planned, shipped or declined';

COMMENT ON COLUMN crm.product_request.shipped_at IS 'since when there is what was asked for';

COMMENT ON COLUMN crm.product_request.created_at IS 'when it was first asked for';

ALTER TABLE crm.product_request ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.product_request_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.request_vote (
    request_id bigint NOT NULL,
    account_id bigint NOT NULL,
    contact_id bigint,
    channel text,
    words text,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT request_vote_channel_check CHECK ((length(channel) <= 60)),
    CONSTRAINT request_vote_words_check CHECK ((length(words) <= 2000))
);

COMMENT ON TABLE crm.request_vote IS 'Which accounts ask for it, each once';

COMMENT ON COLUMN crm.request_vote.request_id IS 'what is asked for, in crm.product_request [id]';

COMMENT ON COLUMN crm.request_vote.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.request_vote.contact_id IS 'who asked, in crm.contact [id]';

COMMENT ON COLUMN crm.request_vote.channel IS 'by which channel';

COMMENT ON COLUMN crm.request_vote.words IS 'in the customer''s words';

COMMENT ON COLUMN crm.request_vote.occurred_at IS 'when';

CREATE TABLE crm.segment (
    id bigint NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    expression text NOT NULL,
    sources text[] NOT NULL,
    changes_with_time boolean NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    evaluated_at timestamp with time zone,
    fault text,
    uses text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT segment_expression_check CHECK ((length(expression) <= 8192)),
    CONSTRAINT segment_key_check CHECK ((key ~ '^[a-z0-9][a-z0-9-]{0,99}$'::text)),
    CONSTRAINT segment_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);

COMMENT ON TABLE crm.segment IS 'Saved expressions over facts';

COMMENT ON COLUMN crm.segment.id IS 'identity [id]';

COMMENT ON COLUMN crm.segment.key IS 'name in expressions and playbooks';

COMMENT ON COLUMN crm.segment.name IS 'name for people';

COMMENT ON COLUMN crm.segment.expression IS 'the expression as it was written';

COMMENT ON COLUMN crm.segment.sources IS 'kinds of facts that it reads; a change of one of them evaluates it again';

COMMENT ON COLUMN crm.segment.changes_with_time IS 'true where it can change without a change of data';

COMMENT ON COLUMN crm.segment.created_at IS 'when it was made';

COMMENT ON COLUMN crm.segment.changed_at IS 'when its expression last changed';

COMMENT ON COLUMN crm.segment.evaluated_at IS 'when it was last evaluated for every account';

COMMENT ON COLUMN crm.segment.fault IS 'why the last evaluation failed';

COMMENT ON COLUMN crm.segment.uses IS 'keys of the segments that its expression asks for, directly or through others';

ALTER TABLE crm.segment ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.segment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.segment_member (
    segment_id bigint NOT NULL,
    account_id bigint NOT NULL,
    entered_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE crm.segment_member IS 'Accounts that are in a segment now';

COMMENT ON COLUMN crm.segment_member.segment_id IS 'the segment, in crm.segment [id]';

COMMENT ON COLUMN crm.segment_member.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN crm.segment_member.entered_at IS 'since when';

CREATE TABLE crm.session_secret (
    hash bytea NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT session_secret_hash_check CHECK ((length(hash) = 32))
);

COMMENT ON TABLE crm.session_secret IS 'Sign-ins of the pages; readable by contacts alone';

COMMENT ON COLUMN crm.session_secret.hash IS 'SHA-256 of the session''s token';

COMMENT ON COLUMN crm.session_secret.user_id IS 'who signed in, in crm.team_user [id]';

COMMENT ON COLUMN crm.session_secret.created_at IS 'when';

COMMENT ON COLUMN crm.session_secret.expires_at IS 'until when it is good';

CREATE VIEW crm.subject_account AS
 SELECT s.subject_id,
    r.root_id AS account_id
   FROM (crm.account_subject s
     JOIN crm.account_root r ON ((r.account_id = s.account_id)));

COMMENT ON VIEW crm.subject_account IS 'Which living account the usage of a subject counts for';

COMMENT ON COLUMN crm.subject_account.subject_id IS 'the subject, in usage.subject [id]';

COMMENT ON COLUMN crm.subject_account.account_id IS 'the account after merges, in crm.account [id]';

ALTER TABLE crm.subscription ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.subscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE crm.subscription_state ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.subscription_state_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.team_user (
    id bigint NOT NULL,
    name text NOT NULL,
    email text,
    role text DEFAULT 'manager'::text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    CONSTRAINT team_user_email_check CHECK ((length(email) <= 320)),
    CONSTRAINT team_user_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT team_user_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'manager'::text, 'analyst'::text, 'service'::text, 'viewer'::text])))
);

COMMENT ON TABLE crm.team_user IS 'Users: people who work here';

COMMENT ON COLUMN crm.team_user.id IS 'identity [id]';

COMMENT ON COLUMN crm.team_user.name IS 'name to sign in with';

COMMENT ON COLUMN crm.team_user.email IS 'address for alerts';

COMMENT ON COLUMN crm.team_user.role IS 'admin, manager, analyst (reads and asks), service, or viewer as analysts were called before';

COMMENT ON COLUMN crm.team_user.language IS 'BCP 47 tag of the language of pages and messages';

COMMENT ON COLUMN crm.team_user.time_zone IS 'IANA name of the time zone';

COMMENT ON COLUMN crm.team_user.created_at IS 'when the user was made';

COMMENT ON COLUMN crm.team_user.disabled_at IS 'since when the user may not sign in';

ALTER TABLE crm.team_user ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.team_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE crm.ticket ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.ticket_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE crm.ticket_state ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME crm.ticket_state_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE crm.ticket_target (
    priority text NOT NULL,
    first_response interval NOT NULL,
    resolution interval NOT NULL,
    calendar text NOT NULL,
    CONSTRAINT ticket_target_first_response_check CHECK ((first_response > '00:00:00'::interval)),
    CONSTRAINT ticket_target_priority_check CHECK ((priority = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text, 'urgent'::text]))),
    CONSTRAINT ticket_target_resolution_check CHECK ((resolution > '00:00:00'::interval))
);

COMMENT ON TABLE crm.ticket_target IS 'In how many working hours tickets are to be answered and solved';

COMMENT ON COLUMN crm.ticket_target.priority IS 'low, normal, high or urgent';

COMMENT ON COLUMN crm.ticket_target.first_response IS 'working time until the first answer';

COMMENT ON COLUMN crm.ticket_target.resolution IS 'working time until it is solved';

COMMENT ON COLUMN crm.ticket_target.calendar IS 'by which the time is counted, in crm.calendar';

CREATE TABLE crm.user_secret (
    user_id bigint NOT NULL,
    password_hash text NOT NULL
);

COMMENT ON TABLE crm.user_secret IS 'Password hashes; readable by contacts alone';

COMMENT ON COLUMN crm.user_secret.user_id IS 'the user, in crm.team_user [id]';

COMMENT ON COLUMN crm.user_secret.password_hash IS 'salted slow hash, with its parameters';

CREATE TABLE holdfast.compatibility (
    single boolean DEFAULT true NOT NULL,
    compatible_from integer NOT NULL,
    objects text,
    CONSTRAINT compatibility_single_check CHECK (single)
);

COMMENT ON TABLE holdfast.compatibility IS 'Which programs may use this database; one row';

COMMENT ON COLUMN holdfast.compatibility.single IS 'always true: there is one row';

COMMENT ON COLUMN holdfast.compatibility.compatible_from IS 'oldest schema version of a program that may [version]';

COMMENT ON COLUMN holdfast.compatibility.objects IS 'digest of views, functions and grants as last made';

CREATE TABLE holdfast.migration (
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE holdfast.migration IS 'Migrations that ran';

COMMENT ON COLUMN holdfast.migration.number IS 'schema version that it leads to [version]';

COMMENT ON COLUMN holdfast.migration.name IS 'what it is about';

COMMENT ON COLUMN holdfast.migration.checksum IS 'digest of its text';

COMMENT ON COLUMN holdfast.migration.applied_at IS 'when it ran';

CREATE TABLE holdfast.partitioning (
    relation text NOT NULL,
    step text NOT NULL,
    ahead interval NOT NULL,
    behind interval NOT NULL,
    keep interval,
    CONSTRAINT partitioning_step_check CHECK ((step = ANY (ARRAY['week'::text, 'month'::text])))
);

COMMENT ON TABLE holdfast.partitioning IS 'Tables that are kept in partitions by time';

COMMENT ON COLUMN holdfast.partitioning.relation IS 'schema and name of the partitioned table';

COMMENT ON COLUMN holdfast.partitioning.step IS 'how much time one partition holds: week or month';

COMMENT ON COLUMN holdfast.partitioning.ahead IS 'partitions are made this far into the future';

COMMENT ON COLUMN holdfast.partitioning.behind IS 'partitions are made at least this far into the past';

COMMENT ON COLUMN holdfast.partitioning.keep IS 'a partition that ended longer ago than this is dropped; null keeps all';

CREATE TABLE notify.attempt (
    delivery_id bigint NOT NULL,
    attempt integer NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    outcome text NOT NULL,
    job_id bigint NOT NULL,
    status integer,
    detail text,
    signature text,
    CONSTRAINT attempt_detail_check CHECK ((length(detail) <= 4000)),
    CONSTRAINT attempt_outcome_check CHECK ((outcome = ANY (ARRAY['started'::text, 'delivered'::text, 'retry'::text, 'failed'::text, 'unknown'::text])))
);

COMMENT ON TABLE notify.attempt IS 'Tries of a delivery';

COMMENT ON COLUMN notify.attempt.delivery_id IS 'the delivery, in notify.delivery [id]';

COMMENT ON COLUMN notify.attempt.attempt IS 'which try this is, from 1 [count]';

COMMENT ON COLUMN notify.attempt.started_at IS 'when it began';

COMMENT ON COLUMN notify.attempt.finished_at IS 'when it ended; null where a crash hid the outcome';

COMMENT ON COLUMN notify.attempt.outcome IS 'started, delivered, retry, failed, or unknown (a crash hid it)';

COMMENT ON COLUMN notify.attempt.job_id IS 'the job that tried, in report.job [id]';

COMMENT ON COLUMN notify.attempt.status IS 'what the other side answered [status code]';

COMMENT ON COLUMN notify.attempt.detail IS 'its words, cut';

COMMENT ON COLUMN notify.attempt.signature IS 'the signature that was sent';

CREATE TABLE notify.channel (
    name text NOT NULL,
    sandbox boolean DEFAULT true NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT channel_name_check CHECK ((name ~ '^[a-z][a-z_]{0,30}$'::text))
);

COMMENT ON TABLE notify.channel IS 'Channels that messages go out by';

COMMENT ON COLUMN notify.channel.name IS 'name of the channel';

COMMENT ON COLUMN notify.channel.sandbox IS 'true where messages are rendered, signed and logged, and nothing leaves the machine';

COMMENT ON COLUMN notify.channel.settings IS 'settings of the channel, without secrets';

COMMENT ON COLUMN notify.channel.changed_at IS 'when it last changed';

CREATE TABLE notify.channel_secret (
    channel text NOT NULL,
    secret jsonb NOT NULL
);

COMMENT ON TABLE notify.channel_secret IS 'Secrets of channels; readable by notifier alone';

COMMENT ON COLUMN notify.channel_secret.channel IS 'the channel, in notify.channel';

COMMENT ON COLUMN notify.channel_secret.secret IS 'names and values';

CREATE TABLE notify.decision (
    id bigint NOT NULL,
    decided_at timestamp with time zone DEFAULT now() NOT NULL,
    message_id bigint NOT NULL,
    account_id bigint NOT NULL,
    contact_id bigint,
    verdict text NOT NULL,
    reason text NOT NULL,
    CONSTRAINT decision_verdict_check CHECK ((verdict = ANY (ARRAY['sent'::text, 'stopped'::text])))
)
PARTITION BY RANGE (decided_at);

COMMENT ON TABLE notify.decision IS 'For each message and contact: sent, or stopped by what';

COMMENT ON COLUMN notify.decision.id IS 'identity [id]';

COMMENT ON COLUMN notify.decision.decided_at IS 'when it was decided';

COMMENT ON COLUMN notify.decision.message_id IS 'the message, in plan.message [id]';

COMMENT ON COLUMN notify.decision.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN notify.decision.contact_id IS 'the contact, in crm.contact [id]';

COMMENT ON COLUMN notify.decision.verdict IS 'sent or stopped';

COMMENT ON COLUMN notify.decision.reason IS 'consent, alert, no_consent, refused, suppressed, no_address, no_channel, no_endpoint, account_gone, contact_gone, user_gone, template';

ALTER TABLE notify.decision ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME notify.decision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE notify.delivery (
    id bigint NOT NULL,
    delivery_key text NOT NULL,
    message_id bigint,
    endpoint_id bigint,
    topic text,
    account_id bigint,
    contact_id bigint,
    user_id bigint,
    channel text NOT NULL,
    address text,
    subject text,
    body text NOT NULL,
    state text NOT NULL,
    sandbox boolean NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    attempts_before integer DEFAULT 0 NOT NULL,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    next_attempt_at timestamp with time zone,
    delivered_at timestamp with time zone,
    CONSTRAINT delivery_delivery_key_check CHECK ((length(delivery_key) <= 200)),
    CONSTRAINT delivery_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text, 'unknown'::text])))
);

COMMENT ON TABLE notify.delivery IS 'One message to one address through one channel';

COMMENT ON COLUMN notify.delivery.id IS 'identity [id]';

COMMENT ON COLUMN notify.delivery.delivery_key IS 'makes a repeated request one; sent along as the idempotency key';

COMMENT ON COLUMN notify.delivery.message_id IS 'the message, in plan.message; null for a topic''s webhook [id]';

COMMENT ON COLUMN notify.delivery.endpoint_id IS 'the endpoint, in notify.endpoint; null in the sandbox, for other channels, and once it was removed [id]';

COMMENT ON COLUMN notify.delivery.topic IS 'the topic of a webhook';

COMMENT ON COLUMN notify.delivery.account_id IS 'the account that it is about, in crm.account [id]';

COMMENT ON COLUMN notify.delivery.contact_id IS 'the contact whom it is for, in crm.contact [id]';

COMMENT ON COLUMN notify.delivery.user_id IS 'the user whom it is for, in crm.team_user [id]';

COMMENT ON COLUMN notify.delivery.channel IS 'the channel';

COMMENT ON COLUMN notify.delivery.address IS 'the address that it goes to';

COMMENT ON COLUMN notify.delivery.subject IS 'subject as rendered';

COMMENT ON COLUMN notify.delivery.body IS 'text as rendered; of a webhook, the JSON exactly as it is signed';

COMMENT ON COLUMN notify.delivery.state IS 'pending, delivered, failed, or unknown (a crash hid the outcome)';

COMMENT ON COLUMN notify.delivery.sandbox IS 'true where nothing left the machine';

COMMENT ON COLUMN notify.delivery.attempts IS 'tries so far [count]';

COMMENT ON COLUMN notify.delivery.attempts_before IS 'of these, tries before it was last replayed [count]';

COMMENT ON COLUMN notify.delivery.error IS 'why the last try failed';

COMMENT ON COLUMN notify.delivery.created_at IS 'when it was made';

COMMENT ON COLUMN notify.delivery.next_attempt_at IS 'when it is tried next';

COMMENT ON COLUMN notify.delivery.delivered_at IS 'when it was delivered';

ALTER TABLE notify.delivery ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME notify.delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE notify.endpoint (
    id bigint NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    topics text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    disabled_reason text,
    failing_since timestamp with time zone,
    CONSTRAINT endpoint_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT endpoint_url_check CHECK ((length(url) <= 2000))
);

COMMENT ON TABLE notify.endpoint IS 'Addresses that get signed webhooks';

COMMENT ON COLUMN notify.endpoint.id IS 'identity [id]';

COMMENT ON COLUMN notify.endpoint.name IS 'name for people';

COMMENT ON COLUMN notify.endpoint.url IS 'where requests go';

COMMENT ON COLUMN notify.endpoint.topics IS 'topics that it gets; an empty list is all';

COMMENT ON COLUMN notify.endpoint.created_at IS 'when it was added';

COMMENT ON COLUMN notify.endpoint.disabled_at IS 'since when it gets nothing';

COMMENT ON COLUMN notify.endpoint.disabled_reason IS 'why';

COMMENT ON COLUMN notify.endpoint.failing_since IS 'first failure since the last success';

ALTER TABLE notify.endpoint ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME notify.endpoint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE notify.endpoint_secret (
    id bigint NOT NULL,
    endpoint_id bigint NOT NULL,
    secret bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT endpoint_secret_secret_check CHECK (((length(secret) >= 24) AND (length(secret) <= 64)))
);

COMMENT ON TABLE notify.endpoint_secret IS 'Keys that webhooks are signed with; readable by notifier alone';

COMMENT ON COLUMN notify.endpoint_secret.id IS 'identity [id]';

COMMENT ON COLUMN notify.endpoint_secret.endpoint_id IS 'the endpoint, in notify.endpoint [id]';

COMMENT ON COLUMN notify.endpoint_secret.secret IS 'the key';

COMMENT ON COLUMN notify.endpoint_secret.created_at IS 'when it was made';

COMMENT ON COLUMN notify.endpoint_secret.retired_at IS 'until when it still signs, after a newer one was made';

ALTER TABLE notify.endpoint_secret ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME notify.endpoint_secret_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE notify.refusal (
    contact_id bigint NOT NULL,
    channel text NOT NULL,
    topic text NOT NULL,
    refused_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE notify.refusal IS 'Refusals by unsubscribe link, heeded at once, also while contacts is away';

COMMENT ON COLUMN notify.refusal.contact_id IS 'the contact, in crm.contact [id]';

COMMENT ON COLUMN notify.refusal.channel IS 'the channel';

COMMENT ON COLUMN notify.refusal.topic IS 'what about: marketing, service';

COMMENT ON COLUMN notify.refusal.refused_at IS 'when; a consent given later counts again';

CREATE TABLE notify.suppression (
    channel text NOT NULL,
    address text NOT NULL,
    reason text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE notify.suppression IS 'Addresses that nothing may be sent to';

COMMENT ON COLUMN notify.suppression.channel IS 'the channel';

COMMENT ON COLUMN notify.suppression.address IS 'the address, in lower case';

COMMENT ON COLUMN notify.suppression.reason IS 'unsubscribed, bounced or complained';

COMMENT ON COLUMN notify.suppression.created_at IS 'since when';

CREATE TABLE plan.enrollment (
    id bigint NOT NULL,
    playbook_id bigint NOT NULL,
    version_id bigint NOT NULL,
    account_id bigint NOT NULL,
    state text NOT NULL,
    step text,
    wake_at timestamp with time zone,
    entered_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    end_reason text,
    end_detail text,
    reason text,
    step_began_at timestamp with time zone,
    outside text[] DEFAULT '{}'::text[] NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    CONSTRAINT enrollment_check CHECK (((state = 'ended'::text) = ((ended_at IS NOT NULL) AND (end_reason IS NOT NULL)))),
    CONSTRAINT enrollment_check1 CHECK (((state = 'active'::text) = ((step IS NOT NULL) AND (wake_at IS NOT NULL)))),
    CONSTRAINT enrollment_end_detail_check CHECK ((length(end_detail) <= 2000)),
    CONSTRAINT enrollment_end_reason_check CHECK ((end_reason = ANY (ARRAY['completed'::text, 'exited'::text, 'refused'::text, 'failed'::text]))),
    CONSTRAINT enrollment_reason_check CHECK ((length(reason) <= 2000)),
    CONSTRAINT enrollment_state_check CHECK ((state = ANY (ARRAY['active'::text, 'ended'::text, 'holdout'::text])))
);

COMMENT ON TABLE plan.enrollment IS 'Runs of a playbook for one account';

COMMENT ON COLUMN plan.enrollment.id IS 'identity [id]';

COMMENT ON COLUMN plan.enrollment.playbook_id IS 'the playbook, in plan.playbook [id]';

COMMENT ON COLUMN plan.enrollment.version_id IS 'the version that it runs, in plan.playbook_version [id]';

COMMENT ON COLUMN plan.enrollment.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN plan.enrollment.state IS 'active, ended, or holdout (left out on purpose)';

COMMENT ON COLUMN plan.enrollment.step IS 'the step that is to run next; null unless active';

COMMENT ON COLUMN plan.enrollment.wake_at IS 'when it is looked at again at the latest; null unless active';

COMMENT ON COLUMN plan.enrollment.entered_at IS 'when the account was enrolled';

COMMENT ON COLUMN plan.enrollment.ended_at IS 'when it ended';

COMMENT ON COLUMN plan.enrollment.end_reason IS 'completed, exited, refused or failed';

COMMENT ON COLUMN plan.enrollment.end_detail IS 'the same in words';

COMMENT ON COLUMN plan.enrollment.reason IS 'why the account was enrolled, in words';

COMMENT ON COLUMN plan.enrollment.step_began_at IS 'since when a waiting step waits';

COMMENT ON COLUMN plan.enrollment.outside IS 'segments that the playbook exits by when the account leaves them, and that it was not in when it was enrolled';

COMMENT ON COLUMN plan.enrollment.tries IS 'how often the sweep has woken it since it last moved [count]';

ALTER TABLE plan.enrollment ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME plan.enrollment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE plan.message (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    contact_id bigint,
    user_id bigint,
    enrollment_id bigint,
    step text,
    channel text NOT NULL,
    topic text DEFAULT 'service'::text NOT NULL,
    template text,
    subject text,
    body text NOT NULL,
    task_id bigint,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT message_body_check CHECK ((length(body) <= 100000)),
    CONSTRAINT message_check CHECK (((contact_id IS NULL) OR (user_id IS NULL))),
    CONSTRAINT message_subject_check CHECK ((length(subject) <= 1000))
);

COMMENT ON TABLE plan.message IS 'Messages that were asked for; notifier decides and delivers';

COMMENT ON COLUMN plan.message.id IS 'identity [id]';

COMMENT ON COLUMN plan.message.account_id IS 'the account that it is about, in crm.account [id]';

COMMENT ON COLUMN plan.message.contact_id IS 'the contact whom it is for, in crm.contact; null where it is for a user [id]';

COMMENT ON COLUMN plan.message.user_id IS 'the user whom it is for, in crm.team_user [id]';

COMMENT ON COLUMN plan.message.enrollment_id IS 'the enrollment that asked for it, in plan.enrollment [id]';

COMMENT ON COLUMN plan.message.step IS 'the step that asked for it';

COMMENT ON COLUMN plan.message.channel IS 'mail, webhook, slack and so on';

COMMENT ON COLUMN plan.message.topic IS 'the consent that it needs: marketing, service and so on; alert is for users and needs none';

COMMENT ON COLUMN plan.message.template IS 'name of the template, for the record';

COMMENT ON COLUMN plan.message.subject IS 'subject, a mustache template';

COMMENT ON COLUMN plan.message.body IS 'text, a mustache template';

COMMENT ON COLUMN plan.message.task_id IS 'the task that it announces, in plan.task [id]';

COMMENT ON COLUMN plan.message.requested_at IS 'when it was asked for';

ALTER TABLE plan.message ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME plan.message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE plan.playbook (
    id bigint NOT NULL,
    key text NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT playbook_key_check CHECK ((key ~ '^[a-z0-9][a-z0-9-]{0,99}$'::text))
);

COMMENT ON TABLE plan.playbook IS 'Playbooks: steps that run for each account that a trigger enrols';

COMMENT ON COLUMN plan.playbook.id IS 'identity [id]';

COMMENT ON COLUMN plan.playbook.key IS 'name of the playbook';

COMMENT ON COLUMN plan.playbook.enabled IS 'false where it enrols nobody';

COMMENT ON COLUMN plan.playbook.version IS 'the version that new enrollments run [version]';

COMMENT ON COLUMN plan.playbook.created_at IS 'when it was made';

ALTER TABLE plan.playbook ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME plan.playbook_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE plan.playbook_version (
    id bigint NOT NULL,
    playbook_id bigint NOT NULL,
    version integer NOT NULL,
    title text NOT NULL,
    source text NOT NULL,
    definition jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT playbook_version_source_check CHECK ((length(source) <= 65536))
);

COMMENT ON TABLE plan.playbook_version IS 'Playbooks as they were written; a run ends on the version it began';

COMMENT ON COLUMN plan.playbook_version.id IS 'identity [id]';

COMMENT ON COLUMN plan.playbook_version.playbook_id IS 'the playbook, in plan.playbook [id]';

COMMENT ON COLUMN plan.playbook_version.version IS 'from 1 [version]';

COMMENT ON COLUMN plan.playbook_version.title IS 'name for people';

COMMENT ON COLUMN plan.playbook_version.source IS 'the YAML as it was written';

COMMENT ON COLUMN plan.playbook_version.definition IS 'the same, checked, as JSON';

COMMENT ON COLUMN plan.playbook_version.created_at IS 'when it was loaded';

ALTER TABLE plan.playbook_version ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME plan.playbook_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE plan.step_run (
    id bigint NOT NULL,
    enrollment_id bigint NOT NULL,
    step text NOT NULL,
    kind text NOT NULL,
    outcome text NOT NULL,
    detail text,
    ran_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE plan.step_run IS 'What each step of an enrollment did';

COMMENT ON COLUMN plan.step_run.id IS 'identity [id]';

COMMENT ON COLUMN plan.step_run.enrollment_id IS 'the enrollment, in plan.enrollment [id]';

COMMENT ON COLUMN plan.step_run.step IS 'name of the step';

COMMENT ON COLUMN plan.step_run.kind IS 'kind of the step';

COMMENT ON COLUMN plan.step_run.outcome IS 'done, waiting, skipped or failed';

COMMENT ON COLUMN plan.step_run.detail IS 'words about it';

COMMENT ON COLUMN plan.step_run.ran_at IS 'when';

ALTER TABLE plan.step_run ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME plan.step_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE plan.task (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    enrollment_id bigint,
    step text,
    owner_user_id bigint,
    title text NOT NULL,
    reason text,
    script text,
    state text DEFAULT 'open'::text NOT NULL,
    due_at timestamp with time zone,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    done_at timestamp with time zone,
    done_by text,
    CONSTRAINT task_check CHECK (((state = 'open'::text) = (done_at IS NULL))),
    CONSTRAINT task_reason_check CHECK ((length(reason) <= 4000)),
    CONSTRAINT task_script_check CHECK ((length(script) <= 20000)),
    CONSTRAINT task_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'cancelled'::text]))),
    CONSTRAINT task_title_check CHECK (((length(title) >= 1) AND (length(title) <= 1000)))
);

COMMENT ON TABLE plan.task IS 'Work for a person';

COMMENT ON COLUMN plan.task.id IS 'identity [id]';

COMMENT ON COLUMN plan.task.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN plan.task.enrollment_id IS 'the enrollment that opened it, in plan.enrollment [id]';

COMMENT ON COLUMN plan.task.step IS 'the step that opened it';

COMMENT ON COLUMN plan.task.owner_user_id IS 'who is to do it, in crm.team_user [id]';

COMMENT ON COLUMN plan.task.title IS 'what is to be done';

COMMENT ON COLUMN plan.task.reason IS 'why';

COMMENT ON COLUMN plan.task.script IS 'how to go about it, and what to say';

COMMENT ON COLUMN plan.task.state IS 'open, done or cancelled';

COMMENT ON COLUMN plan.task.due_at IS 'until when';

COMMENT ON COLUMN plan.task.opened_at IS 'when it was opened';

COMMENT ON COLUMN plan.task.done_at IS 'when it was done or cancelled';

COMMENT ON COLUMN plan.task.done_by IS 'who did it';

ALTER TABLE plan.task ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME plan.task_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE queue.blocked (
    queue_id integer NOT NULL,
    group_key text NOT NULL,
    turn_at timestamp with time zone NOT NULL,
    job_id bigint NOT NULL,
    enqueued_at timestamp with time zone NOT NULL,
    attempt smallint NOT NULL,
    crashes smallint NOT NULL,
    keyed boolean NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000', autovacuum_vacuum_cost_delay='0');

COMMENT ON TABLE queue.blocked IS 'Jobs that wait until their group has a place again';

COMMENT ON COLUMN queue.blocked.queue_id IS 'the queue, in queue.queue [id]';

COMMENT ON COLUMN queue.blocked.group_key IS 'the job''s group';

COMMENT ON COLUMN queue.blocked.turn_at IS 'its place in line; the earliest is claimed first';

COMMENT ON COLUMN queue.blocked.job_id IS 'the job, in queue.job [id]';

COMMENT ON COLUMN queue.blocked.enqueued_at IS 'when the job was enqueued; leads to its partition';

COMMENT ON COLUMN queue.blocked.attempt IS 'starts so far [count]';

COMMENT ON COLUMN queue.blocked.crashes IS 'starts that killed their worker [count]';

COMMENT ON COLUMN queue.blocked.keyed IS 'whether it may hold a key in queue.unique_key';

CREATE TABLE queue.cron (
    name text NOT NULL,
    queue_id integer NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    ticked_at timestamp with time zone,
    line text NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    next_at timestamp with time zone NOT NULL,
    fault text
);

COMMENT ON TABLE queue.cron IS 'Jobs that are enqueued again and again';

COMMENT ON COLUMN queue.cron.name IS 'name of the schedule';

COMMENT ON COLUMN queue.cron.queue_id IS 'the queue, in queue.queue [id]';

COMMENT ON COLUMN queue.cron.kind IS 'kind of the jobs';

COMMENT ON COLUMN queue.cron.payload IS 'payload of the jobs';

COMMENT ON COLUMN queue.cron.ticked_at IS 'the last tick; a job was enqueued in the same transaction. Null before the first';

COMMENT ON COLUMN queue.cron.line IS 'five fields as cron has them, a name such as @daily, or @every and a time';

COMMENT ON COLUMN queue.cron.time_zone IS 'IANA time zone that the line is read in';

COMMENT ON COLUMN queue.cron.next_at IS 'the next tick';

COMMENT ON COLUMN queue.cron.fault IS 'why its last tick failed; it is tried again every minute';

CREATE TABLE queue.dead (
    job_id bigint NOT NULL,
    queue_id integer NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    priority smallint NOT NULL,
    max_attempts smallint NOT NULL,
    group_key text,
    cause_job_id bigint,
    attempt smallint NOT NULL,
    crashes smallint NOT NULL,
    enqueued_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    error text NOT NULL
);

COMMENT ON TABLE queue.dead IS 'Dead letters: jobs that were given up, whole, for queue.redrive';

COMMENT ON COLUMN queue.dead.job_id IS 'the job [id]';

COMMENT ON COLUMN queue.dead.queue_id IS 'the queue, in queue.queue [id]';

COMMENT ON COLUMN queue.dead.kind IS 'which handler ran it';

COMMENT ON COLUMN queue.dead.payload IS 'the handler''s input';

COMMENT ON COLUMN queue.dead.priority IS 'the lower runs first [rank]';

COMMENT ON COLUMN queue.dead.max_attempts IS 'starts that were allowed [count]';

COMMENT ON COLUMN queue.dead.group_key IS 'the job''s group';

COMMENT ON COLUMN queue.dead.cause_job_id IS 'the job whose handler enqueued this one [id]';

COMMENT ON COLUMN queue.dead.attempt IS 'starts so far [count]';

COMMENT ON COLUMN queue.dead.crashes IS 'starts that killed their worker [count]';

COMMENT ON COLUMN queue.dead.enqueued_at IS 'when it was enqueued';

COMMENT ON COLUMN queue.dead.started_at IS 'when its last start was claimed';

COMMENT ON COLUMN queue.dead.finished_at IS 'when it was given up';

COMMENT ON COLUMN queue.dead.error IS 'why';

CREATE TABLE queue.done (
    job_id bigint NOT NULL,
    queue_id integer NOT NULL,
    state text NOT NULL,
    attempt smallint NOT NULL,
    worker_id bigint,
    enqueued_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT done_state_check CHECK ((state = ANY (ARRAY['completed'::text, 'cancelled'::text])))
)
PARTITION BY RANGE (finished_at);

COMMENT ON TABLE queue.done IS 'History: jobs that completed or were cancelled';

COMMENT ON COLUMN queue.done.job_id IS 'the job, in queue.job [id]';

COMMENT ON COLUMN queue.done.queue_id IS 'the queue, in queue.queue [id]';

COMMENT ON COLUMN queue.done.state IS 'completed or cancelled';

COMMENT ON COLUMN queue.done.attempt IS 'starts that it took [count]';

COMMENT ON COLUMN queue.done.worker_id IS 'who ran it last [id]';

COMMENT ON COLUMN queue.done.enqueued_at IS 'when it was enqueued';

COMMENT ON COLUMN queue.done.started_at IS 'when its last start was claimed';

COMMENT ON COLUMN queue.done.finished_at IS 'when it ended';

CREATE TABLE queue.job (
    id bigint NOT NULL,
    queue_id integer NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    priority smallint NOT NULL,
    max_attempts smallint NOT NULL,
    unique_key text,
    group_key text,
    cause_job_id bigint,
    enqueued_at timestamp with time zone DEFAULT now() NOT NULL,
    turn_at timestamp with time zone
)
PARTITION BY RANGE (enqueued_at);

COMMENT ON TABLE queue.job IS 'What is to be done; written once, never changed';

COMMENT ON COLUMN queue.job.id IS 'identity [id]';

COMMENT ON COLUMN queue.job.queue_id IS 'the queue that it waits in, in queue.queue [id]';

COMMENT ON COLUMN queue.job.kind IS 'which handler runs it';

COMMENT ON COLUMN queue.job.payload IS 'the handler''s input';

COMMENT ON COLUMN queue.job.priority IS 'the lower runs first [rank]';

COMMENT ON COLUMN queue.job.max_attempts IS 'starts that end in an error before it is dead [count]';

COMMENT ON COLUMN queue.job.unique_key IS 'at most one live job has this key; see queue.unique_key';

COMMENT ON COLUMN queue.job.group_key IS 'jobs of one group are limited together by queue.per_group';

COMMENT ON COLUMN queue.job.cause_job_id IS 'the job whose handler enqueued this one [id]';

COMMENT ON COLUMN queue.job.enqueued_at IS 'when it was enqueued';

COMMENT ON COLUMN queue.job.turn_at IS 'its place in line: when it could first run, a minute later for each step of priority; empty in rows from before';

ALTER TABLE queue.job ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME queue.job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE queue.queue ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME queue.queue_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE queue.rate (
    queue_id integer NOT NULL,
    tokens double precision NOT NULL,
    filled_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE queue.rate IS 'How many jobs may start now on the queues that have a rate';

COMMENT ON COLUMN queue.rate.queue_id IS 'the queue, in queue.queue [id]';

COMMENT ON COLUMN queue.rate.tokens IS 'jobs that may start now [jobs]';

COMMENT ON COLUMN queue.rate.filled_at IS 'when tokens was last filled';

CREATE TABLE queue.ready (
    queue_id integer NOT NULL,
    job_id bigint NOT NULL,
    enqueued_at timestamp with time zone NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    crashes smallint DEFAULT 0 NOT NULL,
    group_key text,
    turn_at timestamp with time zone NOT NULL,
    keyed boolean DEFAULT false NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000', autovacuum_vacuum_cost_delay='0');

COMMENT ON TABLE queue.ready IS 'Jobs that wait for a worker, in the order of their start';

COMMENT ON COLUMN queue.ready.queue_id IS 'the queue, in queue.queue [id]';

COMMENT ON COLUMN queue.ready.job_id IS 'the job, in queue.job [id]';

COMMENT ON COLUMN queue.ready.enqueued_at IS 'when the job was enqueued; leads to its partition';

COMMENT ON COLUMN queue.ready.attempt IS 'starts so far [count]';

COMMENT ON COLUMN queue.ready.crashes IS 'starts that killed their worker [count]';

COMMENT ON COLUMN queue.ready.group_key IS 'the job''s group';

COMMENT ON COLUMN queue.ready.turn_at IS 'its place in line; the earliest is claimed first';

COMMENT ON COLUMN queue.ready.keyed IS 'whether it may hold a key in queue.unique_key';

CREATE TABLE queue.scheduled (
    job_id bigint NOT NULL,
    queue_id integer NOT NULL,
    enqueued_at timestamp with time zone NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempt smallint DEFAULT 0 NOT NULL,
    crashes smallint DEFAULT 0 NOT NULL,
    group_key text,
    error text,
    turn_at timestamp with time zone NOT NULL,
    keyed boolean DEFAULT false NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000', autovacuum_vacuum_cost_delay='0');

COMMENT ON TABLE queue.scheduled IS 'Jobs that wait for a time: delayed, or to be tried again';

COMMENT ON COLUMN queue.scheduled.job_id IS 'the job, in queue.job [id]';

COMMENT ON COLUMN queue.scheduled.queue_id IS 'the queue, in queue.queue [id]';

COMMENT ON COLUMN queue.scheduled.enqueued_at IS 'when the job was enqueued; leads to its partition';

COMMENT ON COLUMN queue.scheduled.run_at IS 'when it becomes ready';

COMMENT ON COLUMN queue.scheduled.attempt IS 'starts so far [count]';

COMMENT ON COLUMN queue.scheduled.crashes IS 'starts that killed their worker [count]';

COMMENT ON COLUMN queue.scheduled.group_key IS 'the job''s group';

COMMENT ON COLUMN queue.scheduled.error IS 'why the last start failed';

COMMENT ON COLUMN queue.scheduled.turn_at IS 'its place in line when it becomes ready';

COMMENT ON COLUMN queue.scheduled.keyed IS 'whether it may hold a key in queue.unique_key';

CREATE TABLE queue.subscription (
    topic text NOT NULL,
    queue_id integer NOT NULL,
    kind text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expired_at timestamp with time zone,
    CONSTRAINT subscription_topic_check CHECK ((topic ~ '^[a-z]+\.[a-z]+$'::text))
);

COMMENT ON TABLE queue.subscription IS 'Which queue gets a job for each publication of a topic';

COMMENT ON COLUMN queue.subscription.topic IS 'name of the topic';

COMMENT ON COLUMN queue.subscription.queue_id IS 'the queue, in queue.queue [id]';

COMMENT ON COLUMN queue.subscription.kind IS 'kind of the jobs';

COMMENT ON COLUMN queue.subscription.created_at IS 'when it was subscribed';

COMMENT ON COLUMN queue.subscription.expired_at IS 'since when nothing is added, for no worker has come for 7 days; null while it lasts';

CREATE TABLE queue.unique_key (
    queue_id integer NOT NULL,
    key text NOT NULL,
    job_id bigint NOT NULL,
    scope text NOT NULL,
    CONSTRAINT unique_key_scope_check CHECK ((scope = ANY (ARRAY['waiting'::text, 'live'::text])))
);

COMMENT ON TABLE queue.unique_key IS 'Keys of which only one job may live at a time';

COMMENT ON COLUMN queue.unique_key.queue_id IS 'the queue, in queue.queue [id]';

COMMENT ON COLUMN queue.unique_key.key IS 'the key';

COMMENT ON COLUMN queue.unique_key.job_id IS 'the job that has it now [id]';

COMMENT ON COLUMN queue.unique_key.scope IS 'live holds the key until the job ends, waiting until it starts';

CREATE TABLE queue.worker (
    id bigint NOT NULL,
    queue_id integer NOT NULL,
    host text NOT NULL,
    process_id integer NOT NULL,
    version text NOT NULL,
    backends integer[] DEFAULT '{}'::integer[] NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    steady_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='50');

COMMENT ON TABLE queue.worker IS 'Processes that work on a queue now; one row a process and queue';

COMMENT ON COLUMN queue.worker.id IS 'identity, new at each start of a process [id]';

COMMENT ON COLUMN queue.worker.queue_id IS 'the queue that it works on, in queue.queue [id]';

COMMENT ON COLUMN queue.worker.host IS 'name of its machine';

COMMENT ON COLUMN queue.worker.process_id IS 'its process on that machine [id]';

COMMENT ON COLUMN queue.worker.version IS 'version of the program';

COMMENT ON COLUMN queue.worker.backends IS 'its database backends, ended when it is given up [id]';

COMMENT ON COLUMN queue.worker.started_at IS 'when it started';

COMMENT ON COLUMN queue.worker.seen_at IS 'its last sign of life';

COMMENT ON COLUMN queue.worker.steady_at IS 'since when its signs of life came without a gap';

ALTER TABLE queue.worker ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME queue.worker_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW report.account WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    a.name,
    a.kind,
    ( SELECT u.name
           FROM (crm.current_owner c
             JOIN crm.team_user u ON ((u.id = c.user_id)))
          WHERE (c.account_id = a.id)) AS owner,
    a.stub,
    a.industry,
    a.country,
    s.plan,
    s.status,
    s.mrr_minor,
    s.currency,
    s.seats,
    s.renews_at,
    ( SELECT array_agg(t.tag ORDER BY t.tag) AS array_agg
           FROM crm.current_tag t
          WHERE (t.account_id = a.id)) AS tags,
    a.created_at,
    a.source,
    a.city,
    a.employees,
    a.domain,
    a.preferred_channel,
    a.came_for,
    a.strategy,
    a.on_holiday_until,
    a.do_not_disturb_until,
    a.lead,
    a.became_customer_at,
    ( SELECT array_agg(f.key ORDER BY f.id) AS array_agg
           FROM crm.field f
          WHERE ((f.object = 'account'::text) AND f.mandatory AND (NOT (a.fields ? f.key)))) AS missing_fields,
    a.language,
    a.time_zone
   FROM (crm.account a
     LEFT JOIN LATERAL ( SELECT string_agg(DISTINCT c.plan, ', '::text) AS plan,
            (array_agg(c.status ORDER BY (array_position(ARRAY['active'::text, 'past_due'::text, 'trialing'::text, 'paused'::text, 'cancelled'::text, 'ended'::text], c.status))))[1] AS status,
                CASE
                    WHEN (count(DISTINCT c.currency) FILTER (WHERE c.pays) <= 1) THEN (COALESCE(sum(c.mrr_minor) FILTER (WHERE c.pays), (0)::numeric))::bigint
                    ELSE NULL::bigint
                END AS mrr_minor,
                CASE
                    WHEN (count(DISTINCT c.currency) FILTER (WHERE c.pays) = 1) THEN min(c.currency) FILTER (WHERE c.pays)
                    ELSE NULL::text
                END AS currency,
            sum(c.seats) FILTER (WHERE c.pays) AS seats,
            min(c.renews_at) FILTER (WHERE c.pays) AS renews_at
           FROM crm.current_subscription c
          WHERE (c.account_id = a.id)
          GROUP BY c.account_id) s ON (true))
  WHERE (a.merged_into IS NULL);

COMMENT ON VIEW report.account IS 'Every account with what it pays';

COMMENT ON COLUMN report.account.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.account.name IS 'its name';

COMMENT ON COLUMN report.account.kind IS 'company or person';

COMMENT ON COLUMN report.account.owner IS 'who looks after it';

COMMENT ON COLUMN report.account.stub IS 'true while it is known by its usage only';

COMMENT ON COLUMN report.account.industry IS 'its line of business';

COMMENT ON COLUMN report.account.country IS 'ISO 3166-1 code';

COMMENT ON COLUMN report.account.plan IS 'plans of its subscriptions';

COMMENT ON COLUMN report.account.status IS 'state of its subscriptions; of several the first of active, past_due, trialing, paused, cancelled, ended';

COMMENT ON COLUMN report.account.mrr_minor IS 'monthly recurring revenue [minor units of currency]';

COMMENT ON COLUMN report.account.currency IS 'ISO 4217 code; null where there are several';

COMMENT ON COLUMN report.account.seats IS 'seats paid for [count]';

COMMENT ON COLUMN report.account.renews_at IS 'next renewal';

COMMENT ON COLUMN report.account.tags IS 'its tags';

COMMENT ON COLUMN report.account.created_at IS 'when the relationship began';

COMMENT ON COLUMN report.account.source IS 'where the account came from';

COMMENT ON COLUMN report.account.city IS 'its place';

COMMENT ON COLUMN report.account.employees IS 'how many people work there [count]';

COMMENT ON COLUMN report.account.domain IS 'its domain on the internet';

COMMENT ON COLUMN report.account.preferred_channel IS 'by which channel it wants to be talked to';

COMMENT ON COLUMN report.account.came_for IS 'what it came for, in its own words';

COMMENT ON COLUMN report.account.strategy IS 'what it wants to reach itself';

COMMENT ON COLUMN report.account.on_holiday_until IS 'last day of an absence';

COMMENT ON COLUMN report.account.do_not_disturb_until IS 'nobody writes or calls until then, except about service';

COMMENT ON COLUMN report.account.lead IS 'true until its first won deal, for one that never bought';

COMMENT ON COLUMN report.account.became_customer_at IS 'when a lead won its first deal';

COMMENT ON COLUMN report.account.missing_fields IS 'mandatory fields that are empty; null where it is complete';

COMMENT ON COLUMN report.account.language IS 'BCP 47 tag of the language to write in';

COMMENT ON COLUMN report.account.time_zone IS 'IANA name';

CREATE TABLE risk.signal (
    account_id bigint NOT NULL,
    signal text NOT NULL,
    value double precision,
    status text NOT NULL,
    evidence jsonb DEFAULT '{}'::jsonb NOT NULL,
    measured_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT signal_check CHECK (((status = 'ok'::text) = (value IS NOT NULL))),
    CONSTRAINT signal_status_check CHECK ((status = ANY (ARRAY['ok'::text, 'insufficient_history'::text, 'no_data'::text, 'not_applicable'::text, 'stale_source'::text]))),
    CONSTRAINT signal_value_check CHECK (((value >= (0)::double precision) AND (value <= (1)::double precision)))
);

COMMENT ON TABLE risk.signal IS 'Each account''s signals as last measured';

COMMENT ON COLUMN risk.signal.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN risk.signal.signal IS 'name of the signal, in risk.signal_kind';

COMMENT ON COLUMN risk.signal.value IS 'how worrying it is, 0 to 1; null unless status is ok [share]';

COMMENT ON COLUMN risk.signal.status IS 'ok, insufficient_history, no_data, not_applicable or stale_source';

COMMENT ON COLUMN risk.signal.evidence IS 'window, observed, baseline, unit, last event';

COMMENT ON COLUMN risk.signal.measured_at IS 'when this value was first measured';

CREATE VIEW report.alarm WITH (security_barrier='true') AS
 SELECT 'dead_letters'::text AS alarm,
    q.name AS subject,
    ((count(*) || ' jobs were given up; last: '::text) || max(d.kind)) AS words,
    (('Read report.job where state = ''dead'', mend the cause, then select queue.redrive('''::text || q.name) || ''')'::text) AS remedy,
    min(d.finished_at) AS since
   FROM (queue.dead d
     JOIN queue.queue q ON ((q.id = d.queue_id)))
  GROUP BY q.name
UNION ALL
 SELECT 'queue_stalled'::text AS alarm,
    q.name AS subject,
    (('the oldest ready job waits for '::text || round(EXTRACT(epoch FROM (now() - min(r.enqueued_at))))) || ' s'::text) AS words,
    (('See that '::text || q.name) || ' runs and reaches the database (compose/status)'::text) AS remedy,
    min(r.enqueued_at) AS since
   FROM (queue.ready r
     JOIN queue.queue q ON ((q.id = r.queue_id)))
  WHERE (q.paused_at IS NULL)
  GROUP BY q.name
 HAVING (min(r.enqueued_at) < (now() - '00:01:00'::interval))
UNION ALL
 SELECT 'schedule_fault'::text AS alarm,
    c.name AS subject,
    c.fault AS words,
    'Mend its line or its time zone: say queue.schedule for that name again'::text AS remedy,
    c.next_at AS since
   FROM queue.cron c
  WHERE (c.fault IS NOT NULL)
UNION ALL
 SELECT 'worker_silent'::text AS alarm,
    q.name AS subject,
    (((('worker '::text || w.id) || ' has been silent for '::text) || round(EXTRACT(epoch FROM (now() - w.seen_at)))) || ' s and can''t be given up: it hangs in a transaction'::text) AS words,
    ('End its sessions by pg_terminate_backend: '::text || array_to_string(w.backends, ', '::text)) AS remedy,
    w.seen_at AS since
   FROM (queue.worker w
     JOIN queue.queue q ON ((q.id = w.queue_id)))
  WHERE ((w.seen_at < (now() - '00:00:20'::interval)) AND (EXISTS ( SELECT
           FROM queue.worker o
          WHERE (o.seen_at > (now() - '00:00:05'::interval)))))
UNION ALL
 SELECT 'subscription_expired'::text AS alarm,
    q.name AS subject,
    (('no worker has come for 7 days, so that '::text || string_agg(s.topic, ', '::text ORDER BY s.topic)) || ' adds no jobs to it any more'::text) AS words,
    (('Start '::text || q.name) || ': from then on it gets them again'::text) AS remedy,
    min(s.expired_at) AS since
   FROM (queue.subscription s
     JOIN queue.queue q ON ((q.id = s.queue_id)))
  WHERE (s.expired_at IS NOT NULL)
  GROUP BY q.name
UNION ALL
 SELECT 'queue_paused'::text AS alarm,
    q.name AS subject,
    'the queue is paused'::text AS words,
    (('select queue.resume('''::text || q.name) || ''')'::text) AS remedy,
    q.paused_at AS since
   FROM queue.queue q
  WHERE (q.paused_at IS NOT NULL)
UNION ALL
 SELECT 'held_horizon'::text AS alarm,
    'postgresql'::text AS subject,
    (('a transaction is open for '::text || round(holdfast.held_horizon())) || ' s; vacuum waits'::text) AS words,
    'Find it in pg_stat_activity by its xact_start (or in pg_prepared_xacts) and end it'::text AS remedy,
    NULL::timestamp with time zone AS since
  WHERE (holdfast.held_horizon() > (900)::double precision)
UNION ALL
 SELECT 'notification_queue'::text AS alarm,
    'postgresql'::text AS subject,
    (('the queue of NOTIFY is '::text || round((((100)::double precision * pg_notification_queue_usage()))::numeric)) || ' % full'::text) AS words,
    'Find the listener that does not read, in pg_stat_activity'::text AS remedy,
    NULL::timestamp with time zone AS since
  WHERE (pg_notification_queue_usage() > (0.3)::double precision)
UNION ALL
 SELECT 'segment_fault'::text AS alarm,
    s.key AS subject,
    s.fault AS words,
    'Mend the expression of the segment'::text AS remedy,
    s.evaluated_at AS since
   FROM crm.segment s
  WHERE (s.fault IS NOT NULL)
UNION ALL
 SELECT 'signal_stale'::text AS alarm,
    s.signal AS subject,
    ((('the signal could not be measured for '::text || count(*)) || ' accounts'::text) || COALESCE((': '::text || max((s.evidence ->> 'fault'::text))), '; usage of everybody has stopped'::text)) AS words,
    'See that its source sends again; for a plugin or a custom view, mend it (log of risk-scorer)'::text AS remedy,
    min(s.measured_at) AS since
   FROM risk.signal s
  WHERE (s.status = 'stale_source'::text)
  GROUP BY s.signal
UNION ALL
 SELECT 'order_refused'::text AS alarm,
    'contacts'::text AS subject,
    ((count(*) || ' events of the last day are about orders that can''t be read; last: '::text) || (array_agg(r.reason ORDER BY r.noted_at DESC))[1]) AS words,
    'Read crm.order_refusal and mend what sends them'::text AS remedy,
    min(r.noted_at) AS since
   FROM crm.order_refusal r
  WHERE ((r.noted_at > (now() - '1 day'::interval)) AND (r.account_id IS NOT NULL))
 HAVING (count(*) > 0)
UNION ALL
 SELECT 'endpoint_disabled'::text AS alarm,
    e.name AS subject,
    ('the endpoint gets nothing: '::text || COALESCE(e.disabled_reason, 'switched off'::text)) AS words,
    ('Mend the receiver, then notifier endpoint enable '::text || e.name) AS remedy,
    e.disabled_at AS since
   FROM notify.endpoint e
  WHERE (e.disabled_at IS NOT NULL)
UNION ALL
 SELECT 'large_objects_open'::text AS alarm,
    'postgresql'::text AS subject,
    'every role may write large objects'::text AS words,
    'As superuser: revoke execute on the lo_ functions from public (README, Database)'::text AS remedy,
    NULL::timestamp with time zone AS since
  WHERE has_function_privilege('holdfast_report'::name, 'pg_catalog.lo_create(oid)'::text, 'execute'::text);

COMMENT ON VIEW report.alarm IS 'What an operator should look at now; empty is good';

COMMENT ON COLUMN report.alarm.alarm IS 'name of the alarm';

COMMENT ON COLUMN report.alarm.subject IS 'what it is about';

COMMENT ON COLUMN report.alarm.words IS 'what is the matter';

COMMENT ON COLUMN report.alarm.remedy IS 'what to do';

COMMENT ON COLUMN report.alarm.since IS 'since when';

CREATE TABLE risk.alert (
    account_id bigint NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    owner_id bigint,
    signal text,
    probability double precision NOT NULL,
    is_sent boolean NOT NULL
);

COMMENT ON TABLE risk.alert IS 'Accounts that came into the high band; as many are sent a week and owner as there is time for';

COMMENT ON COLUMN risk.alert.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN risk.alert.raised_at IS 'when it came into the band';

COMMENT ON COLUMN risk.alert.owner_id IS 'who looked after it then, in crm.team_user; null is nobody [id]';

COMMENT ON COLUMN risk.alert.signal IS 'the signal that contributed most';

COMMENT ON COLUMN risk.alert.probability IS 'that it is lost within 90 days [probability]';

COMMENT ON COLUMN risk.alert.is_sent IS 'false where the owner had as many that week as HOLDFAST_RISK_ALERTS_A_WEEK allows, or one of this account lately';

CREATE VIEW report.alert WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    a.name,
    u.name AS owner,
    l.raised_at,
    l.signal,
    l.probability,
    l.is_sent
   FROM ((risk.alert l
     JOIN crm.account a ON (((a.id = l.account_id) AND (a.merged_into IS NULL))))
     LEFT JOIN crm.team_user u ON ((u.id = l.owner_id)));

COMMENT ON VIEW report.alert IS 'Accounts that came into the high band, and whether there was time for them';

COMMENT ON COLUMN report.alert.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.alert.name IS 'its name';

COMMENT ON COLUMN report.alert.owner IS 'who looked after it then';

COMMENT ON COLUMN report.alert.raised_at IS 'when it came into the band';

COMMENT ON COLUMN report.alert.signal IS 'the signal that contributed most';

COMMENT ON COLUMN report.alert.probability IS 'that it is lost within 90 days [probability]';

COMMENT ON COLUMN report.alert.is_sent IS 'false where the owner had as many that week as HOLDFAST_RISK_ALERTS_A_WEEK allows, or one of this account lately';

CREATE TABLE risk.loss (
    account_id bigint NOT NULL,
    lost_at timestamp with time zone NOT NULL,
    source text NOT NULL,
    kind text NOT NULL,
    reason text,
    words text,
    orders integer DEFAULT 0 NOT NULL,
    first_at timestamp with time zone,
    last_at timestamp with time zone,
    money_minor bigint,
    currency text,
    returned_at timestamp with time zone,
    noted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT loss_check CHECK ((returned_at >= lost_at)),
    CONSTRAINT loss_kind_check CHECK ((kind = ANY (ARRAY['contract'::text, 'once'::text, 'long'::text, 'asleep'::text, 'other'::text, 'hand'::text]))),
    CONSTRAINT loss_source_check CHECK ((source = ANY (ARRAY['contract'::text, 'orders'::text, 'hand'::text]))),
    CONSTRAINT loss_words_check CHECK ((length(words) <= 2000))
);

COMMENT ON TABLE risk.loss IS 'When accounts were lost, and when they came back; derived from contracts and orders, or said by hand';

COMMENT ON COLUMN risk.loss.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN risk.loss.lost_at IS 'when it was lost: the contract ended or was cancelled, or the patience with its orders was over';

COMMENT ON COLUMN risk.loss.source IS 'contract, orders, or hand where somebody said so';

COMMENT ON COLUMN risk.loss.kind IS 'contract; without one once, long or other, by what it had ordered; asleep where it is overdue and not lost yet; hand';

COMMENT ON COLUMN risk.loss.reason IS 'key of the reason, in crm.loss_reason';

COMMENT ON COLUMN risk.loss.words IS 'what was said by hand';

COMMENT ON COLUMN risk.loss.orders IS 'days with orders until then [count]';

COMMENT ON COLUMN risk.loss.first_at IS 'when it was won: the first contract or order';

COMMENT ON COLUMN risk.loss.last_at IS 'when it last had a contract or ordered';

COMMENT ON COLUMN risk.loss.money_minor IS 'what it was worth in a year: MRR times 12, or the orders of the 365 days until the last [minor units of currency]';

COMMENT ON COLUMN risk.loss.currency IS 'ISO 4217 code; null where the money is in several';

COMMENT ON COLUMN risk.loss.returned_at IS 'when it came back; null while it is lost';

COMMENT ON COLUMN risk.loss.noted_at IS 'when this was found out';

CREATE TABLE risk.score (
    account_id bigint NOT NULL,
    horizon_days smallint NOT NULL,
    probability double precision NOT NULL,
    logit double precision NOT NULL,
    intercept double precision NOT NULL,
    band text NOT NULL,
    first_signal text,
    model_id bigint NOT NULL,
    scored_at timestamp with time zone DEFAULT now() NOT NULL,
    is_learned boolean DEFAULT false NOT NULL,
    CONSTRAINT score_band_check CHECK ((band = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text]))),
    CONSTRAINT score_horizon_days_check CHECK ((horizon_days = ANY (ARRAY[30, 90]))),
    CONSTRAINT score_probability_check CHECK (((probability >= (0)::double precision) AND (probability <= (1)::double precision)))
);

COMMENT ON TABLE risk.score IS 'Each account''s risk as last scored';

COMMENT ON COLUMN risk.score.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN risk.score.horizon_days IS 'within how many days [days]';

COMMENT ON COLUMN risk.score.probability IS 'that the account is lost within the horizon [probability]';

COMMENT ON COLUMN risk.score.logit IS 'log odds of probability; intercept plus the contributions [log odds]';

COMMENT ON COLUMN risk.score.intercept IS 'log odds without any signal [log odds]';

COMMENT ON COLUMN risk.score.band IS 'low, medium or high';

COMMENT ON COLUMN risk.score.first_signal IS 'the signal that contributes most';

COMMENT ON COLUMN risk.score.model_id IS 'the model, in risk.model [id]';

COMMENT ON COLUMN risk.score.scored_at IS 'when this score was first reached';

COMMENT ON COLUMN risk.score.is_learned IS 'false where it is the opinion of experts: nothing was learned of such accounts and that horizon yet';

CREATE TABLE risk.score_reason (
    account_id bigint NOT NULL,
    horizon_days smallint NOT NULL,
    rank smallint NOT NULL,
    signal text NOT NULL,
    contribution double precision NOT NULL,
    words text NOT NULL,
    evidence jsonb DEFAULT '{}'::jsonb NOT NULL,
    words_uk text DEFAULT ''::text NOT NULL
);

COMMENT ON TABLE risk.score_reason IS 'What each score is made of, the largest part first';

COMMENT ON COLUMN risk.score_reason.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN risk.score_reason.horizon_days IS 'the score''s horizon [days]';

COMMENT ON COLUMN risk.score_reason.rank IS '1 is the largest contribution [rank]';

COMMENT ON COLUMN risk.score_reason.signal IS 'the signal';

COMMENT ON COLUMN risk.score_reason.contribution IS 'what it adds to the logit [log odds]';

COMMENT ON COLUMN risk.score_reason.words IS 'the reason in words';

COMMENT ON COLUMN risk.score_reason.evidence IS 'what the words rest on';

COMMENT ON COLUMN risk.score_reason.words_uk IS 'the reason in words, in Ukrainian';

CREATE VIEW report.at_risk WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    a.name,
    u.name AS owner,
    s.probability,
    s.band,
    m.money_minor AS money,
    m.currency,
    r.words AS reason,
    t.id AS task_id,
    s.scored_at,
    ((s.probability * (m.money_minor)::double precision) * COALESCE(f.factor, (1)::double precision)) AS stake
   FROM (((((((risk.score s
     JOIN crm.account a ON (((a.id = s.account_id) AND (a.merged_into IS NULL))))
     LEFT JOIN crm.current_owner o ON ((o.account_id = a.id)))
     LEFT JOIN crm.team_user u ON ((u.id = o.user_id)))
     LEFT JOIN crm.account_money m ON ((m.account_id = a.id)))
     LEFT JOIN crm.money_factor f ON ((f.currency = m.currency)))
     LEFT JOIN risk.score_reason r ON (((r.account_id = a.id) AND (r.horizon_days = 90) AND (r.rank = 1) AND (s.first_signal IS NOT NULL))))
     LEFT JOIN ( SELECT DISTINCT ON (r_1.root_id) r_1.root_id AS account_id,
            t_1.id
           FROM ((plan.task t_1
             JOIN crm.account_root r_1 ON ((r_1.account_id = t_1.account_id)))
             LEFT JOIN risk.score_reason s_1 ON (((s_1.account_id = r_1.root_id) AND (s_1.horizon_days = 90) AND (s_1.rank = 1))))
          WHERE (t_1.state = 'open'::text)
          ORDER BY r_1.root_id, (t_1.reason = s_1.words) DESC NULLS LAST, t_1.opened_at, t_1.id) t ON ((t.account_id = a.id)))
  WHERE ((s.horizon_days = 90) AND (NOT (EXISTS ( SELECT
           FROM risk.loss l
          WHERE ((l.account_id = a.id) AND (l.kind <> 'asleep'::text) AND (l.returned_at IS NULL))))));

COMMENT ON VIEW report.at_risk IS 'Every scored account that is not lost already: how likely it leaves within 90 days, why, and what is being done';

COMMENT ON COLUMN report.at_risk.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.at_risk.name IS 'its name';

COMMENT ON COLUMN report.at_risk.owner IS 'who looks after it';

COMMENT ON COLUMN report.at_risk.probability IS 'that it is lost within 90 days [probability]';

COMMENT ON COLUMN report.at_risk.band IS 'low, medium or high';

COMMENT ON COLUMN report.at_risk.money IS 'worth in a year: MRR times 12, or orders of the last 365 days [minor units of currency]';

COMMENT ON COLUMN report.at_risk.currency IS 'ISO 4217 code';

COMMENT ON COLUMN report.at_risk.reason IS 'the first reason in words; null where none weighs enough to be one';

COMMENT ON COLUMN report.at_risk.task_id IS 'the open task about its first reason, else the oldest, in report.task [id]';

COMMENT ON COLUMN report.at_risk.scored_at IS 'since when the score is this';

COMMENT ON COLUMN report.at_risk.stake IS 'probability times money, comparable between currencies by crm.exchange_rate [hundredths of one currency]';

CREATE TABLE risk.evaluation (
    model_id bigint NOT NULL,
    horizon_days smallint NOT NULL,
    kind text NOT NULL,
    as_of date NOT NULL,
    rows integer NOT NULL,
    losses integer NOT NULL,
    auc double precision,
    auc_error double precision,
    brier double precision NOT NULL,
    log_loss double precision NOT NULL,
    lift10 double precision,
    slope double precision,
    intercept double precision,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    customers text NOT NULL,
    CONSTRAINT evaluation_customers_check CHECK ((customers = ANY (ARRAY['contract'::text, 'orders'::text]))),
    CONSTRAINT evaluation_kind_check CHECK ((kind = ANY (ARRAY['learned'::text, 'expert'::text, 'challenger'::text, 'live'::text])))
);

COMMENT ON TABLE risk.evaluation IS 'How good probabilities were, on windows whose outcome is known';

COMMENT ON COLUMN risk.evaluation.model_id IS 'the model that was in question, in risk.model [id]';

COMMENT ON COLUMN risk.evaluation.horizon_days IS 'within how many days a loss counts [days]';

COMMENT ON COLUMN risk.evaluation.kind IS 'learned, expert or, with pairs of signals, challenger: foretold from windows that had ended by then; live, the scores as they stood';

COMMENT ON COLUMN risk.evaluation.as_of IS 'the last day for which probabilities were said';

COMMENT ON COLUMN risk.evaluation.rows IS 'accounts times windows [count]';

COMMENT ON COLUMN risk.evaluation.losses IS 'of them lost within the horizon [count]';

COMMENT ON COLUMN risk.evaluation.auc IS 'the chance that one who was lost had a higher probability than one who stayed; null where all are alike [probability]';

COMMENT ON COLUMN risk.evaluation.auc_error IS 'standard error of it [probability]';

COMMENT ON COLUMN risk.evaluation.brier IS 'mean squared error [probability]';

COMMENT ON COLUMN risk.evaluation.log_loss IS 'mean log loss [nats]';

COMMENT ON COLUMN risk.evaluation.lift10 IS 'loss rate of the tenth with the highest probabilities, over that of all [ratio]';

COMMENT ON COLUMN risk.evaluation.slope IS 'of what happened on the logit; 1 is right, less is too sure [ratio]';

COMMENT ON COLUMN risk.evaluation.intercept IS 'what is to be added to each logit; less than 0 where too many were foretold [log odds]';

COMMENT ON COLUMN risk.evaluation.made_at IS 'when this was found out';

COMMENT ON COLUMN risk.evaluation.customers IS 'contract, or orders where they order without one';

CREATE TABLE risk.model (
    id bigint NOT NULL,
    name text NOT NULL,
    parameters jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    retired_at timestamp with time zone,
    learned_from jsonb
);

COMMENT ON TABLE risk.model IS 'How signals become probabilities';

COMMENT ON COLUMN risk.model.id IS 'identity [id]';

COMMENT ON COLUMN risk.model.name IS 'name and version';

COMMENT ON COLUMN risk.model.parameters IS 'intercept and weight of each signal, by horizon';

COMMENT ON COLUMN risk.model.created_at IS 'when it came into use';

COMMENT ON COLUMN risk.model.retired_at IS 'when it went out of use';

COMMENT ON COLUMN risk.model.learned_from IS 'what it was learned from: windows, rows and losses by horizon, and why it is used; null for stated weights';

CREATE TABLE risk.reliability (
    model_id bigint NOT NULL,
    horizon_days smallint NOT NULL,
    kind text NOT NULL,
    as_of date NOT NULL,
    bin smallint NOT NULL,
    said double precision NOT NULL,
    happened double precision NOT NULL,
    rows integer NOT NULL,
    customers text NOT NULL
);

COMMENT ON TABLE risk.reliability IS 'Of those to whom a probability was said, how many were lost';

COMMENT ON COLUMN risk.reliability.model_id IS 'the model, in risk.model [id]';

COMMENT ON COLUMN risk.reliability.horizon_days IS 'within how many days a loss counts [days]';

COMMENT ON COLUMN risk.reliability.kind IS 'as in risk.evaluation';

COMMENT ON COLUMN risk.reliability.as_of IS 'as in risk.evaluation';

COMMENT ON COLUMN risk.reliability.bin IS 'tenth of the rows by probability, the lowest first [rank]';

COMMENT ON COLUMN risk.reliability.said IS 'mean probability [probability]';

COMMENT ON COLUMN risk.reliability.happened IS 'share that was lost [probability]';

COMMENT ON COLUMN risk.reliability.rows IS 'rows of the tenth [count]';

COMMENT ON COLUMN risk.reliability.customers IS 'as in risk.evaluation';

CREATE VIEW report.calibration WITH (security_barrier='true') AS
 SELECT m.name AS model,
    e.horizon_days,
    e.customers,
    e.kind,
    e.as_of,
    e.rows,
    e.losses,
    e.auc,
    e.auc_error,
    e.brier,
    e.log_loss,
    e.lift10,
    e.slope,
    e.intercept,
    r.bin,
    r.said,
    r.happened,
    r.rows AS bin_rows,
    (m.retired_at IS NULL) AS in_use
   FROM ((risk.evaluation e
     JOIN risk.model m ON ((m.id = e.model_id)))
     LEFT JOIN risk.reliability r USING (model_id, horizon_days, customers, kind, as_of));

COMMENT ON VIEW report.calibration IS 'Of those to whom a probability was said, how many were lost: one row a tenth';

COMMENT ON COLUMN report.calibration.model IS 'name of the model';

COMMENT ON COLUMN report.calibration.horizon_days IS 'within how many days a loss counts [days]';

COMMENT ON COLUMN report.calibration.customers IS 'contract, or orders where they order without one';

COMMENT ON COLUMN report.calibration.kind IS 'learned, expert or, with pairs of signals, challenger: foretold from windows that had ended by then; live, the scores as they stood';

COMMENT ON COLUMN report.calibration.as_of IS 'the last day for which probabilities were said';

COMMENT ON COLUMN report.calibration.rows IS 'accounts times windows [count]';

COMMENT ON COLUMN report.calibration.losses IS 'of them lost within the horizon [count]';

COMMENT ON COLUMN report.calibration.auc IS 'the chance that one who was lost had a higher probability than one who stayed [probability]';

COMMENT ON COLUMN report.calibration.auc_error IS 'standard error of it [probability]';

COMMENT ON COLUMN report.calibration.brier IS 'mean squared error [probability]';

COMMENT ON COLUMN report.calibration.log_loss IS 'mean log loss [nats]';

COMMENT ON COLUMN report.calibration.lift10 IS 'loss rate of the tenth with the highest probabilities, over that of all [ratio]';

COMMENT ON COLUMN report.calibration.slope IS '1 is right, less is too sure [ratio]';

COMMENT ON COLUMN report.calibration.intercept IS 'less than 0 where too many were foretold [log odds]';

COMMENT ON COLUMN report.calibration.bin IS 'tenth of the rows by probability, the lowest first [rank]';

COMMENT ON COLUMN report.calibration.said IS 'mean probability of the tenth [probability]';

COMMENT ON COLUMN report.calibration.happened IS 'share of it that was lost [probability]';

COMMENT ON COLUMN report.calibration.bin_rows IS 'rows of the tenth [count]';

COMMENT ON COLUMN report.calibration.in_use IS 'whether the model is used now';

CREATE VIEW report.deal WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    d.key AS deal,
    d.name,
    d.pipeline,
    d.stage,
    d.kind,
    d.amount_minor,
    d.currency,
    u.name AS owner,
    d.expected_on,
    d.loss_reason,
    d.competitor,
    d.created_at,
    d.stage_since,
    round((EXTRACT(epoch FROM (now() - d.stage_since)) / (86400)::numeric), 1) AS days_in_stage,
    COALESCE(((d.kind = 'open'::text) AND ((now() - d.stage_since) > d.stalled_after)), false) AS stalled
   FROM ((crm.current_deal d
     JOIN crm.account a ON ((a.id = d.account_id)))
     LEFT JOIN crm.team_user u ON ((u.id = d.owner_id)));

COMMENT ON VIEW report.deal IS 'Every deal, as it stands now';

COMMENT ON COLUMN report.deal.account_key IS 'the account; the survivor where it was merged';

COMMENT ON COLUMN report.deal.deal IS 'the outside world''s id for the deal';

COMMENT ON COLUMN report.deal.name IS 'name of the deal';

COMMENT ON COLUMN report.deal.pipeline IS 'the pipeline';

COMMENT ON COLUMN report.deal.stage IS 'the stage that it is at';

COMMENT ON COLUMN report.deal.kind IS 'open, won or lost';

COMMENT ON COLUMN report.deal.amount_minor IS 'what it would bring [minor units of currency]';

COMMENT ON COLUMN report.deal.currency IS 'ISO 4217 code';

COMMENT ON COLUMN report.deal.owner IS 'who leads it';

COMMENT ON COLUMN report.deal.expected_on IS 'the day on which it should be won';

COMMENT ON COLUMN report.deal.loss_reason IS 'why it was lost';

COMMENT ON COLUMN report.deal.competitor IS 'who won it';

COMMENT ON COLUMN report.deal.created_at IS 'when it began';

COMMENT ON COLUMN report.deal.stage_since IS 'since when it is at this stage';

COMMENT ON COLUMN report.deal.days_in_stage IS 'for how long it is at this stage [days]';

COMMENT ON COLUMN report.deal.stalled IS 'true where it is open and at its stage for longer than the stage allows';

CREATE VIEW report.deal_conversion WITH (security_barrier='true') AS
 WITH moves AS (
         SELECT d.id AS deal_id,
            d.pipeline,
            t.stage,
            t.occurred_at,
            t.id,
            lag(t.stage) OVER story AS before
           FROM (crm.deal d
             JOIN crm.deal_state t ON ((t.deal_id = d.id)))
          WHERE (t.occurred_at <= now())
          WINDOW story AS (PARTITION BY d.id ORDER BY t.occurred_at, t.id)
        ), stays AS (
         SELECT moves.deal_id,
            moves.pipeline,
            moves.stage,
            moves.occurred_at,
            lead(moves.occurred_at) OVER story AS left_at,
            lead(moves.stage) OVER story AS next_stage
           FROM moves
          WHERE (moves.before IS DISTINCT FROM moves.stage)
          WINDOW story AS (PARTITION BY moves.deal_id ORDER BY moves.occurred_at, moves.id)
        ), reached AS (
         SELECT y.pipeline,
            y.stage,
            y.deal_id,
            sum(EXTRACT(epoch FROM (COALESCE(y.left_at, now()) - y.occurred_at))) AS seconds,
            bool_or((y.left_at IS NULL)) AS is_there,
            bool_or(((n.kind = 'won'::text) OR ((n.kind = 'open'::text) AND (n."position" > s_1."position")))) AS went_on,
            bool_or((n.kind = 'lost'::text)) AS was_lost
           FROM ((stays y
             JOIN crm.deal_stage s_1 ON (((s_1.pipeline = y.pipeline) AND (s_1.key = y.stage))))
             LEFT JOIN crm.deal_stage n ON (((n.pipeline = y.pipeline) AND (n.key = y.next_stage))))
          GROUP BY y.pipeline, y.stage, y.deal_id
        )
 SELECT s.pipeline,
    s.key AS stage,
    s."position",
    count(r.deal_id) AS reached,
    count(*) FILTER (WHERE r.is_there) AS there_now,
    count(*) FILTER (WHERE r.went_on) AS went_on,
    count(*) FILTER (WHERE (r.was_lost AND (NOT COALESCE(r.went_on, false)))) AS lost_here,
    round(((100.0 * (count(*) FILTER (WHERE r.went_on))::numeric) / (NULLIF(count(r.deal_id), 0))::numeric), 1) AS conversion,
    round(((percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY ((r.seconds)::double precision)) FILTER (WHERE (NOT r.is_there)) / (86400)::double precision))::numeric, 1) AS days
   FROM (crm.deal_stage s
     LEFT JOIN reached r ON (((r.pipeline = s.pipeline) AND (r.stage = s.key))))
  WHERE (s.kind = 'open'::text)
  GROUP BY s.pipeline, s.key, s."position";

COMMENT ON VIEW report.deal_conversion IS 'How deals get from stage to stage';

COMMENT ON COLUMN report.deal_conversion.pipeline IS 'the pipeline';

COMMENT ON COLUMN report.deal_conversion.stage IS 'an open stage of it';

COMMENT ON COLUMN report.deal_conversion."position" IS 'place of the stage [rank]';

COMMENT ON COLUMN report.deal_conversion.reached IS 'deals that ever were at it [count]';

COMMENT ON COLUMN report.deal_conversion.there_now IS 'of these, still at it [count]';

COMMENT ON COLUMN report.deal_conversion.went_on IS 'of these, left it for a later stage or were won from it [count]';

COMMENT ON COLUMN report.deal_conversion.lost_here IS 'of these, lost from it without ever going on [count]';

COMMENT ON COLUMN report.deal_conversion.conversion IS 'went on, of those that reached it [percent]';

COMMENT ON COLUMN report.deal_conversion.days IS 'median time at it, of those that left it [days]';

CREATE VIEW report.deal_person WITH (security_barrier='true') AS
 SELECT u.name AS owner,
    d.pipeline,
    d.currency,
    count(*) AS deals,
    count(*) FILTER (WHERE (d.kind = 'open'::text)) AS open,
    count(*) FILTER (WHERE (d.kind = 'won'::text)) AS won,
    count(*) FILTER (WHERE (d.kind = 'lost'::text)) AS lost,
    round(((100.0 * (count(*) FILTER (WHERE (d.kind = 'won'::text)))::numeric) / (NULLIF(count(*) FILTER (WHERE (d.kind = ANY (ARRAY['won'::text, 'lost'::text]))), 0))::numeric), 1) AS win_share,
    (COALESCE(sum(d.amount_minor) FILTER (WHERE (d.kind = 'won'::text)), (0)::numeric))::bigint AS won_minor,
    (COALESCE(sum(d.amount_minor) FILTER (WHERE (d.kind = 'open'::text)), (0)::numeric))::bigint AS open_minor,
    round(((percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY ((EXTRACT(epoch FROM (d.stage_since - d.created_at)))::double precision)) FILTER (WHERE (d.kind = 'won'::text)) / (86400)::double precision))::numeric, 1) AS days_to_win,
    count(*) FILTER (WHERE ((d.kind = 'open'::text) AND ((now() - d.stage_since) > d.stalled_after))) AS stalled
   FROM (crm.current_deal d
     LEFT JOIN crm.team_user u ON ((u.id = d.owner_id)))
  GROUP BY u.name, d.pipeline, d.currency;

COMMENT ON VIEW report.deal_person IS 'Deals by who leads them';

COMMENT ON COLUMN report.deal_person.owner IS 'who leads them; null is nobody';

COMMENT ON COLUMN report.deal_person.pipeline IS 'the pipeline';

COMMENT ON COLUMN report.deal_person.currency IS 'ISO 4217 code; null for deals without an amount';

COMMENT ON COLUMN report.deal_person.deals IS 'all of them [count]';

COMMENT ON COLUMN report.deal_person.open IS 'still open [count]';

COMMENT ON COLUMN report.deal_person.won IS 'won [count]';

COMMENT ON COLUMN report.deal_person.lost IS 'lost [count]';

COMMENT ON COLUMN report.deal_person.win_share IS 'won, of those won or lost [percent]';

COMMENT ON COLUMN report.deal_person.won_minor IS 'amounts of those won [minor units of currency]';

COMMENT ON COLUMN report.deal_person.open_minor IS 'amounts of those open [minor units of currency]';

COMMENT ON COLUMN report.deal_person.days_to_win IS 'median time from the beginning until won [days]';

COMMENT ON COLUMN report.deal_person.stalled IS 'open and at their stage for longer than it allows [count]';

CREATE VIEW report.decision WITH (security_barrier='true') AS
 SELECT d.message_id,
    a.key AS account_key,
    d.verdict,
    d.reason,
    d.decided_at
   FROM ((notify.decision d
     LEFT JOIN crm.account_root r ON ((r.account_id = d.account_id)))
     LEFT JOIN crm.account a ON ((a.id = r.root_id)));

COMMENT ON VIEW report.decision IS 'For each message: sent, or stopped by what';

COMMENT ON COLUMN report.decision.message_id IS 'the message [id]';

COMMENT ON COLUMN report.decision.account_key IS 'the account that it is about; the survivor where it was merged';

COMMENT ON COLUMN report.decision.verdict IS 'sent or stopped';

COMMENT ON COLUMN report.decision.reason IS 'consent, alert, no_consent, refused, suppressed, no_address, no_channel, no_endpoint, account_gone, contact_gone, user_gone, template';

COMMENT ON COLUMN report.decision.decided_at IS 'when it was decided';

CREATE VIEW report.delivery WITH (security_barrier='true') AS
 SELECT d.id AS delivery_id,
    a.key AS account_key,
    d.channel,
    d.state,
    d.sandbox,
    d.attempts,
    d.created_at,
    d.delivered_at
   FROM ((notify.delivery d
     LEFT JOIN crm.account_root r ON ((r.account_id = d.account_id)))
     LEFT JOIN crm.account a ON ((a.id = r.root_id)));

COMMENT ON VIEW report.delivery IS 'Messages and webhooks on their way and delivered; without address and text';

COMMENT ON COLUMN report.delivery.delivery_id IS 'the delivery [id]';

COMMENT ON COLUMN report.delivery.account_key IS 'the account that it is about; the survivor where it was merged';

COMMENT ON COLUMN report.delivery.channel IS 'by which channel';

COMMENT ON COLUMN report.delivery.state IS 'pending, delivered, failed, or unknown (a crash hid the outcome)';

COMMENT ON COLUMN report.delivery.sandbox IS 'true where nothing left the machine';

COMMENT ON COLUMN report.delivery.attempts IS 'tries so far [count]';

COMMENT ON COLUMN report.delivery.created_at IS 'when it was made';

COMMENT ON COLUMN report.delivery.delivered_at IS 'when it was delivered';

CREATE TABLE risk.drift (
    day date NOT NULL,
    signal text NOT NULL,
    psi double precision NOT NULL,
    accounts bigint NOT NULL
);

COMMENT ON TABLE risk.drift IS 'How far what a signal says has shifted since the model in use was first used';

COMMENT ON COLUMN risk.drift.day IS 'the UTC day';

COMMENT ON COLUMN risk.drift.signal IS 'name of the signal';

COMMENT ON COLUMN risk.drift.psi IS 'population stability index over twelve classes: sum of (now - then) * ln(now / then) [nats]';

COMMENT ON COLUMN risk.drift.accounts IS 'how many were looked at [count]';

CREATE TABLE risk.signal_kind (
    signal text NOT NULL,
    title text NOT NULL,
    about text NOT NULL,
    event boolean NOT NULL,
    external boolean DEFAULT false NOT NULL,
    involuntary boolean DEFAULT false NOT NULL,
    CONSTRAINT signal_kind_signal_check CHECK ((signal ~ '^[a-z][a-z0-9_]{0,62}$'::text))
);

COMMENT ON TABLE risk.signal_kind IS 'The signals that risk-scorer measures';

COMMENT ON COLUMN risk.signal_kind.signal IS 'name of the signal';

COMMENT ON COLUMN risk.signal_kind.title IS 'a few words for people';

COMMENT ON COLUMN risk.signal_kind.about IS 'what it measures and how';

COMMENT ON COLUMN risk.signal_kind.event IS 'true where one event alone switches it on';

COMMENT ON COLUMN risk.signal_kind.external IS 'true where a plugin outside the program measures it';

COMMENT ON COLUMN risk.signal_kind.involuntary IS 'true where the customer has not decided to go, as with a payment that failed';

CREATE VIEW report.drift WITH (security_barrier='true') AS
 SELECT d.signal,
    k.title,
    d.day,
    d.psi,
        CASE
            WHEN (d.psi >= (0.25)::double precision) THEN 'shifted'::text
            WHEN (d.psi >= (0.1)::double precision) THEN 'moving'::text
            ELSE 'stable'::text
        END AS verdict,
    d.accounts
   FROM (( SELECT DISTINCT ON (drift.signal) drift.day,
            drift.signal,
            drift.psi,
            drift.accounts
           FROM risk.drift
          ORDER BY drift.signal, drift.day DESC) d
     JOIN risk.signal_kind k ON ((k.signal = d.signal)));

COMMENT ON VIEW report.drift IS 'Signals whose values have shifted since the model in use was first used: what was learned may hold no more';

COMMENT ON COLUMN report.drift.signal IS 'name of the signal';

COMMENT ON COLUMN report.drift.title IS 'a few words for people';

COMMENT ON COLUMN report.drift.day IS 'the UTC day on which it was last looked at';

COMMENT ON COLUMN report.drift.psi IS 'population stability index [nats]';

COMMENT ON COLUMN report.drift.verdict IS 'stable below 0.1, moving, shifted from 0.25 on, where the model is learned anew';

COMMENT ON COLUMN report.drift.accounts IS 'how many were looked at [count]';

CREATE VIEW report.enrollment WITH (security_barrier='true') AS
 SELECT e.id AS enrollment_id,
    p.key AS playbook,
    v.version,
    a.key AS account_key,
    e.state,
    e.step,
    e.wake_at,
    e.entered_at,
    e.ended_at,
    e.end_reason,
    e.end_detail,
    e.reason
   FROM ((((plan.enrollment e
     JOIN plan.playbook p ON ((p.id = e.playbook_id)))
     JOIN plan.playbook_version v ON ((v.id = e.version_id)))
     JOIN crm.account_root r ON ((r.account_id = e.account_id)))
     JOIN crm.account a ON ((a.id = r.root_id)));

COMMENT ON VIEW report.enrollment IS 'Which accounts run through which playbooks';

COMMENT ON COLUMN report.enrollment.enrollment_id IS 'the enrollment [id]';

COMMENT ON COLUMN report.enrollment.playbook IS 'name of the playbook';

COMMENT ON COLUMN report.enrollment.version IS 'its version [version]';

COMMENT ON COLUMN report.enrollment.account_key IS 'the account; the survivor where it was merged';

COMMENT ON COLUMN report.enrollment.state IS 'active, ended or holdout';

COMMENT ON COLUMN report.enrollment.step IS 'the step that is to run next';

COMMENT ON COLUMN report.enrollment.wake_at IS 'when it is looked at again at the latest';

COMMENT ON COLUMN report.enrollment.entered_at IS 'when the account was enrolled';

COMMENT ON COLUMN report.enrollment.ended_at IS 'when it ended';

COMMENT ON COLUMN report.enrollment.end_reason IS 'completed, exited, refused or failed';

COMMENT ON COLUMN report.enrollment.end_detail IS 'the same in words';

COMMENT ON COLUMN report.enrollment.reason IS 'why the account was enrolled';

CREATE VIEW report.erasure WITH (security_barrier='true') AS
 SELECT e.id AS erasure_id,
    e.erased_at,
    e.actor,
    e.whole,
    e.removed,
    e.waits_for,
    e.finished_at
   FROM crm.erasure e;

COMMENT ON VIEW report.erasure IS 'Certificates of people who were erased';

COMMENT ON COLUMN report.erasure.erasure_id IS 'the erasure, in crm.erasure [id]';

COMMENT ON COLUMN report.erasure.erased_at IS 'when it was begun';

COMMENT ON COLUMN report.erasure.actor IS 'who asked for it';

COMMENT ON COLUMN report.erasure.whole IS 'true where a whole account was the person';

COMMENT ON COLUMN report.erasure.removed IS 'rows that were removed or emptied, as counts by table';

COMMENT ON COLUMN report.erasure.waits_for IS 'services that have yet to erase what they hold';

COMMENT ON COLUMN report.erasure.finished_at IS 'when all had';

CREATE VIEW report.goal WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    g.key AS goal,
    g.words,
    g.due_on,
    g.status,
    g.agreed_at,
    v.progress,
    v.occurred_at AS reviewed_at,
    COALESCE(((g.status = 'open'::text) AND (g.due_on < ((now() AT TIME ZONE 'UTC'::text))::date)), false) AS late
   FROM (((crm.goal g
     JOIN crm.account_root r ON ((r.account_id = g.account_id)))
     JOIN crm.account a ON ((a.id = r.root_id)))
     LEFT JOIN LATERAL ( SELECT v_1.progress,
            v_1.occurred_at
           FROM crm.goal_review v_1
          WHERE (v_1.goal_id = g.id)
          ORDER BY v_1.occurred_at DESC, v_1.id DESC
         LIMIT 1) v ON (true));

COMMENT ON VIEW report.goal IS 'Goals agreed with customers';

COMMENT ON COLUMN report.goal.account_key IS 'the account; the survivor where it was merged';

COMMENT ON COLUMN report.goal.goal IS 'the outside world''s id for the goal';

COMMENT ON COLUMN report.goal.words IS 'what is to be reached';

COMMENT ON COLUMN report.goal.due_on IS 'by which day';

COMMENT ON COLUMN report.goal.status IS 'open, reached, missed or dropped';

COMMENT ON COLUMN report.goal.agreed_at IS 'when it was agreed';

COMMENT ON COLUMN report.goal.progress IS 'how far it was at the last review [percent]';

COMMENT ON COLUMN report.goal.reviewed_at IS 'when that was';

COMMENT ON COLUMN report.goal.late IS 'true where it is open and its day has passed';

CREATE TABLE usage.reception (
    minute timestamp with time zone NOT NULL,
    format text NOT NULL,
    api_key_id bigint NOT NULL,
    accepted bigint NOT NULL,
    repaired bigint NOT NULL,
    duplicates bigint NOT NULL,
    quarantined bigint NOT NULL,
    bytes bigint NOT NULL,
    lag_1s bigint NOT NULL,
    lag_10s bigint NOT NULL,
    lag_1m bigint NOT NULL,
    lag_10m bigint NOT NULL,
    lag_1h bigint NOT NULL,
    lag_1d bigint NOT NULL,
    lag_more bigint NOT NULL,
    wait_ms bigint NOT NULL,
    wait_most_ms bigint NOT NULL
)
PARTITION BY RANGE (minute);

COMMENT ON TABLE usage.reception IS 'What came in, minute by minute, as far as it is folded';

COMMENT ON COLUMN usage.reception.minute IS 'when they were written, to the minute';

COMMENT ON COLUMN usage.reception.format IS 'the ingest format that they came by';

COMMENT ON COLUMN usage.reception.api_key_id IS 'the write key, in crm.api_key; 0 where they came with none, as in an import [id]';

COMMENT ON COLUMN usage.reception.accepted IS 'messages that were written, those with repairs among them [count]';

COMMENT ON COLUMN usage.reception.repaired IS 'messages that were written after something was mended in them [count]';

COMMENT ON COLUMN usage.reception.duplicates IS 'messages that were there already [count]';

COMMENT ON COLUMN usage.reception.quarantined IS 'messages that could not be taken [count]';

COMMENT ON COLUMN usage.reception.bytes IS 'of all messages as they came, unpacked [bytes]';

COMMENT ON COLUMN usage.reception.lag_1s IS 'accepted events, no history, that came within 1 s of happening [count]';

COMMENT ON COLUMN usage.reception.lag_10s IS 'that came after more than 1 s and at most 10 s [count]';

COMMENT ON COLUMN usage.reception.lag_1m IS 'that came after more than 10 s and at most 1 min [count]';

COMMENT ON COLUMN usage.reception.lag_10m IS 'that came after more than 1 min and at most 10 min [count]';

COMMENT ON COLUMN usage.reception.lag_1h IS 'that came after more than 10 min and at most 1 h [count]';

COMMENT ON COLUMN usage.reception.lag_1d IS 'that came after more than 1 h and at most 24 h [count]';

COMMENT ON COLUMN usage.reception.lag_more IS 'that came after more than 24 h [count]';

COMMENT ON COLUMN usage.reception.wait_ms IS 'from arrival until it was written, summed over all messages [ms]';

COMMENT ON COLUMN usage.reception.wait_most_ms IS 'from arrival until it was written, the longest [ms]';

CREATE TABLE usage.reception_delta (
    minute timestamp with time zone NOT NULL,
    format text NOT NULL,
    api_key_id bigint NOT NULL,
    accepted bigint NOT NULL,
    repaired bigint NOT NULL,
    duplicates bigint NOT NULL,
    quarantined bigint NOT NULL,
    bytes bigint NOT NULL,
    lag_1s bigint NOT NULL,
    lag_10s bigint NOT NULL,
    lag_1m bigint NOT NULL,
    lag_10m bigint NOT NULL,
    lag_1h bigint NOT NULL,
    lag_1d bigint NOT NULL,
    lag_more bigint NOT NULL,
    wait_ms bigint NOT NULL,
    wait_most_ms bigint NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='5000', autovacuum_vacuum_cost_delay='0');

COMMENT ON TABLE usage.reception_delta IS 'What came in, a row for each commit, not yet folded';

COMMENT ON COLUMN usage.reception_delta.minute IS 'when they were written, to the minute';

COMMENT ON COLUMN usage.reception_delta.format IS 'the ingest format that they came by';

COMMENT ON COLUMN usage.reception_delta.api_key_id IS 'the write key, in crm.api_key; 0 where they came with none, as in an import [id]';

COMMENT ON COLUMN usage.reception_delta.accepted IS 'messages that were written, those with repairs among them [count]';

COMMENT ON COLUMN usage.reception_delta.repaired IS 'messages that were written after something was mended in them [count]';

COMMENT ON COLUMN usage.reception_delta.duplicates IS 'messages that were there already [count]';

COMMENT ON COLUMN usage.reception_delta.quarantined IS 'messages that could not be taken [count]';

COMMENT ON COLUMN usage.reception_delta.bytes IS 'of all messages as they came, unpacked [bytes]';

COMMENT ON COLUMN usage.reception_delta.lag_1s IS 'accepted events, no history, that came within 1 s of happening [count]';

COMMENT ON COLUMN usage.reception_delta.lag_10s IS 'that came after more than 1 s and at most 10 s [count]';

COMMENT ON COLUMN usage.reception_delta.lag_1m IS 'that came after more than 10 s and at most 1 min [count]';

COMMENT ON COLUMN usage.reception_delta.lag_10m IS 'that came after more than 1 min and at most 10 min [count]';

COMMENT ON COLUMN usage.reception_delta.lag_1h IS 'that came after more than 10 min and at most 1 h [count]';

COMMENT ON COLUMN usage.reception_delta.lag_1d IS 'that came after more than 1 h and at most 24 h [count]';

COMMENT ON COLUMN usage.reception_delta.lag_more IS 'that came after more than 24 h [count]';

COMMENT ON COLUMN usage.reception_delta.wait_ms IS 'from arrival until it was written, summed over all messages [ms]';

COMMENT ON COLUMN usage.reception_delta.wait_most_ms IS 'from arrival until it was written, the longest [ms]';

CREATE VIEW usage.reception_part AS
 SELECT reception.minute,
    reception.format,
    reception.api_key_id,
    reception.accepted,
    reception.repaired,
    reception.duplicates,
    reception.quarantined,
    reception.bytes,
    reception.lag_1s,
    reception.lag_10s,
    reception.lag_1m,
    reception.lag_10m,
    reception.lag_1h,
    reception.lag_1d,
    reception.lag_more,
    reception.wait_ms,
    reception.wait_most_ms
   FROM usage.reception
UNION ALL
 SELECT reception_delta.minute,
    reception_delta.format,
    reception_delta.api_key_id,
    reception_delta.accepted,
    reception_delta.repaired,
    reception_delta.duplicates,
    reception_delta.quarantined,
    reception_delta.bytes,
    reception_delta.lag_1s,
    reception_delta.lag_10s,
    reception_delta.lag_1m,
    reception_delta.lag_10m,
    reception_delta.lag_1h,
    reception_delta.lag_1d,
    reception_delta.lag_more,
    reception_delta.wait_ms,
    reception_delta.wait_most_ms
   FROM usage.reception_delta;

COMMENT ON VIEW usage.reception_part IS 'What came in, folded and not yet folded; rows of one minute, format and key add up';

COMMENT ON COLUMN usage.reception_part.minute IS 'when they were written, to the minute';

COMMENT ON COLUMN usage.reception_part.format IS 'the ingest format that they came by';

COMMENT ON COLUMN usage.reception_part.api_key_id IS 'the write key, in crm.api_key; 0 where they came with none, as in an import [id]';

COMMENT ON COLUMN usage.reception_part.accepted IS 'messages that were written, those with repairs among them [count]';

COMMENT ON COLUMN usage.reception_part.repaired IS 'messages that were written after something was mended in them [count]';

COMMENT ON COLUMN usage.reception_part.duplicates IS 'messages that were there already [count]';

COMMENT ON COLUMN usage.reception_part.quarantined IS 'messages that could not be taken [count]';

COMMENT ON COLUMN usage.reception_part.bytes IS 'of all messages as they came, unpacked [bytes]';

COMMENT ON COLUMN usage.reception_part.lag_1s IS 'accepted events, no history, that came within 1 s of happening [count]';

COMMENT ON COLUMN usage.reception_part.lag_10s IS 'that came after more than 1 s and at most 10 s [count]';

COMMENT ON COLUMN usage.reception_part.lag_1m IS 'that came after more than 10 s and at most 1 min [count]';

COMMENT ON COLUMN usage.reception_part.lag_10m IS 'that came after more than 1 min and at most 10 min [count]';

COMMENT ON COLUMN usage.reception_part.lag_1h IS 'that came after more than 10 min and at most 1 h [count]';

COMMENT ON COLUMN usage.reception_part.lag_1d IS 'that came after more than 1 h and at most 24 h [count]';

COMMENT ON COLUMN usage.reception_part.lag_more IS 'that came after more than 24 h [count]';

COMMENT ON COLUMN usage.reception_part.wait_ms IS 'from arrival until it was written, summed over all messages [ms]';

COMMENT ON COLUMN usage.reception_part.wait_most_ms IS 'from arrival until it was written, the longest [ms]';

CREATE VIEW report.ingest WITH (security_barrier='true') AS
 SELECT t.at,
    t.format,
    t.key,
    t.key_begins,
    ((t.accepted + t.duplicates) + t.quarantined) AS received,
    ((((t.accepted + t.duplicates) + t.quarantined))::double precision / (GREATEST(LEAST(EXTRACT(epoch FROM '01:00:00'::interval), EXTRACT(epoch FROM (now() - t.at))), (1)::numeric))::double precision) AS rate,
    t.accepted,
    t.repaired,
    t.duplicates,
    t.quarantined,
    t.bytes,
        CASE
            WHEN (t.lags = (0)::numeric) THEN NULL::double precision
            WHEN (t.lag_1s >= (0.5 * t.lags)) THEN (1)::double precision
            WHEN ((t.lag_1s + t.lag_10s) >= (0.5 * t.lags)) THEN (10)::double precision
            WHEN (((t.lag_1s + t.lag_10s) + t.lag_1m) >= (0.5 * t.lags)) THEN (60)::double precision
            WHEN ((((t.lag_1s + t.lag_10s) + t.lag_1m) + t.lag_10m) >= (0.5 * t.lags)) THEN (600)::double precision
            WHEN (((((t.lag_1s + t.lag_10s) + t.lag_1m) + t.lag_10m) + t.lag_1h) >= (0.5 * t.lags)) THEN (3600)::double precision
            WHEN ((t.lags - t.lag_more) >= (0.5 * t.lags)) THEN (86400)::double precision
            ELSE 'Infinity'::double precision
        END AS lag_p50_s,
        CASE
            WHEN (t.lags = (0)::numeric) THEN NULL::double precision
            WHEN (t.lag_1s >= (0.95 * t.lags)) THEN (1)::double precision
            WHEN ((t.lag_1s + t.lag_10s) >= (0.95 * t.lags)) THEN (10)::double precision
            WHEN (((t.lag_1s + t.lag_10s) + t.lag_1m) >= (0.95 * t.lags)) THEN (60)::double precision
            WHEN ((((t.lag_1s + t.lag_10s) + t.lag_1m) + t.lag_10m) >= (0.95 * t.lags)) THEN (600)::double precision
            WHEN (((((t.lag_1s + t.lag_10s) + t.lag_1m) + t.lag_10m) + t.lag_1h) >= (0.95 * t.lags)) THEN (3600)::double precision
            WHEN ((t.lags - t.lag_more) >= (0.95 * t.lags)) THEN (86400)::double precision
            ELSE 'Infinity'::double precision
        END AS lag_p95_s,
    ((t.wait_ms)::double precision / (NULLIF(((t.accepted + t.duplicates) + t.quarantined), 0))::double precision) AS wait_mean_ms,
    t.wait_most_ms
   FROM ( SELECT date_trunc('hour'::text, r.minute, 'UTC'::text) AS at,
            r.format,
            k.name AS key,
            k.hint AS key_begins,
            (sum(r.accepted))::bigint AS accepted,
            (sum(r.repaired))::bigint AS repaired,
            (sum(r.duplicates))::bigint AS duplicates,
            (sum(r.quarantined))::bigint AS quarantined,
            (sum(r.bytes))::bigint AS bytes,
            sum(r.lag_1s) AS lag_1s,
            sum(r.lag_10s) AS lag_10s,
            sum(r.lag_1m) AS lag_1m,
            sum(r.lag_10m) AS lag_10m,
            sum(r.lag_1h) AS lag_1h,
            sum(r.lag_more) AS lag_more,
            sum(((((((r.lag_1s + r.lag_10s) + r.lag_1m) + r.lag_10m) + r.lag_1h) + r.lag_1d) + r.lag_more)) AS lags,
            sum(r.wait_ms) AS wait_ms,
            max(r.wait_most_ms) AS wait_most_ms
           FROM (usage.reception_part r
             LEFT JOIN crm.api_key k ON ((k.id = r.api_key_id)))
          WHERE (r.minute >= date_trunc('hour'::text, (now() - '30 days'::interval), 'UTC'::text))
          GROUP BY (date_trunc('hour'::text, r.minute, 'UTC'::text)), r.format, r.api_key_id, k.name, k.hint) t;

COMMENT ON VIEW report.ingest IS 'What usage-ingest took in, hour by hour, for 30 days';

COMMENT ON COLUMN report.ingest.at IS 'beginning of the hour, when they were written';

COMMENT ON COLUMN report.ingest.format IS 'the ingest format that they came by';

COMMENT ON COLUMN report.ingest.key IS 'name of the write key; null where they came with none, as in an import';

COMMENT ON COLUMN report.ingest.key_begins IS 'the first characters of the write key';

COMMENT ON COLUMN report.ingest.received IS 'messages that came [count]';

COMMENT ON COLUMN report.ingest.rate IS 'messages that came a second, in the hour so far [events/s]';

COMMENT ON COLUMN report.ingest.accepted IS 'messages that were written, those with repairs among them [count]';

COMMENT ON COLUMN report.ingest.repaired IS 'messages that were written after something was mended in them [count]';

COMMENT ON COLUMN report.ingest.duplicates IS 'messages that were there already [count]';

COMMENT ON COLUMN report.ingest.quarantined IS 'messages that could not be taken; their reasons are in report.quarantine [count]';

COMMENT ON COLUMN report.ingest.bytes IS 'of all messages as they came, unpacked [bytes]';

COMMENT ON COLUMN report.ingest.lag_p50_s IS 'half of the events, without history, came at most so long after they happened; infinity is over a day [s]';

COMMENT ON COLUMN report.ingest.lag_p95_s IS '95 of 100 events, without history, came at most so long after they happened; infinity is over a day [s]';

COMMENT ON COLUMN report.ingest.wait_mean_ms IS 'from arrival until it was written, on average [ms]';

COMMENT ON COLUMN report.ingest.wait_most_ms IS 'from arrival until it was written, the longest [ms]';

CREATE VIEW report.ingest_minute WITH (security_barrier='true') AS
 SELECT t.at,
    t.format,
    t.key,
    t.key_begins,
    ((t.accepted + t.duplicates) + t.quarantined) AS received,
    ((((t.accepted + t.duplicates) + t.quarantined))::double precision / (GREATEST(LEAST(EXTRACT(epoch FROM '00:01:00'::interval), EXTRACT(epoch FROM (now() - t.at))), (1)::numeric))::double precision) AS rate,
    t.accepted,
    t.repaired,
    t.duplicates,
    t.quarantined,
    t.bytes,
        CASE
            WHEN (t.lags = (0)::numeric) THEN NULL::double precision
            WHEN (t.lag_1s >= (0.5 * t.lags)) THEN (1)::double precision
            WHEN ((t.lag_1s + t.lag_10s) >= (0.5 * t.lags)) THEN (10)::double precision
            WHEN (((t.lag_1s + t.lag_10s) + t.lag_1m) >= (0.5 * t.lags)) THEN (60)::double precision
            WHEN ((((t.lag_1s + t.lag_10s) + t.lag_1m) + t.lag_10m) >= (0.5 * t.lags)) THEN (600)::double precision
            WHEN (((((t.lag_1s + t.lag_10s) + t.lag_1m) + t.lag_10m) + t.lag_1h) >= (0.5 * t.lags)) THEN (3600)::double precision
            WHEN ((t.lags - t.lag_more) >= (0.5 * t.lags)) THEN (86400)::double precision
            ELSE 'Infinity'::double precision
        END AS lag_p50_s,
        CASE
            WHEN (t.lags = (0)::numeric) THEN NULL::double precision
            WHEN (t.lag_1s >= (0.95 * t.lags)) THEN (1)::double precision
            WHEN ((t.lag_1s + t.lag_10s) >= (0.95 * t.lags)) THEN (10)::double precision
            WHEN (((t.lag_1s + t.lag_10s) + t.lag_1m) >= (0.95 * t.lags)) THEN (60)::double precision
            WHEN ((((t.lag_1s + t.lag_10s) + t.lag_1m) + t.lag_10m) >= (0.95 * t.lags)) THEN (600)::double precision
            WHEN (((((t.lag_1s + t.lag_10s) + t.lag_1m) + t.lag_10m) + t.lag_1h) >= (0.95 * t.lags)) THEN (3600)::double precision
            WHEN ((t.lags - t.lag_more) >= (0.95 * t.lags)) THEN (86400)::double precision
            ELSE 'Infinity'::double precision
        END AS lag_p95_s,
    ((t.wait_ms)::double precision / (NULLIF(((t.accepted + t.duplicates) + t.quarantined), 0))::double precision) AS wait_mean_ms,
    t.wait_most_ms
   FROM ( SELECT date_trunc('minute'::text, r.minute, 'UTC'::text) AS at,
            r.format,
            k.name AS key,
            k.hint AS key_begins,
            (sum(r.accepted))::bigint AS accepted,
            (sum(r.repaired))::bigint AS repaired,
            (sum(r.duplicates))::bigint AS duplicates,
            (sum(r.quarantined))::bigint AS quarantined,
            (sum(r.bytes))::bigint AS bytes,
            sum(r.lag_1s) AS lag_1s,
            sum(r.lag_10s) AS lag_10s,
            sum(r.lag_1m) AS lag_1m,
            sum(r.lag_10m) AS lag_10m,
            sum(r.lag_1h) AS lag_1h,
            sum(r.lag_more) AS lag_more,
            sum(((((((r.lag_1s + r.lag_10s) + r.lag_1m) + r.lag_10m) + r.lag_1h) + r.lag_1d) + r.lag_more)) AS lags,
            sum(r.wait_ms) AS wait_ms,
            max(r.wait_most_ms) AS wait_most_ms
           FROM (usage.reception_part r
             LEFT JOIN crm.api_key k ON ((k.id = r.api_key_id)))
          WHERE (r.minute >= date_trunc('minute'::text, (now() - '03:00:00'::interval), 'UTC'::text))
          GROUP BY (date_trunc('minute'::text, r.minute, 'UTC'::text)), r.format, r.api_key_id, k.name, k.hint) t;

COMMENT ON VIEW report.ingest_minute IS 'What usage-ingest took in, minute by minute, for 3 hours';

COMMENT ON COLUMN report.ingest_minute.at IS 'beginning of the minute, when they were written';

COMMENT ON COLUMN report.ingest_minute.format IS 'the ingest format that they came by';

COMMENT ON COLUMN report.ingest_minute.key IS 'name of the write key; null where they came with none, as in an import';

COMMENT ON COLUMN report.ingest_minute.key_begins IS 'the first characters of the write key';

COMMENT ON COLUMN report.ingest_minute.received IS 'messages that came [count]';

COMMENT ON COLUMN report.ingest_minute.rate IS 'messages that came a second, in the minute so far [events/s]';

COMMENT ON COLUMN report.ingest_minute.accepted IS 'messages that were written, those with repairs among them [count]';

COMMENT ON COLUMN report.ingest_minute.repaired IS 'messages that were written after something was mended in them [count]';

COMMENT ON COLUMN report.ingest_minute.duplicates IS 'messages that were there already [count]';

COMMENT ON COLUMN report.ingest_minute.quarantined IS 'messages that could not be taken; their reasons are in report.quarantine [count]';

COMMENT ON COLUMN report.ingest_minute.bytes IS 'of all messages as they came, unpacked [bytes]';

COMMENT ON COLUMN report.ingest_minute.lag_p50_s IS 'half of the events, without history, came at most so long after they happened; infinity is over a day [s]';

COMMENT ON COLUMN report.ingest_minute.lag_p95_s IS '95 of 100 events, without history, came at most so long after they happened; infinity is over a day [s]';

COMMENT ON COLUMN report.ingest_minute.wait_mean_ms IS 'from arrival until it was written, on average [ms]';

COMMENT ON COLUMN report.ingest_minute.wait_most_ms IS 'from arrival until it was written, the longest [ms]';

CREATE VIEW report.invoice WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    i.key AS invoice,
    i.amount_minor,
    i.currency,
    i.issued_on,
    i.due_on,
    i.paid_at,
    i.status,
        CASE
            WHEN (i.status = 'overdue'::text) THEN (((now() AT TIME ZONE 'UTC'::text))::date - i.due_on)
            ELSE NULL::integer
        END AS days_overdue
   FROM (crm.current_invoice i
     JOIN crm.account a ON ((a.id = i.account_id)));

COMMENT ON VIEW report.invoice IS 'Every invoice, as it is now';

COMMENT ON COLUMN report.invoice.account_key IS 'the account; the survivor where it was merged';

COMMENT ON COLUMN report.invoice.invoice IS 'the outside world''s id for the invoice';

COMMENT ON COLUMN report.invoice.amount_minor IS 'what is to be paid [minor units of currency]';

COMMENT ON COLUMN report.invoice.currency IS 'ISO 4217 code';

COMMENT ON COLUMN report.invoice.issued_on IS 'day of the invoice';

COMMENT ON COLUMN report.invoice.due_on IS 'last day to pay it';

COMMENT ON COLUMN report.invoice.paid_at IS 'when it was paid in full';

COMMENT ON COLUMN report.invoice.status IS 'void, paid, credit, overdue or due';

COMMENT ON COLUMN report.invoice.days_overdue IS 'days since its last day; null where it is not overdue [days]';

CREATE VIEW report.job WITH (security_barrier='true') AS
 WITH place AS (
         SELECT r.job_id,
            'ready'::text AS state,
            (r.attempt)::integer AS attempt,
            r.enqueued_at,
            NULL::timestamp with time zone AS started_at,
            NULL::timestamp with time zone AS finished_at,
            NULL::text AS error
           FROM queue.ready r
        UNION ALL
         SELECT b.job_id,
            'blocked'::text,
            b.attempt,
            b.enqueued_at,
            NULL::timestamp with time zone,
            NULL::timestamp with time zone,
            NULL::text
           FROM queue.blocked b
        UNION ALL
         SELECT s.job_id,
            'scheduled'::text,
            s.attempt,
            s.enqueued_at,
            NULL::timestamp with time zone,
            NULL::timestamp with time zone,
            s.error
           FROM queue.scheduled s
        UNION ALL
         SELECT l.job_id,
            'running'::text,
            l.attempt,
            l.enqueued_at,
            l.claimed_at,
            NULL::timestamp with time zone,
            NULL::text
           FROM queue.lease l
        UNION ALL
         SELECT d.job_id,
            d.state,
            d.attempt,
            d.enqueued_at,
            d.started_at,
            d.finished_at,
            NULL::text
           FROM queue.done d
        )
 SELECT p.job_id,
    q.name AS queue,
    j.kind,
    p.state,
    p.attempt,
    j.cause_job_id,
    p.enqueued_at,
    p.started_at,
    p.finished_at,
    p.error
   FROM ((place p
     JOIN queue.job j ON (((j.id = p.job_id) AND (j.enqueued_at = p.enqueued_at))))
     JOIN queue.queue q ON ((q.id = j.queue_id)))
UNION ALL
 SELECT d.job_id,
    q.name AS queue,
    d.kind,
    'dead'::text AS state,
    d.attempt,
    d.cause_job_id,
    d.enqueued_at,
    d.started_at,
    d.finished_at,
    d.error
   FROM (queue.dead d
     JOIN queue.queue q ON ((q.id = d.queue_id)));

COMMENT ON VIEW report.job IS 'Every job that waits, runs or ended lately, with the job that caused it';

COMMENT ON COLUMN report.job.job_id IS 'the job [id]';

COMMENT ON COLUMN report.job.queue IS 'its queue';

COMMENT ON COLUMN report.job.kind IS 'which handler runs it';

COMMENT ON COLUMN report.job.state IS 'ready, blocked (its group is full), scheduled, running, completed, cancelled or dead';

COMMENT ON COLUMN report.job.attempt IS 'starts so far [count]';

COMMENT ON COLUMN report.job.cause_job_id IS 'the job whose handler enqueued it [id]';

COMMENT ON COLUMN report.job.enqueued_at IS 'when it was enqueued';

COMMENT ON COLUMN report.job.started_at IS 'when its last start was claimed';

COMMENT ON COLUMN report.job.finished_at IS 'when it ended';

COMMENT ON COLUMN report.job.error IS 'why its last start failed';

CREATE TABLE risk.purchase (
    account_id bigint NOT NULL,
    currency text NOT NULL,
    orders integer NOT NULL,
    first_on date NOT NULL,
    last_on date NOT NULL,
    alive double precision,
    expected_30 double precision NOT NULL,
    expected_90 double precision NOT NULL,
    expected_365 double precision NOT NULL,
    spend_minor bigint NOT NULL,
    lifetime_minor bigint NOT NULL,
    CONSTRAINT purchase_orders_check CHECK ((orders > 0))
);

COMMENT ON TABLE risk.purchase IS 'What each customer without a contract is expected to order; looked at once a day';

COMMENT ON COLUMN risk.purchase.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN risk.purchase.currency IS 'ISO 4217 code';

COMMENT ON COLUMN risk.purchase.orders IS 'days with orders, ever [count]';

COMMENT ON COLUMN risk.purchase.first_on IS 'UTC day of its first order';

COMMENT ON COLUMN risk.purchase.last_on IS 'UTC day of its last order';

COMMENT ON COLUMN risk.purchase.alive IS 'that it has not stopped for good; null for who ordered once, of whom nothing tells [probability]';

COMMENT ON COLUMN risk.purchase.expected_30 IS 'purchases within 30 days [count]';

COMMENT ON COLUMN risk.purchase.expected_90 IS 'purchases within 90 days [count]';

COMMENT ON COLUMN risk.purchase.expected_365 IS 'purchases within 365 days [count]';

COMMENT ON COLUMN risk.purchase.spend_minor IS 'what a purchase of it is worth on average [minor units of currency]';

COMMENT ON COLUMN risk.purchase.lifetime_minor IS 'purchases of three years, at 10 % a year [minor units of currency]';

CREATE VIEW report.lifetime_value WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    a.name,
    u.name AS owner,
    COALESCE(m.basis, 'orders'::text) AS basis,
    COALESCE(m.money_minor, (0)::bigint) AS money,
    COALESCE(m.currency, p.currency) AS currency,
        CASE
            WHEN (m.basis = 'mrr'::text) THEN (round(((((m.money_minor)::numeric / 12.0))::double precision *
            CASE
                WHEN (x.kept < (1)::double precision) THEN (((1)::double precision - (x.kept ^ (36)::double precision)) / ((1)::double precision - x.kept))
                ELSE (36)::double precision
            END)))::bigint
            ELSE p.lifetime_minor
        END AS lifetime
   FROM ((((((crm.account a
     LEFT JOIN crm.account_money m ON (((m.account_id = a.id) AND (m.money_minor > 0))))
     LEFT JOIN risk.purchase p ON ((p.account_id = a.id)))
     LEFT JOIN risk.score s ON (((s.account_id = a.id) AND (s.horizon_days = 90))))
     CROSS JOIN LATERAL ( SELECT (power(((1)::double precision - s.probability), (((1)::numeric / 3.0))::double precision) * (power(1.1, (('-1'::integer)::numeric / 12.0)))::double precision) AS kept) x)
     LEFT JOIN crm.current_owner o ON ((o.account_id = a.id)))
     LEFT JOIN crm.team_user u ON ((u.id = o.user_id)))
  WHERE ((a.merged_into IS NULL) AND ((m.account_id IS NOT NULL) OR (p.account_id IS NOT NULL)));

COMMENT ON VIEW report.lifetime_value IS 'What customers will bring in three years, at 10 % a year: revenue, not margin';

COMMENT ON COLUMN report.lifetime_value.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.lifetime_value.name IS 'its name';

COMMENT ON COLUMN report.lifetime_value.owner IS 'who looks after it';

COMMENT ON COLUMN report.lifetime_value.basis IS 'mrr or orders';

COMMENT ON COLUMN report.lifetime_value.money IS 'worth in a year as it is now [minor units of currency]';

COMMENT ON COLUMN report.lifetime_value.currency IS 'ISO 4217 code';

COMMENT ON COLUMN report.lifetime_value.lifetime IS 'by mrr, each month''s times the chance that it stays until then, as the risk of 90 days has it; by orders, the purchases that are expected; null where neither is known [minor units of currency]';

CREATE VIEW report.loss_reason WITH (security_barrier='true') AS
 WITH lost AS (
         SELECT s_1.loss_reason AS reason,
            paid.currency,
            (paid.mrr_minor * 12) AS minor,
            1 AS subscriptions,
            0 AS deals
           FROM (crm.current_subscription s_1
             JOIN LATERAL ( SELECT t.mrr_minor,
                    t.currency
                   FROM crm.subscription_state t
                  WHERE ((t.subscription_id = s_1.subscription_id) AND (t.occurred_at <= now()))
                  ORDER BY (t.mrr_minor > 0) DESC, t.occurred_at DESC, t.id DESC
                 LIMIT 1) paid ON (true))
          WHERE (s_1.status = ANY (ARRAY['cancelled'::text, 'ended'::text]))
        UNION ALL
         SELECT d.loss_reason,
            d.currency,
            d.amount_minor,
            0,
            1
           FROM crm.current_deal d
          WHERE (d.kind = 'lost'::text)
        ), summed AS (
         SELECT lost.reason,
            lost.currency,
            (COALESCE(sum(lost.minor), (0)::numeric))::bigint AS money_minor,
            sum(lost.subscriptions) AS subscriptions,
            sum(lost.deals) AS deals
           FROM lost
          GROUP BY lost.reason, lost.currency
        )
 SELECT s.currency,
    rank() OVER (PARTITION BY s.currency ORDER BY s.money_minor DESC) AS rank,
    r.key AS reason,
    COALESCE(r.name, s.reason, 'Nobody said'::text) AS name,
    COALESCE(r.name_uk, s.reason, 'Ніхто не сказав'::text) AS name_uk,
    r.addressable,
    (s.subscriptions + s.deals) AS lost,
    s.subscriptions,
    s.deals,
    s.money_minor,
    round(((100.0 * (s.money_minor)::numeric) / NULLIF(sum(s.money_minor) OVER (PARTITION BY s.currency), (0)::numeric)), 1) AS share
   FROM (summed s
     LEFT JOIN crm.loss_reason r ON ((r.key = s.reason)));

COMMENT ON VIEW report.loss_reason IS 'Why subscriptions and deals were lost, by the money that it costs';

COMMENT ON COLUMN report.loss_reason.currency IS 'ISO 4217 code; null for deals without an amount';

COMMENT ON COLUMN report.loss_reason.rank IS 'place among the reasons in this currency, the most money first [rank]';

COMMENT ON COLUMN report.loss_reason.reason IS 'the reason, in crm.loss_reason; null where nobody said, or in words that are no reason';

COMMENT ON COLUMN report.loss_reason.name IS 'its name, in English';

COMMENT ON COLUMN report.loss_reason.name_uk IS 'its name, in Ukrainian';

COMMENT ON COLUMN report.loss_reason.addressable IS 'true where something can be done about it';

COMMENT ON COLUMN report.loss_reason.lost IS 'subscriptions and deals lost for it [count]';

COMMENT ON COLUMN report.loss_reason.subscriptions IS 'subscriptions that were given up and not taken again [count]';

COMMENT ON COLUMN report.loss_reason.deals IS 'deals that were lost [count]';

COMMENT ON COLUMN report.loss_reason.money_minor IS 'MRR times 12 of the subscriptions, and the amounts of the deals [minor units of currency]';

COMMENT ON COLUMN report.loss_reason.share IS 'of all the money lost in this currency [percent]';

CREATE VIEW report.lost_account WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    a.name,
    u.name AS owner,
    l.lost_at,
    l.kind,
    l.source,
    l.reason,
    l.words,
    l.orders,
    l.first_at,
    l.last_at,
    l.money_minor AS money,
    l.currency,
    l.returned_at
   FROM (((risk.loss l
     JOIN crm.account a ON (((a.id = l.account_id) AND (a.merged_into IS NULL))))
     LEFT JOIN crm.current_owner o ON ((o.account_id = a.id)))
     LEFT JOIN crm.team_user u ON ((u.id = o.user_id)));

COMMENT ON VIEW report.lost_account IS 'Accounts that were lost, when and how, also those that came back';

COMMENT ON COLUMN report.lost_account.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.lost_account.name IS 'its name';

COMMENT ON COLUMN report.lost_account.owner IS 'who looks after it';

COMMENT ON COLUMN report.lost_account.lost_at IS 'when it was lost';

COMMENT ON COLUMN report.lost_account.kind IS 'contract; without one once, long or other, by what it had ordered; asleep where it is overdue and not lost yet; hand';

COMMENT ON COLUMN report.lost_account.source IS 'contract, orders, or hand where somebody said so';

COMMENT ON COLUMN report.lost_account.reason IS 'key of the reason';

COMMENT ON COLUMN report.lost_account.words IS 'what was said by hand';

COMMENT ON COLUMN report.lost_account.orders IS 'days with orders until then [count]';

COMMENT ON COLUMN report.lost_account.first_at IS 'when it was won';

COMMENT ON COLUMN report.lost_account.last_at IS 'when it last had a contract or ordered';

COMMENT ON COLUMN report.lost_account.money IS 'what it was worth in a year [minor units of currency]';

COMMENT ON COLUMN report.lost_account.currency IS 'ISO 4217 code';

COMMENT ON COLUMN report.lost_account.returned_at IS 'when it came back; null while it is lost';

CREATE VIEW report.merge WITH (security_barrier='true') AS
 SELECT m.id AS merge_id,
    a.key AS account_key,
    s.key AS into_key,
    m.actor,
    m.merged_at,
    m.undone_by,
    m.undone_at
   FROM ((crm.merge m
     JOIN crm.account a ON ((a.id = m.account_id)))
     JOIN crm.account s ON ((s.id = m.into_id)));

COMMENT ON VIEW report.merge IS 'Accounts that were merged into others';

COMMENT ON COLUMN report.merge.merge_id IS 'the merge, in crm.merge [id]';

COMMENT ON COLUMN report.merge.account_key IS 'the account that is read as the other one';

COMMENT ON COLUMN report.merge.into_key IS 'the one that survived';

COMMENT ON COLUMN report.merge.actor IS 'who merged them';

COMMENT ON COLUMN report.merge.merged_at IS 'when';

COMMENT ON COLUMN report.merge.undone_by IS 'who undid it';

COMMENT ON COLUMN report.merge.undone_at IS 'when; null while it stands';

CREATE VIEW report.model_weight WITH (security_barrier='true') AS
 SELECT m.name AS model,
    (m.retired_at IS NULL) AS in_use,
    split_part(l.place, '-'::text, 1) AS customers,
    (split_part(l.place, '-'::text, 2))::smallint AS horizon_days,
    w.signal,
    w.other_signal,
    w.weight
   FROM ((risk.model m
     CROSS JOIN LATERAL jsonb_each((m.parameters -> 'learned'::text)) l(place, learned))
     CROSS JOIN LATERAL ( SELECT NULL::text AS signal,
            NULL::text AS other_signal,
            ((l.learned ->> 'intercept'::text))::double precision AS weight
        UNION ALL
         SELECT jsonb_each_text.key,
            NULL::text,
            (jsonb_each_text.value)::double precision AS value
           FROM jsonb_each_text((l.learned -> 'weights'::text)) jsonb_each_text(key, value)
        UNION ALL
         SELECT (p.value ->> 'first'::text),
            (p.value ->> 'second'::text),
            ((p.value ->> 'weight'::text))::double precision AS float8
           FROM jsonb_array_elements((l.learned -> 'pairs'::text)) p(value)) w)
UNION ALL
 SELECT m.name AS model,
    (m.retired_at IS NULL) AS in_use,
    NULL::text AS customers,
    NULL::smallint AS horizon_days,
    w.key AS signal,
    NULL::text AS other_signal,
    (w.value)::double precision AS weight
   FROM (risk.model m
     CROSS JOIN LATERAL jsonb_each_text((m.parameters -> 'weights'::text)) w(key, value))
  WHERE (m.learned_from IS NULL);

COMMENT ON VIEW report.model_weight IS 'What each model makes of each signal';

COMMENT ON COLUMN report.model_weight.model IS 'name of the model';

COMMENT ON COLUMN report.model_weight.in_use IS 'whether scores come from it now';

COMMENT ON COLUMN report.model_weight.customers IS 'contract or orders, of whose losses it was learned; null of what experts stated for all';

COMMENT ON COLUMN report.model_weight.horizon_days IS 'within how many days [days]';

COMMENT ON COLUMN report.model_weight.signal IS 'the signal; null for where accounts begin without any, before what their period adds';

COMMENT ON COLUMN report.model_weight.other_signal IS 'the second of a pair, whose values are multiplied';

COMMENT ON COLUMN report.model_weight.weight IS 'what it adds at value 1 [log odds]';

CREATE VIEW report.money_at_risk WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    a.name,
    u.name AS owner,
    s.band,
    m.currency,
    m.basis,
    m.money_minor AS money,
    t.probability AS probability_30,
    s.probability AS probability_90,
    (COALESCE(round((p.expected_30 * (p.spend_minor)::double precision)), round((((((m.money_minor * 30))::numeric / 365.0))::double precision * ((1)::double precision - t.probability)))))::bigint AS expected_30,
    (COALESCE(round((p.expected_90 * (p.spend_minor)::double precision)), round((((((m.money_minor * 90))::numeric / 365.0))::double precision * ((1)::double precision - s.probability)))))::bigint AS expected_90,
    (round((COALESCE((p.expected_30 * (p.spend_minor)::double precision), ((((m.money_minor * 30))::numeric / 365.0))::double precision) * t.probability)))::bigint AS at_risk_30,
    (round((COALESCE((p.expected_90 * (p.spend_minor)::double precision), ((((m.money_minor * 90))::numeric / 365.0))::double precision) * s.probability)))::bigint AS at_risk_90,
    (round(((m.money_minor)::double precision * s.probability)))::bigint AS at_risk_year
   FROM ((((((risk.score s
     JOIN risk.score t ON (((t.account_id = s.account_id) AND (t.horizon_days = 30))))
     JOIN crm.account a ON (((a.id = s.account_id) AND (a.merged_into IS NULL))))
     JOIN crm.account_money m ON (((m.account_id = a.id) AND (m.money_minor > 0))))
     LEFT JOIN risk.purchase p ON (((p.account_id = a.id) AND (m.basis = 'orders'::text) AND (p.currency = m.currency))))
     LEFT JOIN crm.current_owner o ON ((o.account_id = a.id)))
     LEFT JOIN crm.team_user u ON ((u.id = o.user_id)))
  WHERE ((s.horizon_days = 90) AND (NOT (EXISTS ( SELECT
           FROM risk.loss l
          WHERE ((l.account_id = a.id) AND (l.kind <> 'asleep'::text) AND (l.returned_at IS NULL))))));

COMMENT ON VIEW report.money_at_risk IS 'What accounts that are not lost are expected to bring, and what of it is at risk';

COMMENT ON COLUMN report.money_at_risk.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.money_at_risk.name IS 'its name';

COMMENT ON COLUMN report.money_at_risk.owner IS 'who looks after it';

COMMENT ON COLUMN report.money_at_risk.band IS 'low, medium or high';

COMMENT ON COLUMN report.money_at_risk.currency IS 'ISO 4217 code';

COMMENT ON COLUMN report.money_at_risk.basis IS 'mrr or orders';

COMMENT ON COLUMN report.money_at_risk.money IS 'worth in a year: MRR times 12, or orders of the last 365 days [minor units of currency]';

COMMENT ON COLUMN report.money_at_risk.probability_30 IS 'that it is lost within 30 days [probability]';

COMMENT ON COLUMN report.money_at_risk.probability_90 IS 'that it is lost within 90 days [probability]';

COMMENT ON COLUMN report.money_at_risk.expected_30 IS 'by orders, the purchases that are expected of it; else its share of a year for 30 days, times the chance that it stays [minor units of currency]';

COMMENT ON COLUMN report.money_at_risk.expected_90 IS 'the same for 90 days [minor units of currency]';

COMMENT ON COLUMN report.money_at_risk.at_risk_30 IS 'what it would bring in 30 days, times the probability [minor units of currency]';

COMMENT ON COLUMN report.money_at_risk.at_risk_90 IS 'the same for 90 days [minor units of currency]';

COMMENT ON COLUMN report.money_at_risk.at_risk_year IS 'what a year without it would cost, times the probability of 90 days [minor units of currency]';

CREATE VIEW report.product_request WITH (security_barrier='true') AS
 WITH voted AS (
         SELECT DISTINCT v.request_id,
            r.root_id
           FROM (crm.request_vote v
             JOIN crm.account_root r ON ((r.account_id = v.account_id)))
        ), money AS (
         SELECT v.request_id,
            m.currency,
            (sum(m.money_minor))::bigint AS minor
           FROM (voted v
             JOIN crm.account_money m ON ((m.account_id = v.root_id)))
          WHERE (m.currency IS NOT NULL)
          GROUP BY v.request_id, m.currency
        )
 SELECT q.key AS request,
    q.title,
    q.features,
    q.status,
    q.shipped_at,
    q.created_at,
    ( SELECT count(*) AS count
           FROM voted v
          WHERE (v.request_id = q.id)) AS votes,
    ( SELECT jsonb_object_agg(m.currency, m.minor) AS jsonb_object_agg
           FROM money m
          WHERE (m.request_id = q.id)) AS money
   FROM crm.product_request q;

COMMENT ON VIEW report.product_request IS 'What customers ask for, by votes and money';

COMMENT ON COLUMN report.product_request.request IS 'name in the API';

COMMENT ON COLUMN report.product_request.title IS 'one line';

COMMENT ON COLUMN report.product_request.features IS 'what part of the product it is about';

COMMENT ON COLUMN report.product_request.status IS 'open, planned, shipped or declined';

COMMENT ON COLUMN report.product_request.shipped_at IS 'since when there is what was asked for';

COMMENT ON COLUMN report.product_request.created_at IS 'when it was first asked for';

COMMENT ON COLUMN report.product_request.votes IS 'accounts that ask for it, each once [count]';

COMMENT ON COLUMN report.product_request.money IS 'what these accounts are worth in a year, by currency, in minor units of it; null where none is worth any';

CREATE VIEW report.purchase WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    a.name,
    u.name AS owner,
    p.orders,
    p.first_on,
    p.last_on,
    p.alive,
    p.expected_30,
    p.expected_90,
    p.expected_365,
    p.spend_minor AS spend,
    (round((p.expected_90 * (p.spend_minor)::double precision)))::bigint AS revenue_90,
    p.currency
   FROM (((risk.purchase p
     JOIN crm.account a ON (((a.id = p.account_id) AND (a.merged_into IS NULL))))
     LEFT JOIN crm.current_owner o ON ((o.account_id = a.id)))
     LEFT JOIN crm.team_user u ON ((u.id = o.user_id)));

COMMENT ON VIEW report.purchase IS 'Customers without contracts and what they are expected to order: rank by expected_90, not by alive';

COMMENT ON COLUMN report.purchase.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.purchase.name IS 'its name';

COMMENT ON COLUMN report.purchase.owner IS 'who looks after it';

COMMENT ON COLUMN report.purchase.orders IS 'days with orders, ever [count]';

COMMENT ON COLUMN report.purchase.first_on IS 'UTC day of its first order';

COMMENT ON COLUMN report.purchase.last_on IS 'UTC day of its last order';

COMMENT ON COLUMN report.purchase.alive IS 'that it has not stopped for good; null for who ordered once, of whom nothing tells [probability]';

COMMENT ON COLUMN report.purchase.expected_30 IS 'purchases within 30 days [count]';

COMMENT ON COLUMN report.purchase.expected_90 IS 'purchases within 90 days [count]';

COMMENT ON COLUMN report.purchase.expected_365 IS 'purchases within 365 days [count]';

COMMENT ON COLUMN report.purchase.spend IS 'what a purchase of it is worth on average [minor units of currency]';

COMMENT ON COLUMN report.purchase.revenue_90 IS 'the purchases of 90 days times that [minor units of currency]';

COMMENT ON COLUMN report.purchase.currency IS 'ISO 4217 code';

CREATE TABLE risk.purchase_model (
    currency text NOT NULL,
    as_of date NOT NULL,
    kind text NOT NULL,
    r double precision NOT NULL,
    alpha double precision NOT NULL,
    a double precision,
    b double precision,
    p double precision,
    q double precision,
    gamma double precision,
    mean_minor bigint NOT NULL,
    customers bigint NOT NULL,
    repeaters bigint NOT NULL,
    log_likelihood double precision NOT NULL,
    note text,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT purchase_model_check CHECK ((((kind = 'nbd'::text) = (a IS NULL)) AND ((a IS NULL) = (b IS NULL)))),
    CONSTRAINT purchase_model_check1 CHECK ((((p IS NULL) = (q IS NULL)) AND ((q IS NULL) = (gamma IS NULL)))),
    CONSTRAINT purchase_model_kind_check CHECK ((kind = ANY (ARRAY['bgnbd'::text, 'nbd'::text])))
);

COMMENT ON TABLE risk.purchase_model IS 'How customers without contracts buy, fitted on their orders once a day and currency';

COMMENT ON COLUMN risk.purchase_model.currency IS 'ISO 4217 code of the orders';

COMMENT ON COLUMN risk.purchase_model.as_of IS 'the UTC day up to which orders were looked at';

COMMENT ON COLUMN risk.purchase_model.kind IS 'bgnbd, or nbd where the orders show nobody dropping out';

COMMENT ON COLUMN risk.purchase_model.r IS 'shape of the rates of buying [ratio]';

COMMENT ON COLUMN risk.purchase_model.alpha IS 'rate of the rates of buying [weeks]';

COMMENT ON COLUMN risk.purchase_model.a IS 'first parameter of dropping out; null in nbd [ratio]';

COMMENT ON COLUMN risk.purchase_model.b IS 'second parameter of dropping out; null in nbd [ratio]';

COMMENT ON COLUMN risk.purchase_model.p IS 'shape of a customer''s amounts; null where too few bought again to say [ratio]';

COMMENT ON COLUMN risk.purchase_model.q IS 'shape of the customers'' means [ratio]';

COMMENT ON COLUMN risk.purchase_model.gamma IS 'scale of the customers'' means [minor units of currency]';

COMMENT ON COLUMN risk.purchase_model.mean_minor IS 'mean amount of a day with orders [minor units of currency]';

COMMENT ON COLUMN risk.purchase_model.customers IS 'who were fitted on [count]';

COMMENT ON COLUMN risk.purchase_model.repeaters IS 'those of them that ordered on several days [count]';

COMMENT ON COLUMN risk.purchase_model.log_likelihood IS 'of the purchases [nats]';

COMMENT ON COLUMN risk.purchase_model.note IS 'what to know before trusting it';

COMMENT ON COLUMN risk.purchase_model.made_at IS 'when it was fitted';

CREATE VIEW report.purchase_model WITH (security_barrier='true') AS
 SELECT DISTINCT ON (m.currency) m.currency,
    m.as_of,
    m.kind,
    m.r,
    m.alpha,
    m.a,
    m.b,
    m.p,
    m.q,
    m.gamma,
    m.mean_minor AS mean,
    m.customers,
    m.repeaters,
    m.note
   FROM risk.purchase_model m
  ORDER BY m.currency, m.as_of DESC;

COMMENT ON VIEW report.purchase_model IS 'The models of purchases that hold now';

COMMENT ON COLUMN report.purchase_model.currency IS 'ISO 4217 code of the orders';

COMMENT ON COLUMN report.purchase_model.as_of IS 'the UTC day up to which orders were looked at';

COMMENT ON COLUMN report.purchase_model.kind IS 'bgnbd, or nbd where the orders show nobody dropping out';

COMMENT ON COLUMN report.purchase_model.r IS 'shape of the rates of buying [ratio]';

COMMENT ON COLUMN report.purchase_model.alpha IS 'rate of the rates of buying [weeks]';

COMMENT ON COLUMN report.purchase_model.a IS 'first parameter of dropping out; null in nbd [ratio]';

COMMENT ON COLUMN report.purchase_model.b IS 'second parameter of dropping out; null in nbd [ratio]';

COMMENT ON COLUMN report.purchase_model.p IS 'shape of a customer''s amounts; null where too few bought again to say [ratio]';

COMMENT ON COLUMN report.purchase_model.q IS 'shape of the customers'' means [ratio]';

COMMENT ON COLUMN report.purchase_model.gamma IS 'scale of the customers'' means [minor units of currency]';

COMMENT ON COLUMN report.purchase_model.mean IS 'mean amount of a day with orders [minor units of currency]';

COMMENT ON COLUMN report.purchase_model.customers IS 'who were fitted on [count]';

COMMENT ON COLUMN report.purchase_model.repeaters IS 'those of them that ordered on several days [count]';

COMMENT ON COLUMN report.purchase_model.note IS 'what to know before trusting it';

CREATE TABLE usage.quarantine (
    id bigint NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    format text NOT NULL,
    path text DEFAULT ''::text NOT NULL,
    api_key_id bigint,
    reason text NOT NULL,
    place text,
    content bytea NOT NULL,
    envelope bytea,
    replayed_at timestamp with time zone,
    is_body boolean DEFAULT false NOT NULL,
    content_type text
)
PARTITION BY RANGE (received_at);

COMMENT ON TABLE usage.quarantine IS 'Events and bodies that could not be read, whole';

COMMENT ON COLUMN usage.quarantine.id IS 'identity [id]';

COMMENT ON COLUMN usage.quarantine.received_at IS 'when it arrived';

COMMENT ON COLUMN usage.quarantine.format IS 'the ingest format that it came by';

COMMENT ON COLUMN usage.quarantine.path IS 'the path that it came to';

COMMENT ON COLUMN usage.quarantine.api_key_id IS 'the write key, in crm.api_key [id]';

COMMENT ON COLUMN usage.quarantine.reason IS 'what is wrong with it';

COMMENT ON COLUMN usage.quarantine.place IS 'where in the body, as a JSON pointer';

COMMENT ON COLUMN usage.quarantine.content IS 'the bytes as they came';

COMMENT ON COLUMN usage.quarantine.envelope IS 'what stood around the event in its body and applies to it, as JSON text';

COMMENT ON COLUMN usage.quarantine.replayed_at IS 'when it was replayed';

COMMENT ON COLUMN usage.quarantine.is_body IS 'true where it is a whole body, false where it is one message of it';

COMMENT ON COLUMN usage.quarantine.content_type IS 'Content-Type of a whole body, by which it is read';

CREATE VIEW report.quarantine WITH (security_barrier='true') AS
 SELECT regexp_replace(q.reason, '[0-9]+'::text, '#'::text, 'g'::text) AS reason,
    q.format,
    k.name AS key,
    count(*) AS messages,
    count(*) FILTER (WHERE (q.replayed_at IS NULL)) AS waiting,
    min(q.received_at) AS first_at,
    max(q.received_at) AS last_at,
    (array_agg(q.id ORDER BY q.received_at DESC, q.id DESC))[1] AS example_id,
    (array_agg(q.place ORDER BY q.received_at DESC, q.id DESC))[1] AS example_place
   FROM (usage.quarantine q
     LEFT JOIN crm.api_key k ON ((k.id = q.api_key_id)))
  GROUP BY (regexp_replace(q.reason, '[0-9]+'::text, '#'::text, 'g'::text)), q.format, k.name;

COMMENT ON VIEW report.quarantine IS 'Why messages could not be taken, over the 90 days that they are kept';

COMMENT ON COLUMN report.quarantine.reason IS 'what is wrong; # stands for a number';

COMMENT ON COLUMN report.quarantine.format IS 'the ingest format that they came by';

COMMENT ON COLUMN report.quarantine.key IS 'name of the write key; null where they came with none, as in an import';

COMMENT ON COLUMN report.quarantine.messages IS 'how many there are [count]';

COMMENT ON COLUMN report.quarantine.waiting IS 'how many of them were not taken again since [count]';

COMMENT ON COLUMN report.quarantine.first_at IS 'when the first came';

COMMENT ON COLUMN report.quarantine.last_at IS 'when the last came';

COMMENT ON COLUMN report.quarantine.example_id IS 'the last of them, for usage-ingest quarantine show [id]';

COMMENT ON COLUMN report.quarantine.example_place IS 'the place in the last of them';

CREATE VIEW report.queue WITH (security_barrier='true') AS
 SELECT q.name AS queue,
    COALESCE(r.jobs, (0)::bigint) AS ready,
    COALESCE(b.jobs, (0)::bigint) AS blocked,
    COALESCE(s.jobs, (0)::bigint) AS scheduled,
    COALESCE(l.jobs, (0)::bigint) AS running,
    COALESCE(d.jobs, (0)::bigint) AS dead,
    r.oldest_at,
    (EXTRACT(epoch FROM (now() - r.oldest_at)))::double precision AS lag_s,
    COALESCE(h.jobs, (0)::bigint) AS done_last_hour,
    ((COALESCE(h.failures, (0)::bigint) + COALESCE(s.failures, (0)::bigint)) + COALESCE(d.failures, (0)::bigint)) AS failures_last_hour,
    ((COALESCE(m.jobs, (0)::bigint))::double precision / (60.0)::double precision) AS rate,
    m.wait_p50_ms,
    m.wait_p99_ms,
    m.work_p50_ms,
    m.work_p99_ms,
    COALESCE(w.workers, (0)::bigint) AS workers,
    q.paused_at
   FROM ((((((((queue.queue q
     LEFT JOIN ( SELECT ready.queue_id,
            count(*) AS jobs,
            min(ready.enqueued_at) AS oldest_at
           FROM queue.ready
          GROUP BY ready.queue_id) r ON ((r.queue_id = q.id)))
     LEFT JOIN ( SELECT blocked.queue_id,
            count(*) AS jobs
           FROM queue.blocked
          GROUP BY blocked.queue_id) b ON ((b.queue_id = q.id)))
     LEFT JOIN ( SELECT scheduled.queue_id,
            count(*) AS jobs,
            sum((scheduled.attempt - scheduled.crashes)) AS failures
           FROM queue.scheduled
          GROUP BY scheduled.queue_id) s ON ((s.queue_id = q.id)))
     LEFT JOIN ( SELECT lease.queue_id,
            count(*) AS jobs
           FROM queue.lease
          GROUP BY lease.queue_id) l ON ((l.queue_id = q.id)))
     LEFT JOIN ( SELECT dead.queue_id,
            count(*) AS jobs,
            sum((dead.attempt - dead.crashes)) FILTER (WHERE (dead.finished_at > (now() - '01:00:00'::interval))) AS failures
           FROM queue.dead
          GROUP BY dead.queue_id) d ON ((d.queue_id = q.id)))
     LEFT JOIN ( SELECT done.queue_id,
            count(*) AS jobs,
            sum(GREATEST((done.attempt - 1), 0)) AS failures
           FROM queue.done
          WHERE (done.finished_at > (now() - '01:00:00'::interval))
          GROUP BY done.queue_id) h ON ((h.queue_id = q.id)))
     LEFT JOIN ( SELECT k.queue_id,
            k.jobs,
            k.wait_ms[1] AS wait_p50_ms,
            k.wait_ms[2] AS wait_p99_ms,
            k.work_ms[1] AS work_p50_ms,
            k.work_ms[2] AS work_p99_ms
           FROM ( SELECT e.queue_id,
                    count(*) AS jobs,
                    percentile_cont(ARRAY[(0.5)::double precision, (0.99)::double precision]) WITHIN GROUP (ORDER BY ((EXTRACT(epoch FROM (e.started_at - e.enqueued_at)))::double precision * (1000)::double precision)) AS wait_ms,
                    percentile_cont(ARRAY[(0.5)::double precision, (0.99)::double precision]) WITHIN GROUP (ORDER BY ((EXTRACT(epoch FROM (e.finished_at - e.started_at)))::double precision * (1000)::double precision)) AS work_ms
                   FROM queue.done e
                  WHERE (e.finished_at > (now() - '00:01:00'::interval))
                  GROUP BY e.queue_id) k) m ON ((m.queue_id = q.id)))
     LEFT JOIN ( SELECT worker.queue_id,
            count(*) AS workers
           FROM queue.worker
          WHERE (worker.seen_at > (now() - '00:00:06'::interval))
          GROUP BY worker.queue_id) w ON ((w.queue_id = q.id)));

COMMENT ON VIEW report.queue IS 'Each queue: how much waits, for how long, how it gets on, and who works on it';

COMMENT ON COLUMN report.queue.queue IS 'name of the queue';

COMMENT ON COLUMN report.queue.ready IS 'jobs that wait for a worker [count]';

COMMENT ON COLUMN report.queue.blocked IS 'jobs that wait for others of their group [count]';

COMMENT ON COLUMN report.queue.scheduled IS 'jobs that wait for a time [count]';

COMMENT ON COLUMN report.queue.running IS 'jobs that run [count]';

COMMENT ON COLUMN report.queue.dead IS 'dead letters [count]';

COMMENT ON COLUMN report.queue.oldest_at IS 'since when the oldest ready job waits';

COMMENT ON COLUMN report.queue.lag_s IS 'age of the oldest ready job [s]';

COMMENT ON COLUMN report.queue.done_last_hour IS 'jobs that ended within the last hour [count]';

COMMENT ON COLUMN report.queue.failures_last_hour IS 'failed starts of jobs that ended within the last hour or wait to be tried again [count]';

COMMENT ON COLUMN report.queue.rate IS 'jobs that ended a second, over the last minute [jobs/s]';

COMMENT ON COLUMN report.queue.wait_p50_ms IS 'from enqueued to its last start, half of the jobs of the last minute were quicker [ms]';

COMMENT ON COLUMN report.queue.wait_p99_ms IS 'from enqueued to its last start, 99 of 100 jobs of the last minute were quicker [ms]';

COMMENT ON COLUMN report.queue.work_p50_ms IS 'from its last start to its end, half of the jobs of the last minute were quicker [ms]';

COMMENT ON COLUMN report.queue.work_p99_ms IS 'from its last start to its end, 99 of 100 jobs of the last minute were quicker [ms]';

COMMENT ON COLUMN report.queue.workers IS 'processes working on it [count]';

COMMENT ON COLUMN report.queue.paused_at IS 'since when it is paused';

CREATE TABLE risk.rfm (
    account_id bigint NOT NULL,
    recency smallint NOT NULL,
    frequency smallint NOT NULL,
    money smallint NOT NULL,
    last_on date NOT NULL,
    orders integer NOT NULL,
    spent_minor bigint NOT NULL,
    currency text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE risk.rfm IS 'The cell of each customer who ordered in the last 365 days';

COMMENT ON COLUMN risk.rfm.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN risk.rfm.recency IS '3 ordered lately, 1 long ago [rank]';

COMMENT ON COLUMN risk.rfm.frequency IS '3 orders often, 1 seldom [rank]';

COMMENT ON COLUMN risk.rfm.money IS '3 orders for much, 1 for little [rank]';

COMMENT ON COLUMN risk.rfm.last_on IS 'UTC day of its last order';

COMMENT ON COLUMN risk.rfm.orders IS 'days with orders within 365 days [count]';

COMMENT ON COLUMN risk.rfm.spent_minor IS 'orders of the 365 days, less refunds [minor units of currency]';

COMMENT ON COLUMN risk.rfm.currency IS 'ISO 4217 code';

COMMENT ON COLUMN risk.rfm.since IS 'since when it is in this cell';

CREATE TABLE risk.rfm_cell (
    recency smallint NOT NULL,
    frequency smallint NOT NULL,
    money smallint NOT NULL,
    name text NOT NULL,
    name_uk text NOT NULL,
    CONSTRAINT rfm_cell_frequency_check CHECK (((frequency >= 1) AND (frequency <= 3))),
    CONSTRAINT rfm_cell_money_check CHECK (((money >= 1) AND (money <= 3))),
    CONSTRAINT rfm_cell_recency_check CHECK (((recency >= 1) AND (recency <= 3)))
);

COMMENT ON TABLE risk.rfm_cell IS 'The 27 cells and the groups that they belong to; 3 is best';

COMMENT ON COLUMN risk.rfm_cell.recency IS '3 ordered lately, 1 long ago [rank]';

COMMENT ON COLUMN risk.rfm_cell.frequency IS '3 orders often, 1 seldom [rank]';

COMMENT ON COLUMN risk.rfm_cell.money IS '3 orders for much, 1 for little [rank]';

COMMENT ON COLUMN risk.rfm_cell.name IS 'the group in English';

COMMENT ON COLUMN risk.rfm_cell.name_uk IS 'the group in Ukrainian';

CREATE TABLE risk.rfm_cutoff (
    month date NOT NULL,
    currency text NOT NULL,
    recency_far integer NOT NULL,
    recency_near integer NOT NULL,
    frequency_low integer NOT NULL,
    frequency_high integer NOT NULL,
    money_low bigint NOT NULL,
    money_high bigint NOT NULL,
    customers bigint NOT NULL,
    left_out bigint NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT rfm_cutoff_check CHECK (((recency_near <= recency_far) AND (frequency_low >= 1) AND (frequency_high > frequency_low) AND (money_low <= money_high)))
);

COMMENT ON TABLE risk.rfm_cutoff IS 'Where the cells begin and end: thirds of the customers at the month''s first look, then kept for the month';

COMMENT ON COLUMN risk.rfm_cutoff.month IS 'first day of the UTC month';

COMMENT ON COLUMN risk.rfm_cutoff.currency IS 'ISO 4217 code of the customers'''' orders';

COMMENT ON COLUMN risk.rfm_cutoff.recency_far IS 'whose last order is older is 1 [days]';

COMMENT ON COLUMN risk.rfm_cutoff.recency_near IS 'whose last order is no older is 3 [days]';

COMMENT ON COLUMN risk.rfm_cutoff.frequency_low IS 'who ordered on no more days is 1 [count]';

COMMENT ON COLUMN risk.rfm_cutoff.frequency_high IS 'who ordered on more days is 3 [count]';

COMMENT ON COLUMN risk.rfm_cutoff.money_low IS 'who ordered for no more is 1 [minor units of currency]';

COMMENT ON COLUMN risk.rfm_cutoff.money_high IS 'who ordered for more is 3 [minor units of currency]';

COMMENT ON COLUMN risk.rfm_cutoff.customers IS 'who ordered in the 365 days before [count]';

COMMENT ON COLUMN risk.rfm_cutoff.left_out IS 'who ordered in several currencies, and is in no cell [count]';

COMMENT ON COLUMN risk.rfm_cutoff.made_at IS 'when the thirds were taken';

CREATE VIEW report.rfm WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    a.name,
    u.name AS owner,
    ((((r.recency || '-'::text) || r.frequency) || '-'::text) || r.money) AS cell,
    (((((4 - r.recency) || '-'::text) || (4 - r.frequency)) || '-'::text) || (4 - r.money)) AS cell_best_first,
    c.name AS rfm_group,
    c.name_uk AS rfm_group_uk,
    (((now() AT TIME ZONE 'UTC'::text))::date - r.last_on) AS days,
    r.orders,
    r.spent_minor AS spent,
    r.currency,
    r.since,
    (k.customers >= 10000) AS is_enough
   FROM (((((risk.rfm r
     JOIN crm.account a ON (((a.id = r.account_id) AND (a.merged_into IS NULL))))
     JOIN risk.rfm_cell c ON (((c.recency = r.recency) AND (c.frequency = r.frequency) AND (c.money = r.money))))
     LEFT JOIN LATERAL ( SELECT k_1.customers
           FROM risk.rfm_cutoff k_1
          WHERE (k_1.currency = r.currency)
          ORDER BY k_1.month DESC
         LIMIT 1) k ON (true))
     LEFT JOIN crm.current_owner o ON ((o.account_id = a.id)))
     LEFT JOIN crm.team_user u ON ((u.id = o.user_id)));

COMMENT ON VIEW report.rfm IS 'Customers by how lately, how often and for how much they order, in thirds of all';

COMMENT ON COLUMN report.rfm.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.rfm.name IS 'its name';

COMMENT ON COLUMN report.rfm.owner IS 'who looks after it';

COMMENT ON COLUMN report.rfm.cell IS 'recency, frequency and money, each 1 to 3, 3 best';

COMMENT ON COLUMN report.rfm.cell_best_first IS 'the same where 1 is best, as some count';

COMMENT ON COLUMN report.rfm.rfm_group IS 'name of the group that the cell belongs to';

COMMENT ON COLUMN report.rfm.rfm_group_uk IS 'the same in Ukrainian';

COMMENT ON COLUMN report.rfm.days IS 'since the last order [days]';

COMMENT ON COLUMN report.rfm.orders IS 'days with orders within 365 days [count]';

COMMENT ON COLUMN report.rfm.spent IS 'orders of the 365 days, less refunds [minor units of currency]';

COMMENT ON COLUMN report.rfm.currency IS 'ISO 4217 code';

COMMENT ON COLUMN report.rfm.since IS 'since when it is in this cell';

COMMENT ON COLUMN report.rfm.is_enough IS 'false below 10,000 customers, where most cells are too small to conclude from';

CREATE TABLE risk.band_override (
    account_id bigint NOT NULL,
    band text NOT NULL,
    why text NOT NULL,
    said_by text NOT NULL,
    until timestamp with time zone NOT NULL,
    said_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT band_override_band_check CHECK ((band = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text]))),
    CONSTRAINT band_override_said_by_check CHECK (((length(said_by) >= 1) AND (length(said_by) <= 200))),
    CONSTRAINT band_override_why_check CHECK (((length(why) >= 1) AND (length(why) <= 2000)))
);

COMMENT ON TABLE risk.band_override IS 'Bands that were set by hand, for a while; the probability stays what it is';

COMMENT ON COLUMN risk.band_override.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN risk.band_override.band IS 'low, medium or high';

COMMENT ON COLUMN risk.band_override.why IS 'what the scorer does not know';

COMMENT ON COLUMN risk.band_override.said_by IS 'who said it';

COMMENT ON COLUMN risk.band_override.until IS 'from then on the score counts again';

COMMENT ON COLUMN risk.band_override.said_at IS 'when it was said';

CREATE VIEW report.score WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    s.horizon_days,
    s.probability,
    s.band,
    m.name AS model,
    s.scored_at,
    s.logit,
    s.intercept AS base_logit,
    ((1)::double precision / ((1)::double precision + exp((- s.intercept)))) AS base_probability,
    s.is_learned,
    (o.band IS NOT NULL) AS is_set_by_hand,
    o.said_by AS set_by,
    o.why AS set_why,
    o.until AS set_until
   FROM (((risk.score s
     JOIN crm.account a ON ((a.id = s.account_id)))
     JOIN risk.model m ON ((m.id = s.model_id)))
     LEFT JOIN risk.band_override o ON (((o.account_id = s.account_id) AND (o.until > now()))));

COMMENT ON VIEW report.score IS 'The risk of each account by horizon';

COMMENT ON COLUMN report.score.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.score.horizon_days IS 'within how many days [days]';

COMMENT ON COLUMN report.score.probability IS 'that the account is lost within the horizon [probability]';

COMMENT ON COLUMN report.score.band IS 'low, medium or high';

COMMENT ON COLUMN report.score.model IS 'name of the model';

COMMENT ON COLUMN report.score.scored_at IS 'since when the score is this';

COMMENT ON COLUMN report.score.logit IS 'its log odds: base_logit and all contributions in report.score_reason [log odds]';

COMMENT ON COLUMN report.score.base_logit IS 'where accounts like it begin [log odds]';

COMMENT ON COLUMN report.score.base_probability IS 'the same as a probability [probability]';

COMMENT ON COLUMN report.score.is_learned IS 'false where it is the opinion of experts: nothing was learned of such accounts and that horizon yet';

COMMENT ON COLUMN report.score.is_set_by_hand IS 'whether somebody set the band, whatever the probability';

COMMENT ON COLUMN report.score.set_by IS 'who set it';

COMMENT ON COLUMN report.score.set_why IS 'what the scorer does not know';

COMMENT ON COLUMN report.score.set_until IS 'from then on the score counts again';

CREATE TABLE risk.score_history (
    account_id bigint NOT NULL,
    horizon_days smallint NOT NULL,
    scored_at timestamp with time zone NOT NULL,
    probability double precision NOT NULL,
    band text NOT NULL,
    first_signal text,
    model_id bigint NOT NULL,
    signals jsonb NOT NULL
)
PARTITION BY RANGE (scored_at);

COMMENT ON TABLE risk.score_history IS 'Every score that was reached; valid until the next';

COMMENT ON COLUMN risk.score_history.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN risk.score_history.horizon_days IS 'the score''s horizon [days]';

COMMENT ON COLUMN risk.score_history.scored_at IS 'when it was reached';

COMMENT ON COLUMN risk.score_history.probability IS 'that the account is lost within the horizon [probability]';

COMMENT ON COLUMN risk.score_history.band IS 'low, medium or high';

COMMENT ON COLUMN risk.score_history.first_signal IS 'the signal that contributed most';

COMMENT ON COLUMN risk.score_history.model_id IS 'the model, in risk.model [id]';

COMMENT ON COLUMN risk.score_history.signals IS 'value and contribution of each signal';

CREATE VIEW report.score_change WITH (security_barrier='true') AS
 WITH span AS (
         SELECT d.days
           FROM unnest(ARRAY[7, 30]) d(days)
        ), point AS NOT MATERIALIZED (
         SELECT s.account_id,
            s.horizon_days,
            d.days,
            s.logit,
            s.probability,
            s.model_id AS model,
            h.model_id AS former_model,
            h.probability AS former,
            ln((h.probability / ((1)::double precision - h.probability))) AS former_logit,
            h.signals,
            n.signals AS signals_now
           FROM (((risk.score s
             CROSS JOIN span d)
             CROSS JOIN LATERAL ( SELECT h_1.account_id,
                    h_1.horizon_days,
                    h_1.scored_at,
                    h_1.probability,
                    h_1.band,
                    h_1.first_signal,
                    h_1.model_id,
                    h_1.signals
                   FROM risk.score_history h_1
                  WHERE ((h_1.account_id = s.account_id) AND (h_1.horizon_days = s.horizon_days) AND (h_1.scored_at <= (now() - ((d.days)::double precision * '1 day'::interval))))
                  ORDER BY h_1.scored_at DESC
                 LIMIT 1) h)
             CROSS JOIN LATERAL ( SELECT n_1.signals
                   FROM risk.score_history n_1
                  WHERE ((n_1.account_id = s.account_id) AND (n_1.horizon_days = s.horizon_days))
                  ORDER BY n_1.scored_at DESC
                 LIMIT 1) n)
          WHERE ((h.probability > (0)::double precision) AND (h.probability < (1)::double precision))
        ), part AS (
         SELECT p_1.account_id,
            p_1.horizon_days,
            p_1.days,
            COALESCE(sum(((((k.now ->> 'value'::text))::double precision - ((k.was ->> 'value'::text))::double precision) * k.weight)) FILTER (WHERE (NOT k.is_gap)), (0)::double precision) AS behaviour,
            COALESCE(sum((COALESCE(((k.now ->> 'contribution'::text))::double precision, (0)::double precision) - COALESCE(((k.was ->> 'contribution'::text))::double precision, (0)::double precision))) FILTER (WHERE k.is_gap), (0)::double precision) AS gap
           FROM (((point p_1
             CROSS JOIN LATERAL ( SELECT x.key,
                    (p_1.signals_now -> x.key) AS now,
                    (p_1.signals -> x.key) AS was
                   FROM ( SELECT jsonb_object_keys(p_1.signals_now) AS key
                        UNION
                         SELECT jsonb_object_keys(p_1.signals) AS jsonb_object_keys) x) q)
             CROSS JOIN LATERAL ( SELECT COALESCE(q.now, '{"value": 0, "contribution": 0}'::jsonb) AS now,
                    COALESCE(q.was, '{"value": 0, "contribution": 0}'::jsonb) AS was) d)
             CROSS JOIN LATERAL ( SELECT d.now,
                    d.was,
                    (((d.now ->> 'value'::text) IS NULL) OR ((d.was ->> 'value'::text) IS NULL) OR ((q.now IS NULL) AND (EXISTS ( SELECT
                           FROM risk.signal g
                          WHERE ((g.account_id = p_1.account_id) AND (g.signal = q.key) AND (g.status <> 'ok'::text)))))) AS is_gap,
                    COALESCE((((d.now ->> 'contribution'::text))::double precision / NULLIF(((d.now ->> 'value'::text))::double precision, (0)::double precision)), (((d.was ->> 'contribution'::text))::double precision / NULLIF(((d.was ->> 'value'::text))::double precision, (0)::double precision)), (0)::double precision) AS weight) k)
          GROUP BY p_1.account_id, p_1.horizon_days, p_1.days
        )
 SELECT a.key AS account_key,
    p.horizon_days,
    p.days,
    p.former,
    p.probability,
    (p.logit - p.former_logit) AS change,
    COALESCE(t.behaviour, (0)::double precision) AS behaviour,
    COALESCE(t.gap, (0)::double precision) AS data_gap,
    (((p.logit - p.former_logit) - COALESCE(t.behaviour, (0)::double precision)) - COALESCE(t.gap, (0)::double precision)) AS model,
    (p.model <> p.former_model) AS is_other_model
   FROM ((point p
     JOIN crm.account a ON (((a.id = p.account_id) AND (a.merged_into IS NULL))))
     LEFT JOIN part t ON (((t.account_id = p.account_id) AND (t.horizon_days = p.horizon_days) AND (t.days = p.days))));

COMMENT ON VIEW report.score_change IS 'Why a score is not what it was 7 and 30 days ago; the three parts add up to the change';

COMMENT ON COLUMN report.score_change.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.score_change.horizon_days IS 'within how many days a loss counts [days]';

COMMENT ON COLUMN report.score_change.days IS 'how long ago it is compared with: 7 or 30 [days]';

COMMENT ON COLUMN report.score_change.former IS 'the probability that held then [probability]';

COMMENT ON COLUMN report.score_change.probability IS 'the one that holds now [probability]';

COMMENT ON COLUMN report.score_change.change IS 'of the log odds [log odds]';

COMMENT ON COLUMN report.score_change.behaviour IS 'by what the account did [log odds]';

COMMENT ON COLUMN report.score_change.data_gap IS 'by what is known now and was not then, or the other way round [log odds]';

COMMENT ON COLUMN report.score_change.model IS 'by another model, or by what a renewal near makes of the rest [log odds]';

COMMENT ON COLUMN report.score_change.is_other_model IS 'whether another model said it then';

CREATE VIEW report.score_history WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    h.horizon_days,
    h.scored_at,
    h.probability,
    h.band,
    h.first_signal,
    m.name AS model,
    h.signals
   FROM ((risk.score_history h
     JOIN crm.account a ON (((a.id = h.account_id) AND (a.merged_into IS NULL))))
     JOIN risk.model m ON ((m.id = h.model_id)));

COMMENT ON VIEW report.score_history IS 'Every score that was reached; each holds until the next';

COMMENT ON COLUMN report.score_history.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.score_history.horizon_days IS 'within how many days [days]';

COMMENT ON COLUMN report.score_history.scored_at IS 'when it was reached';

COMMENT ON COLUMN report.score_history.probability IS 'that the account is lost within the horizon [probability]';

COMMENT ON COLUMN report.score_history.band IS 'low, medium or high';

COMMENT ON COLUMN report.score_history.first_signal IS 'the signal that contributed most';

COMMENT ON COLUMN report.score_history.model IS 'name of the model';

COMMENT ON COLUMN report.score_history.signals IS 'value and contribution of each signal that adds something';

CREATE VIEW report.score_reason WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    r.horizon_days,
    r.rank,
    r.signal,
    r.contribution,
    r.words,
    r.words_uk,
    k.involuntary,
    ((1)::double precision / ((1)::double precision + exp((- (s.logit - r.contribution))))) AS probability_without
   FROM (((risk.score_reason r
     JOIN risk.score s USING (account_id, horizon_days))
     JOIN crm.account a ON ((a.id = r.account_id)))
     LEFT JOIN risk.signal_kind k ON ((k.signal = r.signal)));

COMMENT ON VIEW report.score_reason IS 'What each score is made of';

COMMENT ON COLUMN report.score_reason.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.score_reason.horizon_days IS 'the score''s horizon [days]';

COMMENT ON COLUMN report.score_reason.rank IS '1 contributes most [rank]';

COMMENT ON COLUMN report.score_reason.signal IS 'the signal';

COMMENT ON COLUMN report.score_reason.contribution IS 'what it adds to the log odds [log odds]';

COMMENT ON COLUMN report.score_reason.words IS 'the reason in words';

COMMENT ON COLUMN report.score_reason.words_uk IS 'the same in Ukrainian';

COMMENT ON COLUMN report.score_reason.involuntary IS 'true where the customer has not decided to go';

COMMENT ON COLUMN report.score_reason.probability_without IS 'what the probability would be if this were as usual again [probability]';

CREATE VIEW report.segment WITH (security_barrier='true') AS
 SELECT s.key AS segment,
    s.name,
    s.expression,
    ( SELECT count(*) AS count
           FROM crm.segment_member m
          WHERE (m.segment_id = s.id)) AS accounts,
    s.evaluated_at,
        CASE
            WHEN (s.evaluated_at IS NOT NULL) THEN LEAST(
            CASE
                WHEN s.changes_with_time THEN s.evaluated_at
                ELSE now()
            END, ( SELECT min(r.enqueued_at) AS min
               FROM (queue.ready r
                 JOIN queue.queue q ON ((q.id = r.queue_id)))
              WHERE (q.name = 'contacts'::text)))
            ELSE NULL::timestamp with time zone
        END AS as_of,
    s.fault
   FROM crm.segment s;

COMMENT ON VIEW report.segment IS 'Segments with how many accounts are in them';

COMMENT ON COLUMN report.segment.segment IS 'key of the segment';

COMMENT ON COLUMN report.segment.name IS 'name for people';

COMMENT ON COLUMN report.segment.expression IS 'the expression';

COMMENT ON COLUMN report.segment.accounts IS 'accounts in it now [count]';

COMMENT ON COLUMN report.segment.evaluated_at IS 'when it was last evaluated for every account';

COMMENT ON COLUMN report.segment.as_of IS 'what happened until then is in its members: since then changes wait, or days may have passed';

COMMENT ON COLUMN report.segment.fault IS 'why the last evaluation failed';

CREATE VIEW report.segment_member WITH (security_barrier='true') AS
 SELECT s.key AS segment,
    a.key AS account_key,
    m.entered_at
   FROM ((crm.segment_member m
     JOIN crm.segment s ON ((s.id = m.segment_id)))
     JOIN crm.account a ON ((a.id = m.account_id)));

COMMENT ON VIEW report.segment_member IS 'Which accounts are in which segments now';

COMMENT ON COLUMN report.segment_member.segment IS 'key of the segment';

COMMENT ON COLUMN report.segment_member.account_key IS 'the account';

COMMENT ON COLUMN report.segment_member.entered_at IS 'since when';

CREATE VIEW report.signal WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    s.signal,
    k.title,
    k.involuntary,
    s.value,
    s.status,
    s.evidence,
    s.measured_at
   FROM ((risk.signal s
     JOIN crm.account a ON ((a.id = s.account_id)))
     LEFT JOIN risk.signal_kind k ON ((k.signal = s.signal)));

COMMENT ON VIEW report.signal IS 'Every signal of every account as last measured';

COMMENT ON COLUMN report.signal.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.signal.signal IS 'name of the signal';

COMMENT ON COLUMN report.signal.title IS 'a few words for people';

COMMENT ON COLUMN report.signal.involuntary IS 'true where it says that the customer is lost without having decided to go';

COMMENT ON COLUMN report.signal.value IS 'how worrying it is, 0 to 1 [share]';

COMMENT ON COLUMN report.signal.status IS 'ok, insufficient_history, no_data, not_applicable or stale_source';

COMMENT ON COLUMN report.signal.evidence IS 'window, observed, baseline, unit, last event';

COMMENT ON COLUMN report.signal.measured_at IS 'when this value was first measured';

CREATE TABLE risk.verdict (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    verdict text NOT NULL,
    signal text,
    probability double precision,
    said_by text NOT NULL,
    words text,
    said_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT verdict_said_by_check CHECK (((length(said_by) >= 1) AND (length(said_by) <= 200))),
    CONSTRAINT verdict_verdict_check CHECK ((verdict = ANY (ARRAY['right'::text, 'false_alarm'::text, 'known'::text]))),
    CONSTRAINT verdict_words_check CHECK ((length(words) <= 2000))
);

COMMENT ON TABLE risk.verdict IS 'What people said to the first reason of an account''s score';

COMMENT ON COLUMN risk.verdict.id IS 'identity [id]';

COMMENT ON COLUMN risk.verdict.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN risk.verdict.verdict IS 'right, false_alarm, or known where it was true and no news';

COMMENT ON COLUMN risk.verdict.signal IS 'the signal that contributed most then';

COMMENT ON COLUMN risk.verdict.probability IS 'that it is lost within 90 days, as it was said then [probability]';

COMMENT ON COLUMN risk.verdict.said_by IS 'who said it';

COMMENT ON COLUMN risk.verdict.words IS 'what was said';

COMMENT ON COLUMN risk.verdict.said_at IS 'when';

CREATE VIEW report.signal_precision WITH (security_barrier='true') AS
 SELECT v.signal,
    k.title,
    count(*) FILTER (WHERE (v.verdict = 'right'::text)) AS is_right,
    count(*) FILTER (WHERE (v.verdict = 'known'::text)) AS known,
    count(*) FILTER (WHERE (v.verdict = 'false_alarm'::text)) AS false_alarms,
    round(((100.0 * (count(*) FILTER (WHERE (v.verdict = ANY (ARRAY['right'::text, 'known'::text]))))::numeric) / (count(*))::numeric), 1) AS precision_percent
   FROM (risk.verdict v
     LEFT JOIN risk.signal_kind k ON ((k.signal = v.signal)))
  WHERE (v.signal IS NOT NULL)
  GROUP BY v.signal, k.title;

COMMENT ON VIEW report.signal_precision IS 'How often each signal was right where it was the first reason, as people say';

COMMENT ON COLUMN report.signal_precision.signal IS 'name of the signal';

COMMENT ON COLUMN report.signal_precision.title IS 'a few words for people';

COMMENT ON COLUMN report.signal_precision.is_right IS 'right, and news [count]';

COMMENT ON COLUMN report.signal_precision.known IS 'right, and no news [count]';

COMMENT ON COLUMN report.signal_precision.false_alarms IS 'wrong [count]';

COMMENT ON COLUMN report.signal_precision.precision_percent IS 'right or known, of all [percent]';

CREATE TABLE risk.signal_threshold (
    signal text NOT NULL,
    segment text DEFAULT ''::text NOT NULL,
    "least" double precision NOT NULL,
    said_by text NOT NULL,
    said_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT signal_threshold_least_check CHECK ((("least" > (0)::double precision) AND ("least" <= (1)::double precision))),
    CONSTRAINT signal_threshold_said_by_check CHECK (((length(said_by) >= 1) AND (length(said_by) <= 200)))
);

COMMENT ON TABLE risk.signal_threshold IS 'From where on a signal counts, for everybody or those in a segment; the highest of several holds';

COMMENT ON COLUMN risk.signal_threshold.signal IS 'name of the signal';

COMMENT ON COLUMN risk.signal_threshold.segment IS 'key of the segment; empty for everybody';

COMMENT ON COLUMN risk.signal_threshold."least" IS 'lower values count as 0 [value]';

COMMENT ON COLUMN risk.signal_threshold.said_by IS 'who set it';

COMMENT ON COLUMN risk.signal_threshold.said_at IS 'when';

CREATE VIEW report.signal_threshold WITH (security_barrier='true') AS
 SELECT t.signal,
    k.title,
    NULLIF(t.segment, ''::text) AS segment,
    t."least",
    t.said_by,
    t.said_at
   FROM (risk.signal_threshold t
     LEFT JOIN risk.signal_kind k ON ((k.signal = t.signal)));

COMMENT ON VIEW report.signal_threshold IS 'From where on signals count, and for whom';

COMMENT ON COLUMN report.signal_threshold.signal IS 'name of the signal';

COMMENT ON COLUMN report.signal_threshold.title IS 'a few words for people';

COMMENT ON COLUMN report.signal_threshold.segment IS 'key of the segment; null for everybody';

COMMENT ON COLUMN report.signal_threshold."least" IS 'lower values count as 0 [value]';

COMMENT ON COLUMN report.signal_threshold.said_by IS 'who set it';

COMMENT ON COLUMN report.signal_threshold.said_at IS 'when';

CREATE VIEW report.storage WITH (security_barrier='true') AS
 WITH leaf AS (
         SELECT COALESCE(i.inhparent, c_1.oid) AS root,
            c_1.oid,
            c_1.reltuples
           FROM ((pg_class c_1
             JOIN pg_namespace n_1 ON ((n_1.oid = c_1.relnamespace)))
             LEFT JOIN pg_inherits i ON ((i.inhrelid = c_1.oid)))
          WHERE ((c_1.relkind = 'r'::"char") AND (n_1.nspname = ANY (ARRAY['crm'::name, 'usage'::name, 'risk'::name, 'plan'::name, 'notify'::name, 'queue'::name, 'holdfast'::name])))
        )
 SELECT (((n.nspname)::text || '.'::text) || (c.relname)::text) AS relation,
    count(*) AS parts,
    (sum(pg_total_relation_size((leaf.oid)::regclass)))::bigint AS bytes,
    (sum(GREATEST(leaf.reltuples, (0)::real)))::bigint AS rows_estimated,
    (sum(pg_stat_get_dead_tuples(leaf.oid)))::bigint AS dead_rows
   FROM ((leaf
     JOIN pg_class c ON ((c.oid = leaf.root)))
     JOIN pg_namespace n ON ((n.oid = c.relnamespace)))
  GROUP BY (((n.nspname)::text || '.'::text) || (c.relname)::text);

COMMENT ON VIEW report.storage IS 'How much each table holds';

COMMENT ON COLUMN report.storage.relation IS 'schema and name of the table';

COMMENT ON COLUMN report.storage.parts IS 'partitions, or 1 [count]';

COMMENT ON COLUMN report.storage.bytes IS 'size with indexes [bytes]';

COMMENT ON COLUMN report.storage.rows_estimated IS 'rows by the planner''s last count [count]';

COMMENT ON COLUMN report.storage.dead_rows IS 'rows that wait for vacuum [count]';

CREATE VIEW report.task WITH (security_barrier='true') AS
 SELECT t.id AS task_id,
    a.key AS account_key,
    u.name AS owner,
    t.title,
    t.reason,
    p.key AS playbook,
    t.state,
    t.due_at,
    t.opened_at,
    t.done_at,
    t.done_by,
    t.script
   FROM (((((plan.task t
     JOIN crm.account_root r ON ((r.account_id = t.account_id)))
     JOIN crm.account a ON ((a.id = r.root_id)))
     LEFT JOIN crm.team_user u ON ((u.id = t.owner_user_id)))
     LEFT JOIN plan.enrollment e ON ((e.id = t.enrollment_id)))
     LEFT JOIN plan.playbook p ON ((p.id = e.playbook_id)));

COMMENT ON VIEW report.task IS 'Work for people';

COMMENT ON COLUMN report.task.task_id IS 'the task [id]';

COMMENT ON COLUMN report.task.account_key IS 'the account that it is about; the survivor where it was merged';

COMMENT ON COLUMN report.task.owner IS 'who is to do it';

COMMENT ON COLUMN report.task.title IS 'what is to be done';

COMMENT ON COLUMN report.task.reason IS 'why';

COMMENT ON COLUMN report.task.playbook IS 'the playbook that opened it';

COMMENT ON COLUMN report.task.state IS 'open, done or cancelled';

COMMENT ON COLUMN report.task.due_at IS 'until when';

COMMENT ON COLUMN report.task.opened_at IS 'when it was opened';

COMMENT ON COLUMN report.task.done_at IS 'when it was done or cancelled';

COMMENT ON COLUMN report.task.done_by IS 'who did it';

COMMENT ON COLUMN report.task.script IS 'how to go about it, and what to say';

CREATE VIEW report.ticket WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    k.key AS ticket,
    k.subject,
    k.priority,
    k.channel,
    k.status,
    k.escalated,
    k.opened_at,
    k.changed_at,
    k.first_answered_at,
    k.solved_at,
    k.reopened,
    k.feedback,
    k.feedback_at
   FROM (crm.current_ticket k
     JOIN crm.account a ON ((a.id = k.account_id)));

COMMENT ON VIEW report.ticket IS 'Every ticket, as it is now';

COMMENT ON COLUMN report.ticket.account_key IS 'the account; the survivor where it was merged';

COMMENT ON COLUMN report.ticket.ticket IS 'the outside world''s id for the ticket';

COMMENT ON COLUMN report.ticket.subject IS 'one line';

COMMENT ON COLUMN report.ticket.priority IS 'low, normal, high or urgent';

COMMENT ON COLUMN report.ticket.channel IS 'by which it came';

COMMENT ON COLUMN report.ticket.status IS 'open, pending (waits for the customer), solved or closed';

COMMENT ON COLUMN report.ticket.escalated IS 'true where it was taken higher';

COMMENT ON COLUMN report.ticket.opened_at IS 'when it was opened';

COMMENT ON COLUMN report.ticket.changed_at IS 'since when status and escalated are so';

COMMENT ON COLUMN report.ticket.first_answered_at IS 'when a person first answered';

COMMENT ON COLUMN report.ticket.solved_at IS 'when it was solved or closed, the last time; null while it is not';

COMMENT ON COLUMN report.ticket.reopened IS 'how often it came back after it was solved or closed [count]';

COMMENT ON COLUMN report.ticket.feedback IS 'good or bad';

COMMENT ON COLUMN report.ticket.feedback_at IS 'when that was said';

CREATE VIEW report.ticket_service WITH (security_barrier='true') AS
 WITH timed AS (
         SELECT (date_trunc('month'::text, (k.opened_at AT TIME ZONE 'UTC'::text)))::date AS month,
            k.priority,
            k.feedback,
            COALESCE(k.first_answered_at, k.solved_at) AS answered_at,
            k.solved_at,
            crm.working_time(g.calendar, k.opened_at, COALESCE(k.first_answered_at, k.solved_at, now())) AS answer_took,
            crm.working_time(g.calendar, k.opened_at, COALESCE(k.solved_at, now())) AS solution_took,
            g.first_response,
            g.resolution
           FROM (crm.current_ticket k
             LEFT JOIN crm.ticket_target g ON ((g.priority = k.priority)))
        ), judged AS (
         SELECT timed.month,
            timed.priority,
            timed.feedback,
            timed.answered_at,
            timed.solved_at,
            timed.answer_took,
            timed.solution_took,
            timed.first_response,
            timed.resolution,
                CASE
                    WHEN (timed.answer_took > timed.first_response) THEN false
                    WHEN (timed.answered_at IS NOT NULL) THEN true
                    ELSE NULL::boolean
                END AS is_answered,
                CASE
                    WHEN (timed.solution_took > timed.resolution) THEN false
                    WHEN (timed.solved_at IS NOT NULL) THEN true
                    ELSE NULL::boolean
                END AS is_solved
           FROM timed
        )
 SELECT judged.month,
    judged.priority,
    count(*) AS tickets,
    count(*) FILTER (WHERE judged.is_answered) AS answered_in_time,
    count(*) FILTER (WHERE (NOT judged.is_answered)) AS answered_late,
    round(((100.0 * (count(*) FILTER (WHERE judged.is_answered))::numeric) / (NULLIF(count(judged.is_answered), 0))::numeric), 1) AS answered_share,
    round(((percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY ((EXTRACT(epoch FROM judged.answer_took))::double precision)) FILTER (WHERE (judged.answered_at IS NOT NULL)) / (3600)::double precision))::numeric, 2) AS answer_hours,
    count(*) FILTER (WHERE judged.is_solved) AS solved_in_time,
    count(*) FILTER (WHERE (NOT judged.is_solved)) AS solved_late,
    round(((100.0 * (count(*) FILTER (WHERE judged.is_solved))::numeric) / (NULLIF(count(judged.is_solved), 0))::numeric), 1) AS solved_share,
    round(((percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY ((EXTRACT(epoch FROM judged.solution_took))::double precision)) FILTER (WHERE (judged.solved_at IS NOT NULL)) / (3600)::double precision))::numeric, 2) AS solution_hours,
    count(judged.feedback) AS feedbacks,
    round(((100.0 * (count(*) FILTER (WHERE (judged.feedback = 'good'::text)))::numeric) / (NULLIF(count(judged.feedback), 0))::numeric), 1) AS feedback_share
   FROM judged
  GROUP BY judged.month, judged.priority;

COMMENT ON VIEW report.ticket_service IS 'Answers and solutions of tickets against their targets, in working hours';

COMMENT ON COLUMN report.ticket_service.month IS 'first day of the UTC month in which they were opened';

COMMENT ON COLUMN report.ticket_service.priority IS 'low, normal, high or urgent';

COMMENT ON COLUMN report.ticket_service.tickets IS 'tickets opened [count]';

COMMENT ON COLUMN report.ticket_service.answered_in_time IS 'first answered within the target [count]';

COMMENT ON COLUMN report.ticket_service.answered_late IS 'answered later, or unanswered and late already [count]';

COMMENT ON COLUMN report.ticket_service.answered_share IS 'answered in time, of those that are judged: open ones that are not late are not yet [percent]';

COMMENT ON COLUMN report.ticket_service.answer_hours IS 'median working time until the first answer, of those answered [hours]';

COMMENT ON COLUMN report.ticket_service.solved_in_time IS 'solved within the target [count]';

COMMENT ON COLUMN report.ticket_service.solved_late IS 'solved later, or open and late already [count]';

COMMENT ON COLUMN report.ticket_service.solved_share IS 'solved in time, of those that are judged [percent]';

COMMENT ON COLUMN report.ticket_service.solution_hours IS 'median working time until the solution, of those solved [hours]';

COMMENT ON COLUMN report.ticket_service.feedbacks IS 'tickets with feedback [count]';

COMMENT ON COLUMN report.ticket_service.feedback_share IS 'of these, with good feedback [percent]';

CREATE VIEW report.timeline WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    entry.at,
    entry.kind,
    entry.words,
    entry.pinned,
    entry.place
   FROM ((crm.account a
     CROSS JOIN LATERAL ( SELECT r.account_id AS id
           FROM crm.account_root r
          WHERE (r.root_id = a.id)) part)
     CROSS JOIN LATERAL ( SELECT i.occurred_at AS at,
            (('interaction '::text || to_char(i.id, 'FM0000000000000000000'::text)) COLLATE "C") AS place,
            i.kind,
            i.title AS words,
            (i.pinned_at IS NOT NULL) AS pinned
           FROM crm.interaction i
          WHERE (i.account_id = part.id)
        UNION ALL
         SELECT o.occurred_at,
            (('order '::text || to_char(o.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'order'::text,
            (('Order '::text || o.key) ||
                CASE
                    WHEN (o.amount_minor < 0) THEN ' refunded'::text
                    ELSE ''::text
                END),
            false
           FROM crm.account_order o
          WHERE (o.account_id = part.id)
        UNION ALL
         SELECT t.occurred_at,
            (('subscription '::text || to_char(t.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'subscription'::text,
            ((('Subscription '::text || s.key) || ' '::text) || replace(t.status, '_'::text, ' '::text)),
            false
           FROM (crm.subscription s
             JOIN crm.subscription_state t ON ((t.subscription_id = s.id)))
          WHERE (s.account_id = part.id)
        UNION ALL
         SELECT t.occurred_at,
            (('deal '::text || to_char(t.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'deal'::text,
            ((('Deal '::text || d.name) || ': '::text) || COALESCE(s.name, t.stage)),
            false
           FROM ((crm.deal d
             JOIN crm.deal_state t ON ((t.deal_id = d.id)))
             LEFT JOIN crm.deal_stage s ON (((s.pipeline = d.pipeline) AND (s.key = t.stage))))
          WHERE (d.account_id = part.id)
        UNION ALL
         SELECT k.occurred_at,
            (('ticket '::text || to_char(k.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'ticket'::text,
            ((('Ticket '::text || k.key) || ' opened: '::text) || k.subject),
            false
           FROM crm.ticket k
          WHERE (k.account_id = part.id)
        UNION ALL
         SELECT t.occurred_at,
            (('ticket state '::text || to_char(t.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'ticket'::text,
            (((('Ticket '::text || k.key) || ' '::text) || t.status) ||
                CASE
                    WHEN t.escalated THEN ', escalated'::text
                    ELSE ''::text
                END),
            false
           FROM (crm.ticket k
             JOIN crm.ticket_state t ON ((t.ticket_id = k.id)))
          WHERE ((k.account_id = part.id) AND ((t.status <> 'open'::text) OR t.escalated OR (t.occurred_at > k.occurred_at)))
        UNION ALL
         SELECT ((i.issued_on)::timestamp without time zone AT TIME ZONE 'UTC'::text) AS timezone,
            (('invoice '::text || to_char(i.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'invoice'::text,
            (
                CASE
                    WHEN (i.amount_minor < 0) THEN 'Credit note '::text
                    ELSE 'Invoice '::text
                END || i.key),
            false
           FROM crm.invoice i
          WHERE (i.account_id = part.id)
        UNION ALL
         SELECT i.paid_at,
            (('invoice paid '::text || to_char(i.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'invoice'::text,
            (('Invoice '::text || i.key) || ' paid'::text),
            false
           FROM crm.invoice i
          WHERE ((i.account_id = part.id) AND (i.paid_at IS NOT NULL))
        UNION ALL
         SELECT g.agreed_at,
            (('goal '::text || to_char(g.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'goal'::text,
            ('Goal agreed: '::text || "left"(g.words, 200)),
            false
           FROM crm.goal g
          WHERE (g.account_id = part.id)
        UNION ALL
         SELECT v.occurred_at,
            (('goal review '::text || to_char(v.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'goal'::text,
            ((('Goal reviewed'::text || COALESCE(((', '::text || v.progress) || ' %'::text), ''::text)) || ': '::text) || "left"(g.words, 200)),
            false
           FROM (crm.goal g
             JOIN crm.goal_review v ON ((v.goal_id = g.id)))
          WHERE (g.account_id = part.id)
        UNION ALL
         SELECT v.occurred_at,
            (((('request '::text || to_char(v.request_id, 'FM0000000000000000000'::text)) || ' '::text) || to_char(part.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'request'::text,
            ('Asked for '::text || q.title),
            false
           FROM (crm.request_vote v
             JOIN crm.product_request q ON ((q.id = v.request_id)))
          WHERE (v.account_id = part.id)
        UNION ALL
         SELECT h.scored_at,
            (((('risk '::text || to_char((h.horizon_days)::double precision, 'FM0000000000000000000'::text)) || ' '::text) || to_char(part.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'risk'::text,
            (((((('Risk '::text || h.band) || ', '::text) || round(((100)::double precision * h.probability))) || ' % within '::text) || h.horizon_days) || ' days'::text),
            false
           FROM risk.score_history h
          WHERE ((h.account_id = part.id) AND (h.horizon_days = 90))
        UNION ALL
         SELECT t.opened_at,
            (('task '::text || to_char(t.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'task'::text,
            ('Task opened: '::text || t.title),
            false
           FROM plan.task t
          WHERE (t.account_id = part.id)
        UNION ALL
         SELECT t.done_at,
            (('task done '::text || to_char(t.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'task'::text,
            ((('Task '::text || t.state) || ': '::text) || t.title),
            false
           FROM plan.task t
          WHERE ((t.account_id = part.id) AND (t.done_at IS NOT NULL))
        UNION ALL
         SELECT e.entered_at,
            (('playbook '::text || to_char(e.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'playbook'::text,
            (('Playbook '::text || p.key) || ' began'::text),
            false
           FROM (plan.enrollment e
             JOIN plan.playbook p ON ((p.id = e.playbook_id)))
          WHERE ((e.account_id = part.id) AND (e.state <> 'holdout'::text))
        UNION ALL
         SELECT e.ended_at,
            (('playbook end '::text || to_char(e.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'playbook'::text,
            ((('Playbook '::text || p.key) || ' ended: '::text) || e.end_reason),
            false
           FROM (plan.enrollment e
             JOIN plan.playbook p ON ((p.id = e.playbook_id)))
          WHERE ((e.account_id = part.id) AND (e.ended_at IS NOT NULL))
        UNION ALL
         SELECT COALESCE(d.delivered_at, d.created_at) AS "coalesce",
            (('message '::text || to_char(d.id, 'FM0000000000000000000'::text)) COLLATE "C"),
            'message'::text,
            (((('Message by '::text || d.channel) || ' '::text) || d.state) ||
                CASE
                    WHEN d.sandbox THEN ' (sandbox)'::text
                    ELSE ''::text
                END),
            false
           FROM notify.delivery d
          WHERE (d.account_id = part.id)) entry)
  WHERE (a.merged_into IS NULL);

COMMENT ON VIEW report.timeline IS 'Everything that happened with an account, in one list';

COMMENT ON COLUMN report.timeline.account_key IS 'the account';

COMMENT ON COLUMN report.timeline.at IS 'when';

COMMENT ON COLUMN report.timeline.kind IS 'order, subscription, deal, ticket, invoice, goal, request, risk, task, playbook, message, or the kind of an interaction';

COMMENT ON COLUMN report.timeline.words IS 'one line about it';

COMMENT ON COLUMN report.timeline.pinned IS 'true where it is to stand first';

COMMENT ON COLUMN report.timeline.place IS 'tells entries of one time apart';

CREATE TABLE usage.daily_delta (
    subject_id bigint NOT NULL,
    day date NOT NULL,
    event text NOT NULL,
    known_on date NOT NULL,
    count bigint NOT NULL,
    amount numeric,
    CONSTRAINT daily_delta_count_check CHECK ((count > 0))
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='20000', autovacuum_vacuum_cost_delay='0', autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='200000');

COMMENT ON TABLE usage.daily_delta IS 'Events a day that are not folded into usage.daily_folded yet';

COMMENT ON COLUMN usage.daily_delta.subject_id IS 'the subject, in usage.subject [id]';

COMMENT ON COLUMN usage.daily_delta.day IS 'UTC day of occurred_at';

COMMENT ON COLUMN usage.daily_delta.event IS 'name of the event';

COMMENT ON COLUMN usage.daily_delta.known_on IS 'UTC day of known_at';

COMMENT ON COLUMN usage.daily_delta.count IS 'events [count]';

COMMENT ON COLUMN usage.daily_delta.amount IS 'sum of usage.event.amount; null where there is none [number]';

CREATE TABLE usage.daily_folded (
    subject_id bigint NOT NULL,
    day date NOT NULL,
    event text NOT NULL,
    known_on date NOT NULL,
    count bigint NOT NULL,
    amount numeric,
    open boolean DEFAULT true NOT NULL,
    settled bigint DEFAULT 0 NOT NULL,
    CONSTRAINT daily_count_check CHECK ((count > 0)),
    CONSTRAINT daily_folded_settled_check CHECK ((settled >= 0))
)
PARTITION BY RANGE (day);

COMMENT ON TABLE usage.daily_folded IS 'Events a day, as far as they are folded';

COMMENT ON COLUMN usage.daily_folded.subject_id IS 'the subject, in usage.subject [id]';

COMMENT ON COLUMN usage.daily_folded.day IS 'UTC day of occurred_at';

COMMENT ON COLUMN usage.daily_folded.event IS 'name of the event';

COMMENT ON COLUMN usage.daily_folded.known_on IS 'UTC day of known_at';

COMMENT ON COLUMN usage.daily_folded.count IS 'events [count]';

COMMENT ON COLUMN usage.daily_folded.amount IS 'sum of usage.event.amount; null where there is none [number]';

COMMENT ON COLUMN usage.daily_folded.open IS 'true where not all of its count is in usage.activity yet';

COMMENT ON COLUMN usage.daily_folded.settled IS 'how much of its count is in usage.activity [count]';

CREATE VIEW usage.daily_part AS
 SELECT daily_folded.subject_id,
    daily_folded.day,
    daily_folded.event,
    daily_folded.known_on,
    daily_folded.count,
    daily_folded.amount
   FROM usage.daily_folded
UNION ALL
 SELECT daily_delta.subject_id,
    daily_delta.day,
    daily_delta.event,
    daily_delta.known_on,
    daily_delta.count,
    daily_delta.amount
   FROM usage.daily_delta;

COMMENT ON VIEW usage.daily_part IS 'Events a day, folded and not yet folded; rows of one key add up';

COMMENT ON COLUMN usage.daily_part.subject_id IS 'the subject, in usage.subject [id]';

COMMENT ON COLUMN usage.daily_part.day IS 'UTC day of occurred_at';

COMMENT ON COLUMN usage.daily_part.event IS 'name of the event';

COMMENT ON COLUMN usage.daily_part.known_on IS 'UTC day of known_at';

COMMENT ON COLUMN usage.daily_part.count IS 'events [count]';

COMMENT ON COLUMN usage.daily_part.amount IS 'sum of the property that usage.summed_property names; null where there is none [number]';

CREATE TABLE usage.event (
    subject_id bigint NOT NULL,
    message_id text NOT NULL,
    sent_on date NOT NULL,
    event text NOT NULL,
    user_subject_id bigint,
    occurred_at timestamp with time zone NOT NULL,
    known_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    original_at timestamp with time zone,
    sent_at timestamp with time zone,
    historical boolean DEFAULT false NOT NULL,
    clamped boolean DEFAULT false NOT NULL,
    repairs text[],
    properties jsonb DEFAULT '{}'::jsonb NOT NULL,
    amount numeric,
    api_key_id bigint,
    CONSTRAINT event_event_check CHECK (((length(event) >= 1) AND (length(event) <= 200))),
    CONSTRAINT event_message_id_check CHECK (((length(message_id) >= 1) AND (length(message_id) <= 200)))
)
PARTITION BY RANGE (sent_on);

COMMENT ON TABLE usage.event IS 'What subjects did in the product, each once';

COMMENT ON COLUMN usage.event.subject_id IS 'the subject, in usage.subject [id]';

COMMENT ON COLUMN usage.event.message_id IS 'the sender''s id for the event, or a digest of its content';

COMMENT ON COLUMN usage.event.sent_on IS 'the UTC day of the time as sent, or of receipt where none was sent';

COMMENT ON COLUMN usage.event.event IS 'name of the event; $page and $screen for page and screen calls';

COMMENT ON COLUMN usage.event.user_subject_id IS 'the user who did it, in usage.subject [id]';

COMMENT ON COLUMN usage.event.occurred_at IS 'when it happened, corrected for the sender''s clock';

COMMENT ON COLUMN usage.event.known_at IS 'when Holdfast learned of it; occurred_at where it came as declared history';

COMMENT ON COLUMN usage.event.received_at IS 'when it arrived';

COMMENT ON COLUMN usage.event.original_at IS 'its time as sent';

COMMENT ON COLUMN usage.event.sent_at IS 'when the sender sent it, by the sender''s clock';

COMMENT ON COLUMN usage.event.historical IS 'true where it came as declared history';

COMMENT ON COLUMN usage.event.clamped IS 'true where it claimed a time in the future and was moved to its arrival';

COMMENT ON COLUMN usage.event.repairs IS 'what was mended in it';

COMMENT ON COLUMN usage.event.properties IS 'what the sender said of it';

COMMENT ON COLUMN usage.event.amount IS 'the property that usage.summed_property names for such events; null where none is or it is no number [number]';

COMMENT ON COLUMN usage.event.api_key_id IS 'the write key that it came with, in crm.api_key; null where it came with none, as in an import [id]';

CREATE TABLE usage.subject (
    id bigint NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT subject_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
    CONSTRAINT subject_kind_check CHECK ((kind = ANY (ARRAY['group'::text, 'user'::text, 'anonymous'::text])))
);

COMMENT ON TABLE usage.subject IS 'Whom events are about, as their sender named it';

COMMENT ON COLUMN usage.subject.id IS 'identity, for ever [id]';

COMMENT ON COLUMN usage.subject.kind IS 'group, user or anonymous';

COMMENT ON COLUMN usage.subject.key IS 'the key as it was sent';

COMMENT ON COLUMN usage.subject.created_at IS 'when it was first seen';

CREATE VIEW report.usage_daily WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    d.day,
    d.event,
    d.count,
    COALESCE(u.users, (0)::bigint) AS users
   FROM ((crm.account a
     CROSS JOIN LATERAL ( SELECT d_1.day,
            d_1.event,
            (sum(d_1.count))::bigint AS count
           FROM (crm.subject_account s
             JOIN usage.daily_part d_1 ON ((d_1.subject_id = s.subject_id)))
          WHERE (s.account_id = a.id)
          GROUP BY d_1.day, d_1.event) d)
     LEFT JOIN LATERAL ( SELECT e.day,
            e.event,
            count(DISTINCT
                CASE
                    WHEN (e.user_subject_id IS NOT NULL) THEN e.user_subject_id
                    WHEN (x.kind <> 'group'::text) THEN x.id
                    ELSE NULL::bigint
                END) AS users
           FROM ((crm.subject_account s
             JOIN usage.subject x ON ((x.id = s.subject_id)))
             CROSS JOIN LATERAL ( SELECT ((e_1.occurred_at AT TIME ZONE 'UTC'::text))::date AS day,
                    e_1.event,
                    e_1.user_subject_id
                   FROM usage.event e_1
                  WHERE (e_1.subject_id = s.subject_id)
                 OFFSET 0) e)
          WHERE (s.account_id = a.id)
          GROUP BY e.day, e.event) u ON (((u.day = d.day) AND (u.event = d.event))));

COMMENT ON VIEW report.usage_daily IS 'What each account did on each UTC day';

COMMENT ON COLUMN report.usage_daily.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.usage_daily.day IS 'UTC day';

COMMENT ON COLUMN report.usage_daily.event IS 'name of the event';

COMMENT ON COLUMN report.usage_daily.count IS 'events [count]';

COMMENT ON COLUMN report.usage_daily.users IS 'different users who did it; 0 where none was named [count]';

CREATE VIEW report.verdict WITH (security_barrier='true') AS
 SELECT a.key AS account_key,
    v.verdict,
    v.signal,
    v.probability,
    v.said_by,
    v.words,
    v.said_at
   FROM (risk.verdict v
     JOIN crm.account a ON ((a.id = v.account_id)));

COMMENT ON VIEW report.verdict IS 'What people said to scores';

COMMENT ON COLUMN report.verdict.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.verdict.verdict IS 'right, false_alarm, or known where it was true and no news';

COMMENT ON COLUMN report.verdict.signal IS 'the signal that contributed most then';

COMMENT ON COLUMN report.verdict.probability IS 'that it is lost within 90 days, as it was said then [probability]';

COMMENT ON COLUMN report.verdict.said_by IS 'who said it';

COMMENT ON COLUMN report.verdict.words IS 'what was said';

COMMENT ON COLUMN report.verdict.said_at IS 'when it was said';

CREATE VIEW report.win_back WITH (security_barrier='true') AS
 WITH lost AS (
         SELECT DISTINCT ON (l.account_id) l.account_id,
            l.lost_at,
            l.source,
            l.kind,
            l.reason,
            l.words,
            l.orders,
            l.first_at,
            l.last_at,
            l.money_minor,
            l.currency,
            l.returned_at,
            l.noted_at
           FROM (risk.loss l
             JOIN crm.account a_1 ON (((a_1.id = l.account_id) AND (a_1.merged_into IS NULL) AND (a_1.erased_at IS NULL))))
          WHERE (l.returned_at IS NULL)
          ORDER BY l.account_id, l.lost_at DESC
        ), known AS (
         SELECT l.account_id,
            l.lost_at,
            l.source,
            l.kind,
            l.reason,
            l.words,
            l.orders,
            l.first_at,
            l.last_at,
            l.money_minor,
            l.currency,
            l.returned_at,
            l.noted_at,
            (l.last_at - l.first_at) AS stayed,
            ( SELECT count(*) AS count
                   FROM ((crm.account_root r_1
                     JOIN crm.subscription s ON ((s.account_id = r_1.account_id)))
                     JOIN crm.subscription_state t ON (((t.subscription_id = s.id) AND (t.status = 'active'::text))))
                  WHERE (r_1.root_id = l.account_id)) AS terms,
            ( SELECT (COALESCE(sum(o_1.amount_minor) FILTER (WHERE (o_1.occurred_at > (l.last_at - '180 days'::interval))), (0)::numeric) > COALESCE(sum(o_1.amount_minor) FILTER (WHERE (o_1.occurred_at <= (l.last_at - '180 days'::interval))), (0)::numeric))
                   FROM (crm.account_root r_1
                     JOIN crm.account_order o_1 ON ((o_1.account_id = r_1.account_id)))
                  WHERE ((r_1.root_id = l.account_id) AND (o_1.occurred_at > (l.last_at - '360 days'::interval)) AND (o_1.occurred_at < (l.last_at + '1 day'::interval)))) AS grew,
            ( SELECT count(*) AS count
                   FROM (crm.account_root r_1
                     JOIN crm.ticket k ON ((k.account_id = r_1.account_id)))
                  WHERE ((r_1.root_id = l.account_id) AND (k.feedback = 'bad'::text))) AS complaints
           FROM lost l
        ), weighed AS (
         SELECT k.account_id,
            k.lost_at,
            k.source,
            k.kind,
            k.reason,
            k.words,
            k.orders,
            k.first_at,
            k.last_at,
            k.money_minor,
            k.currency,
            k.returned_at,
            k.noted_at,
            k.stayed,
            k.terms,
            k.grew,
            k.complaints,
            percent_rank() OVER (ORDER BY ((k.money_minor)::double precision * COALESCE(f.factor, (1)::double precision)) NULLS FIRST) AS by_money,
            percent_rank() OVER (ORDER BY GREATEST((k.orders)::bigint, k.terms)) AS by_frequency,
            percent_rank() OVER (ORDER BY k.stayed NULLS FIRST) AS by_stay
           FROM (known k
             LEFT JOIN crm.money_factor f USING (currency))
        )
 SELECT a.key AS account_key,
    a.name,
    u.name AS owner,
    w.kind,
    w.reason,
    r.addressable,
    w.lost_at,
    w.money_minor AS money,
    w.currency,
    w.orders,
    w.terms,
    COALESCE(w.grew, false) AS grew,
    w.complaints,
    (round((((((((40)::double precision * w.by_money) + ((25)::double precision * w.by_frequency)) + ((15)::double precision * w.by_stay)) + (
        CASE
            WHEN w.grew THEN 10
            ELSE 0
        END)::double precision) + ((10.0 / ((1 + w.complaints))::numeric))::double precision))::numeric))::integer AS worth
   FROM ((((weighed w
     JOIN crm.account a ON ((a.id = w.account_id)))
     LEFT JOIN crm.loss_reason r ON ((r.key = w.reason)))
     LEFT JOIN crm.current_owner o ON ((o.account_id = a.id)))
     LEFT JOIN crm.team_user u ON ((u.id = o.user_id)));

COMMENT ON VIEW report.win_back IS 'Lost accounts that have not come back, and how much each is worth winning back';

COMMENT ON COLUMN report.win_back.account_key IS 'the outside world''s id';

COMMENT ON COLUMN report.win_back.name IS 'its name';

COMMENT ON COLUMN report.win_back.owner IS 'who looks after it';

COMMENT ON COLUMN report.win_back.kind IS 'contract; without one once, long or other, by what it had ordered; asleep where it is overdue and not lost yet; hand';

COMMENT ON COLUMN report.win_back.reason IS 'key of the reason';

COMMENT ON COLUMN report.win_back.addressable IS 'whether the reason is one that we can do something about';

COMMENT ON COLUMN report.win_back.lost_at IS 'when it was lost';

COMMENT ON COLUMN report.win_back.money IS 'what it was worth in a year [minor units of currency]';

COMMENT ON COLUMN report.win_back.currency IS 'ISO 4217 code';

COMMENT ON COLUMN report.win_back.orders IS 'days with orders until then [count]';

COMMENT ON COLUMN report.win_back.terms IS 'times that a subscription was made, changed or renewed [count]';

COMMENT ON COLUMN report.win_back.grew IS 'whether it ordered more in its last 180 days than in the 180 before';

COMMENT ON COLUMN report.win_back.complaints IS 'tickets with bad feedback [count]';

COMMENT ON COLUMN report.win_back.worth IS '40 by the rank of its money, 25 of its frequency, 15 of its stay, 10 where it grew, 10 less the more it complained [points of 100]';

CREATE VIEW report.worker WITH (security_barrier='true') AS
 SELECT w.id AS worker_id,
    q.name AS queue,
    w.host,
    w.process_id,
    w.version,
    w.started_at,
    w.seen_at,
    ( SELECT count(*) AS count
           FROM queue.lease l
          WHERE (l.worker_id = w.id)) AS running
   FROM (queue.worker w
     JOIN queue.queue q ON ((q.id = w.queue_id)));

COMMENT ON VIEW report.worker IS 'The processes that work on queues now';

COMMENT ON COLUMN report.worker.worker_id IS 'the worker [id]';

COMMENT ON COLUMN report.worker.queue IS 'the queue that it works on';

COMMENT ON COLUMN report.worker.host IS 'name of its machine';

COMMENT ON COLUMN report.worker.process_id IS 'its process on that machine [id]';

COMMENT ON COLUMN report.worker.version IS 'version of the program';

COMMENT ON COLUMN report.worker.started_at IS 'when it started';

COMMENT ON COLUMN report.worker.seen_at IS 'its last sign of life';

COMMENT ON COLUMN report.worker.running IS 'jobs that it runs now [count]';

CREATE TABLE risk.daily_pass (
    pass text NOT NULL,
    day date NOT NULL,
    accounts bigint NOT NULL,
    done_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE risk.daily_pass IS 'What is done for all accounts once a day, and when it was last done';

COMMENT ON COLUMN risk.daily_pass.pass IS 'what is done';

COMMENT ON COLUMN risk.daily_pass.day IS 'the UTC day for which it was last done';

COMMENT ON COLUMN risk.daily_pass.accounts IS 'of how many [count]';

COMMENT ON COLUMN risk.daily_pass.done_at IS 'when';

ALTER TABLE risk.model ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME risk.model_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE risk.signal_spread (
    model_id bigint NOT NULL,
    signal text NOT NULL,
    shares double precision[] NOT NULL,
    accounts bigint NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT signal_spread_shares_check CHECK ((cardinality(shares) = 12))
);

COMMENT ON TABLE risk.signal_spread IS 'What signals said on the day a model was first used: the base that drift is told from';

COMMENT ON COLUMN risk.signal_spread.model_id IS 'the model, in risk.model [id]';

COMMENT ON COLUMN risk.signal_spread.signal IS 'name of the signal';

COMMENT ON COLUMN risk.signal_spread.shares IS 'of the accounts without a value, at 0, and in each tenth above [share]';

COMMENT ON COLUMN risk.signal_spread.accounts IS 'how many were looked at [count]';

COMMENT ON COLUMN risk.signal_spread.made_at IS 'when';

CREATE TABLE risk.touched (
    account_id bigint NOT NULL,
    scored_at timestamp with time zone NOT NULL,
    is_waiting boolean DEFAULT false NOT NULL
)
WITH (fillfactor='50');

COMMENT ON TABLE risk.touched IS 'Accounts that something happened to lately; kept for minutes';

COMMENT ON COLUMN risk.touched.account_id IS 'the account, in crm.account [id]';

COMMENT ON COLUMN risk.touched.scored_at IS 'when it was last scored for that';

COMMENT ON COLUMN risk.touched.is_waiting IS 'true where more has happened since and it is to be scored again';

ALTER TABLE risk.verdict ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME risk.verdict_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE usage.activity (
    subject_id bigint NOT NULL,
    days date[] NOT NULL,
    totals bigint[] NOT NULL,
    CONSTRAINT activity_check CHECK (((cardinality(days) > 0) AND (cardinality(days) = cardinality(totals))))
);

COMMENT ON TABLE usage.activity IS 'The days on which each subject was active, as far as they are settled';

COMMENT ON COLUMN usage.activity.subject_id IS 'the subject, in usage.subject [id]';

COMMENT ON COLUMN usage.activity.days IS 'UTC days with activity, in order';

COMMENT ON COLUMN usage.activity.totals IS 'for each of the days, events of activity on it and on those before it [count]';

CREATE VIEW usage.activity_part AS
 SELECT activity.subject_id,
    NULL::text AS event,
    activity.days,
    activity.totals
   FROM usage.activity
UNION ALL
 SELECT daily_folded.subject_id,
    daily_folded.event,
    ARRAY[daily_folded.day] AS days,
    ARRAY[(daily_folded.count - daily_folded.settled)] AS totals
   FROM usage.daily_folded
  WHERE daily_folded.open
UNION ALL
 SELECT daily_delta.subject_id,
    daily_delta.event,
    ARRAY[daily_delta.day] AS days,
    ARRAY[daily_delta.count] AS totals
   FROM usage.daily_delta;

COMMENT ON VIEW usage.activity_part IS 'Days of activity with running totals, settled and not yet settled; rows of one subject add up';

COMMENT ON COLUMN usage.activity_part.subject_id IS 'the subject, in usage.subject [id]';

COMMENT ON COLUMN usage.activity_part.event IS 'name of the event, which may be a passive one; null where only activity is counted';

COMMENT ON COLUMN usage.activity_part.days IS 'UTC days with activity, in order';

COMMENT ON COLUMN usage.activity_part.totals IS 'for each of the days, events of activity on it and on those before it in this row [count]';

CREATE VIEW usage.daily AS
 SELECT daily_part.subject_id,
    daily_part.day,
    daily_part.event,
    daily_part.known_on,
    (sum(daily_part.count))::bigint AS count,
    sum(daily_part.amount) AS amount
   FROM usage.daily_part
  GROUP BY daily_part.subject_id, daily_part.day, daily_part.event, daily_part.known_on;

COMMENT ON VIEW usage.daily IS 'Events a day; equal to a recount of usage.event at every commit';

COMMENT ON COLUMN usage.daily.subject_id IS 'the subject, in usage.subject [id]';

COMMENT ON COLUMN usage.daily.day IS 'UTC day of occurred_at';

COMMENT ON COLUMN usage.daily.event IS 'name of the event';

COMMENT ON COLUMN usage.daily.known_on IS 'UTC day of known_at';

COMMENT ON COLUMN usage.daily.count IS 'events [count]';

COMMENT ON COLUMN usage.daily.amount IS 'sum of the property that usage.summed_property names; null where there is none [number]';

CREATE VIEW usage.daily_event AS
 SELECT event.subject_id,
    event.sent_on AS day,
    event.event,
    event.user_subject_id,
    event.message_id,
    event.occurred_at,
    event.known_at,
    event.amount,
    event.properties
   FROM usage.event
  WHERE (event.sent_on = ((event.occurred_at AT TIME ZONE 'UTC'::text))::date)
UNION ALL
 SELECT event.subject_id,
    ((event.occurred_at AT TIME ZONE 'UTC'::text))::date AS day,
    event.event,
    event.user_subject_id,
    event.message_id,
    event.occurred_at,
    event.known_at,
    event.amount,
    event.properties
   FROM usage.event
  WHERE (event.sent_on <> ((event.occurred_at AT TIME ZONE 'UTC'::text))::date);

COMMENT ON VIEW usage.daily_event IS 'Events with the day that they count in; quick for a subject and a day';

COMMENT ON COLUMN usage.daily_event.subject_id IS 'the subject, in usage.subject [id]';

COMMENT ON COLUMN usage.daily_event.day IS 'UTC day of occurred_at';

COMMENT ON COLUMN usage.daily_event.event IS 'name of the event';

COMMENT ON COLUMN usage.daily_event.user_subject_id IS 'the user who did it, in usage.subject [id]';

COMMENT ON COLUMN usage.daily_event.message_id IS 'the sender''s id for the event, or a digest of its content';

COMMENT ON COLUMN usage.daily_event.occurred_at IS 'when it happened, corrected for the sender''s clock';

COMMENT ON COLUMN usage.daily_event.known_at IS 'when Holdfast learned of it; occurred_at where it came as declared history';

COMMENT ON COLUMN usage.daily_event.amount IS 'the property that usage.summed_property names for such events [number]';

COMMENT ON COLUMN usage.daily_event.properties IS 'what the sender said of it';

CREATE TABLE usage.event_history (
    subject_id bigint NOT NULL,
    event text NOT NULL,
    days date[] NOT NULL,
    totals bigint[] NOT NULL,
    CONSTRAINT event_history_check CHECK (((cardinality(days) > 0) AND (cardinality(days) = cardinality(totals))))
);

COMMENT ON TABLE usage.event_history IS 'The days on which each subject had an event, as far as they are settled';

COMMENT ON COLUMN usage.event_history.subject_id IS 'the subject, in usage.subject [id]';

COMMENT ON COLUMN usage.event_history.event IS 'name of the event';

COMMENT ON COLUMN usage.event_history.days IS 'UTC days with the event, in order';

COMMENT ON COLUMN usage.event_history.totals IS 'for each of the days, events on it and on those before it [count]';

CREATE VIEW usage.event_part AS
 SELECT event_history.subject_id,
    event_history.event,
    event_history.days,
    event_history.totals
   FROM usage.event_history
UNION ALL
 SELECT daily_folded.subject_id,
    daily_folded.event,
    ARRAY[daily_folded.day] AS days,
    ARRAY[(daily_folded.count - daily_folded.settled)] AS totals
   FROM usage.daily_folded
  WHERE daily_folded.open
UNION ALL
 SELECT daily_delta.subject_id,
    daily_delta.event,
    ARRAY[daily_delta.day] AS days,
    ARRAY[daily_delta.count] AS totals
   FROM usage.daily_delta;

COMMENT ON VIEW usage.event_part IS 'Days of each event with running totals, settled and not yet settled; rows of one subject and event add up';

COMMENT ON COLUMN usage.event_part.subject_id IS 'the subject, in usage.subject [id]';

COMMENT ON COLUMN usage.event_part.event IS 'name of the event';

COMMENT ON COLUMN usage.event_part.days IS 'UTC days with the event, in order';

COMMENT ON COLUMN usage.event_part.totals IS 'for each of the days, events on it and on those before it in this row [count]';

CREATE TABLE usage.identification (
    id bigint NOT NULL,
    kind text NOT NULL,
    subject_id bigint NOT NULL,
    other_subject_id bigint,
    message_id text,
    traits jsonb DEFAULT '{}'::jsonb NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    repairs text[],
    api_key_id bigint,
    CONSTRAINT identification_kind_check CHECK ((kind = ANY (ARRAY['identify'::text, 'group'::text, 'alias'::text]))),
    CONSTRAINT identification_message_id_check CHECK (((length(message_id) >= 1) AND (length(message_id) <= 200)))
);

COMMENT ON TABLE usage.identification IS 'What identify, group and alias calls said; contacts applies it';

COMMENT ON COLUMN usage.identification.id IS 'identity [id]';

COMMENT ON COLUMN usage.identification.kind IS 'identify, group or alias';

COMMENT ON COLUMN usage.identification.subject_id IS 'the user (identify, alias) or the group (group), in usage.subject [id]';

COMMENT ON COLUMN usage.identification.other_subject_id IS 'the anonymous or former subject, or the user who is in the group [id]';

COMMENT ON COLUMN usage.identification.message_id IS 'the sender''s id for the call, or a digest of its content';

COMMENT ON COLUMN usage.identification.traits IS 'what was said of it';

COMMENT ON COLUMN usage.identification.occurred_at IS 'when it happened';

COMMENT ON COLUMN usage.identification.received_at IS 'when it arrived';

COMMENT ON COLUMN usage.identification.repairs IS 'what was mended in it';

COMMENT ON COLUMN usage.identification.api_key_id IS 'the write key that it came with, in crm.api_key; null where it came with none, as in an import [id]';

ALTER TABLE usage.identification ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME usage.identification_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE usage.import (
    id bigint NOT NULL,
    file text NOT NULL,
    format text NOT NULL,
    source text NOT NULL,
    columns jsonb NOT NULL,
    historical boolean NOT NULL,
    size bigint,
    read_bytes bigint DEFAULT 0 NOT NULL,
    digest text DEFAULT ''::text NOT NULL,
    lines bigint DEFAULT 0 NOT NULL,
    accepted bigint DEFAULT 0 NOT NULL,
    repaired bigint DEFAULT 0 NOT NULL,
    duplicates bigint DEFAULT 0 NOT NULL,
    quarantined bigint DEFAULT 0 NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    written_at timestamp with time zone,
    finished_at timestamp with time zone
);

COMMENT ON TABLE usage.import IS 'Files that usage-ingest import took in; one that was broken off goes on from here';

COMMENT ON COLUMN usage.import.id IS 'identity [id]';

COMMENT ON COLUMN usage.import.file IS 'the file as it was named, or - for standard input';

COMMENT ON COLUMN usage.import.format IS 'how it was read';

COMMENT ON COLUMN usage.import.source IS 'where it comes from, as it was told';

COMMENT ON COLUMN usage.import.columns IS 'which column of a CSV file was taken as which member, as it was told';

COMMENT ON COLUMN usage.import.historical IS 'true where it was declared history';

COMMENT ON COLUMN usage.import.size IS 'of the file as it lies on disk; null where that is not known [bytes]';

COMMENT ON COLUMN usage.import.read_bytes IS 'of the file, unpacked, that are committed [bytes]';

COMMENT ON COLUMN usage.import.digest IS 'SHA-256 of these bytes: the same file is known again by it';

COMMENT ON COLUMN usage.import.lines IS 'lines that are committed [count]';

COMMENT ON COLUMN usage.import.accepted IS 'messages that were written, those with repairs among them [count]';

COMMENT ON COLUMN usage.import.repaired IS 'messages that were written after something was mended in them [count]';

COMMENT ON COLUMN usage.import.duplicates IS 'messages that were there already [count]';

COMMENT ON COLUMN usage.import.quarantined IS 'messages that could not be taken [count]';

COMMENT ON COLUMN usage.import.started_at IS 'when it began';

COMMENT ON COLUMN usage.import.written_at IS 'when something of it was last committed';

COMMENT ON COLUMN usage.import.finished_at IS 'when its end was reached; null where it was broken off or still runs';

ALTER TABLE usage.import ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME usage.import_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE usage.mark (
    id bigint NOT NULL,
    subjects bigint[] NOT NULL,
    marked_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY usage.mark ALTER COLUMN subjects SET STORAGE EXTERNAL;

COMMENT ON TABLE usage.mark IS 'Subjects written to and not yet published as usage.recorded';

COMMENT ON COLUMN usage.mark.id IS 'identity [id]';

COMMENT ON COLUMN usage.mark.subjects IS 'the subjects, in usage.subject [ids]';

COMMENT ON COLUMN usage.mark.marked_at IS 'when they were written to';

ALTER TABLE usage.mark ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME usage.mark_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE usage.order_event (
    id bigint NOT NULL,
    subject_id bigint NOT NULL,
    message_id text NOT NULL,
    sent_on date NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT order_event_message_id_check CHECK (((length(message_id) >= 1) AND (length(message_id) <= 200)))
)
PARTITION BY RANGE (received_at);

COMMENT ON TABLE usage.order_event IS 'Events about orders and checkouts, which order.received names';

COMMENT ON COLUMN usage.order_event.id IS 'identity [id]';

COMMENT ON COLUMN usage.order_event.subject_id IS 'the subject, in usage.event [id]';

COMMENT ON COLUMN usage.order_event.message_id IS 'the message, in usage.event';

COMMENT ON COLUMN usage.order_event.sent_on IS 'the day as sent, in usage.event';

COMMENT ON COLUMN usage.order_event.received_at IS 'when it arrived';

ALTER TABLE usage.order_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME usage.order_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE usage.passive_event (
    event text NOT NULL
);

COMMENT ON TABLE usage.passive_event IS 'Events that are no activity';

COMMENT ON COLUMN usage.passive_event.event IS 'name of the event';

ALTER TABLE usage.quarantine ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME usage.quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE usage.subject ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME usage.subject_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE usage.summed_property (
    event text NOT NULL,
    property text NOT NULL,
    CONSTRAINT summed_property_event_check CHECK (((length(event) >= 1) AND (length(event) <= 200))),
    CONSTRAINT summed_property_property_check CHECK (((length(property) >= 1) AND (length(property) <= 200)))
);

COMMENT ON TABLE usage.summed_property IS 'Which numeric property is summed a day, for events from then on';

COMMENT ON COLUMN usage.summed_property.event IS 'name of the event';

COMMENT ON COLUMN usage.summed_property.property IS 'name of the property';

ALTER TABLE ONLY crm.account
    ADD CONSTRAINT account_key_key UNIQUE (key);

ALTER TABLE ONLY crm.account_order
    ADD CONSTRAINT account_order_key_key UNIQUE (key);

ALTER TABLE ONLY crm.account_order
    ADD CONSTRAINT account_order_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.account_owner
    ADD CONSTRAINT account_owner_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.account_subject
    ADD CONSTRAINT account_subject_pkey PRIMARY KEY (subject_id);

ALTER TABLE ONLY crm.account_tag
    ADD CONSTRAINT account_tag_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.api_key
    ADD CONSTRAINT api_key_hash_key UNIQUE (hash);

ALTER TABLE ONLY crm.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.audit_personal
    ADD CONSTRAINT audit_personal_pkey PRIMARY KEY (audit_id);

ALTER TABLE ONLY crm.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id, happened_at);

ALTER TABLE ONLY crm.calendar_holiday
    ADD CONSTRAINT calendar_holiday_pkey PRIMARY KEY (calendar, day);

ALTER TABLE ONLY crm.calendar_hours
    ADD CONSTRAINT calendar_hours_pkey PRIMARY KEY (calendar, weekday, opens);

ALTER TABLE ONLY crm.calendar
    ADD CONSTRAINT calendar_pkey PRIMARY KEY (key);

ALTER TABLE ONLY crm.contact_address
    ADD CONSTRAINT contact_address_contact_id_channel_value_key UNIQUE (contact_id, channel, value);

ALTER TABLE ONLY crm.contact_address
    ADD CONSTRAINT contact_address_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.contact_consent
    ADD CONSTRAINT contact_consent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.contact
    ADD CONSTRAINT contact_key_key UNIQUE (key);

ALTER TABLE ONLY crm.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.deal
    ADD CONSTRAINT deal_key_key UNIQUE (key);

ALTER TABLE ONLY crm.deal
    ADD CONSTRAINT deal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.deal_stage
    ADD CONSTRAINT deal_stage_pkey PRIMARY KEY (pipeline, key);

ALTER TABLE ONLY crm.deal_state
    ADD CONSTRAINT deal_state_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.erased_address
    ADD CONSTRAINT erased_address_pkey PRIMARY KEY (channel, hash);

ALTER TABLE ONLY crm.erasure
    ADD CONSTRAINT erasure_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.erasure_value
    ADD CONSTRAINT erasure_value_pkey PRIMARY KEY (erasure_id, value);

ALTER TABLE ONLY crm.exchange_rate
    ADD CONSTRAINT exchange_rate_pkey PRIMARY KEY (day, currency, base);

ALTER TABLE ONLY crm.field
    ADD CONSTRAINT field_object_key_key UNIQUE (object, key);

ALTER TABLE ONLY crm.field
    ADD CONSTRAINT field_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.goal
    ADD CONSTRAINT goal_key_key UNIQUE (key);

ALTER TABLE ONLY crm.goal
    ADD CONSTRAINT goal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.goal_review
    ADD CONSTRAINT goal_review_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (api_key_id, key);

ALTER TABLE ONLY crm.import_before
    ADD CONSTRAINT import_before_pkey PRIMARY KEY (import_id, row_id);

ALTER TABLE ONLY crm.import
    ADD CONSTRAINT import_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.import_refusal
    ADD CONSTRAINT import_refusal_pkey PRIMARY KEY (import_id, line);

ALTER TABLE ONLY crm.interaction
    ADD CONSTRAINT interaction_entry_key_key UNIQUE (entry_key);

ALTER TABLE ONLY crm.interaction
    ADD CONSTRAINT interaction_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.invoice
    ADD CONSTRAINT invoice_key_key UNIQUE (key);

ALTER TABLE ONLY crm.invoice
    ADD CONSTRAINT invoice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.loss_reason
    ADD CONSTRAINT loss_reason_pkey PRIMARY KEY (key);

ALTER TABLE ONLY crm.merge
    ADD CONSTRAINT merge_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.order_line
    ADD CONSTRAINT order_line_pkey PRIMARY KEY (order_id, line);

ALTER TABLE ONLY crm.order_refusal
    ADD CONSTRAINT order_refusal_pkey PRIMARY KEY (order_event_id);

ALTER TABLE ONLY crm.product_request
    ADD CONSTRAINT product_request_key_key UNIQUE (key);

ALTER TABLE ONLY crm.product_request
    ADD CONSTRAINT product_request_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.request_vote
    ADD CONSTRAINT request_vote_pkey PRIMARY KEY (request_id, account_id);

ALTER TABLE ONLY crm.segment
    ADD CONSTRAINT segment_key_key UNIQUE (key);

ALTER TABLE ONLY crm.segment_member
    ADD CONSTRAINT segment_member_pkey PRIMARY KEY (segment_id, account_id);

ALTER TABLE ONLY crm.segment
    ADD CONSTRAINT segment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.session_secret
    ADD CONSTRAINT session_secret_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY crm.subscription
    ADD CONSTRAINT subscription_key_key UNIQUE (key);

ALTER TABLE ONLY crm.subscription
    ADD CONSTRAINT subscription_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.subscription_state
    ADD CONSTRAINT subscription_state_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.team_user
    ADD CONSTRAINT team_user_name_key UNIQUE (name);

ALTER TABLE ONLY crm.team_user
    ADD CONSTRAINT team_user_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.ticket
    ADD CONSTRAINT ticket_key_key UNIQUE (key);

ALTER TABLE ONLY crm.ticket
    ADD CONSTRAINT ticket_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.ticket_state
    ADD CONSTRAINT ticket_state_pkey PRIMARY KEY (id);

ALTER TABLE ONLY crm.ticket_target
    ADD CONSTRAINT ticket_target_pkey PRIMARY KEY (priority);

ALTER TABLE ONLY crm.user_secret
    ADD CONSTRAINT user_secret_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY holdfast.compatibility
    ADD CONSTRAINT compatibility_pkey PRIMARY KEY (single);

ALTER TABLE ONLY holdfast.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);

ALTER TABLE ONLY holdfast.partitioning
    ADD CONSTRAINT partitioning_pkey PRIMARY KEY (relation);

ALTER TABLE ONLY notify.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (delivery_id, attempt);

ALTER TABLE ONLY notify.channel
    ADD CONSTRAINT channel_pkey PRIMARY KEY (name);

ALTER TABLE ONLY notify.channel_secret
    ADD CONSTRAINT channel_secret_pkey PRIMARY KEY (channel);

ALTER TABLE ONLY notify.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (id, decided_at);

ALTER TABLE ONLY notify.delivery
    ADD CONSTRAINT delivery_delivery_key_key UNIQUE (delivery_key);

ALTER TABLE ONLY notify.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY notify.endpoint
    ADD CONSTRAINT endpoint_name_key UNIQUE (name);

ALTER TABLE ONLY notify.endpoint
    ADD CONSTRAINT endpoint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY notify.endpoint_secret
    ADD CONSTRAINT endpoint_secret_pkey PRIMARY KEY (id);

ALTER TABLE ONLY notify.refusal
    ADD CONSTRAINT refusal_pkey PRIMARY KEY (contact_id, channel, topic);

ALTER TABLE ONLY notify.suppression
    ADD CONSTRAINT suppression_pkey PRIMARY KEY (channel, address);

ALTER TABLE ONLY plan.enrollment
    ADD CONSTRAINT enrollment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY plan.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (id);

ALTER TABLE ONLY plan.playbook
    ADD CONSTRAINT playbook_key_key UNIQUE (key);

ALTER TABLE ONLY plan.playbook
    ADD CONSTRAINT playbook_pkey PRIMARY KEY (id);

ALTER TABLE ONLY plan.playbook_version
    ADD CONSTRAINT playbook_version_pkey PRIMARY KEY (id);

ALTER TABLE ONLY plan.playbook_version
    ADD CONSTRAINT playbook_version_playbook_id_version_key UNIQUE (playbook_id, version);

ALTER TABLE ONLY plan.step_run
    ADD CONSTRAINT step_run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY plan.task
    ADD CONSTRAINT task_enrollment_id_step_key UNIQUE (enrollment_id, step);

ALTER TABLE ONLY plan.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (id);

ALTER TABLE ONLY queue.blocked
    ADD CONSTRAINT blocked_pkey PRIMARY KEY (queue_id, group_key, turn_at, job_id);

ALTER TABLE ONLY queue.cron
    ADD CONSTRAINT cron_pkey PRIMARY KEY (name);

ALTER TABLE ONLY queue.dead
    ADD CONSTRAINT dead_pkey PRIMARY KEY (job_id);

ALTER TABLE ONLY queue.done
    ADD CONSTRAINT done_pkey PRIMARY KEY (job_id, finished_at);

ALTER TABLE ONLY queue.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id, enqueued_at);

ALTER TABLE ONLY queue.lease
    ADD CONSTRAINT lease_pkey PRIMARY KEY (job_id);

ALTER TABLE queue.queue
    ADD CONSTRAINT queue_name_fits_channel CHECK ((length(name) <= 54)) NOT VALID;

ALTER TABLE ONLY queue.queue
    ADD CONSTRAINT queue_name_key UNIQUE (name);

ALTER TABLE ONLY queue.queue
    ADD CONSTRAINT queue_pkey PRIMARY KEY (id);

ALTER TABLE ONLY queue.rate
    ADD CONSTRAINT rate_pkey PRIMARY KEY (queue_id);

ALTER TABLE ONLY queue.ready
    ADD CONSTRAINT ready_pkey PRIMARY KEY (queue_id, turn_at, job_id);

ALTER TABLE ONLY queue.scheduled
    ADD CONSTRAINT scheduled_pkey PRIMARY KEY (job_id);

ALTER TABLE ONLY queue.subscription
    ADD CONSTRAINT subscription_pkey PRIMARY KEY (topic, queue_id);

ALTER TABLE ONLY queue.unique_key
    ADD CONSTRAINT unique_key_pkey PRIMARY KEY (queue_id, key);

ALTER TABLE ONLY queue.worker
    ADD CONSTRAINT worker_pkey PRIMARY KEY (id);

ALTER TABLE ONLY risk.alert
    ADD CONSTRAINT alert_pkey PRIMARY KEY (account_id, raised_at);

ALTER TABLE ONLY risk.band_override
    ADD CONSTRAINT band_override_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY risk.daily_pass
    ADD CONSTRAINT daily_pass_pkey PRIMARY KEY (pass);

ALTER TABLE ONLY risk.drift
    ADD CONSTRAINT drift_pkey PRIMARY KEY (day, signal);

ALTER TABLE ONLY risk.evaluation
    ADD CONSTRAINT evaluation_pkey PRIMARY KEY (model_id, horizon_days, customers, kind, as_of);

ALTER TABLE ONLY risk.loss
    ADD CONSTRAINT loss_pkey PRIMARY KEY (account_id, lost_at);

ALTER TABLE ONLY risk.model
    ADD CONSTRAINT model_name_key UNIQUE (name);

ALTER TABLE ONLY risk.model
    ADD CONSTRAINT model_pkey PRIMARY KEY (id);

ALTER TABLE ONLY risk.purchase_model
    ADD CONSTRAINT purchase_model_pkey PRIMARY KEY (currency, as_of);

ALTER TABLE ONLY risk.purchase
    ADD CONSTRAINT purchase_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY risk.reliability
    ADD CONSTRAINT reliability_pkey PRIMARY KEY (model_id, horizon_days, customers, kind, as_of, bin);

ALTER TABLE ONLY risk.rfm_cell
    ADD CONSTRAINT rfm_cell_pkey PRIMARY KEY (recency, frequency, money);

ALTER TABLE ONLY risk.rfm_cutoff
    ADD CONSTRAINT rfm_cutoff_pkey PRIMARY KEY (month, currency);

ALTER TABLE ONLY risk.rfm
    ADD CONSTRAINT rfm_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY risk.score_history
    ADD CONSTRAINT score_history_pkey PRIMARY KEY (account_id, horizon_days, scored_at);

ALTER TABLE ONLY risk.score
    ADD CONSTRAINT score_pkey PRIMARY KEY (account_id, horizon_days);

ALTER TABLE ONLY risk.score_reason
    ADD CONSTRAINT score_reason_pkey PRIMARY KEY (account_id, horizon_days, rank);

ALTER TABLE ONLY risk.signal_kind
    ADD CONSTRAINT signal_kind_pkey PRIMARY KEY (signal);

ALTER TABLE ONLY risk.signal
    ADD CONSTRAINT signal_pkey PRIMARY KEY (account_id, signal);

ALTER TABLE ONLY risk.signal_spread
    ADD CONSTRAINT signal_spread_pkey PRIMARY KEY (model_id, signal);

ALTER TABLE ONLY risk.signal_threshold
    ADD CONSTRAINT signal_threshold_pkey PRIMARY KEY (signal, segment);

ALTER TABLE ONLY risk.touched
    ADD CONSTRAINT touched_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY risk.verdict
    ADD CONSTRAINT verdict_pkey PRIMARY KEY (id);

ALTER TABLE ONLY usage.activity
    ADD CONSTRAINT activity_pkey PRIMARY KEY (subject_id);

ALTER TABLE ONLY usage.daily_folded
    ADD CONSTRAINT daily_pkey PRIMARY KEY (subject_id, day, event, known_on);

ALTER TABLE ONLY usage.event_history
    ADD CONSTRAINT event_history_pkey PRIMARY KEY (subject_id, event);

ALTER TABLE ONLY usage.identification
    ADD CONSTRAINT identification_pkey PRIMARY KEY (id);

ALTER TABLE ONLY usage.identification
    ADD CONSTRAINT identification_subject_id_kind_message_id_key UNIQUE (subject_id, kind, message_id);

ALTER TABLE ONLY usage.import
    ADD CONSTRAINT import_pkey PRIMARY KEY (id);

ALTER TABLE ONLY usage.mark
    ADD CONSTRAINT mark_pkey PRIMARY KEY (id);

ALTER TABLE ONLY usage.order_event
    ADD CONSTRAINT order_event_pkey PRIMARY KEY (id, received_at);

ALTER TABLE ONLY usage.passive_event
    ADD CONSTRAINT passive_event_pkey PRIMARY KEY (event);

ALTER TABLE ONLY usage.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (id, received_at);

ALTER TABLE ONLY usage.reception
    ADD CONSTRAINT reception_pkey PRIMARY KEY (api_key_id, minute, format);

ALTER TABLE ONLY usage.subject
    ADD CONSTRAINT subject_kind_key_key UNIQUE (kind, key);

ALTER TABLE ONLY usage.subject
    ADD CONSTRAINT subject_pkey PRIMARY KEY (id);

ALTER TABLE ONLY usage.summed_property
    ADD CONSTRAINT summed_property_pkey PRIMARY KEY (event);

CREATE INDEX account_merged_into_idx ON crm.account USING btree (merged_into) WHERE (merged_into IS NOT NULL);

CREATE INDEX account_name_key_idx ON crm.account USING btree (name COLLATE "uk-x-icu", key) WHERE (merged_into IS NULL);

CREATE INDEX account_order_account_id_occurred_at_idx ON crm.account_order USING btree (account_id, occurred_at);

CREATE INDEX account_owner_account_id_occurred_at_id_idx ON crm.account_owner USING btree (account_id, occurred_at DESC, id DESC);

CREATE INDEX account_owner_user_id_idx ON crm.account_owner USING btree (user_id);

CREATE INDEX account_root_id_idx ON crm.account USING btree (root_id);

CREATE INDEX account_subject_account_id_idx ON crm.account_subject USING btree (account_id);

CREATE INDEX account_subject_identified_as_idx ON crm.account_subject USING btree (identified_as) WHERE (identified_as IS NOT NULL);

CREATE INDEX account_survivor_id_idx ON crm.account USING btree (survivor_id) WHERE (survivor_id IS NOT NULL);

CREATE INDEX account_tag_account_id_tag_occurred_at_id_idx ON crm.account_tag USING btree (account_id, tag, occurred_at DESC, id DESC);

CREATE INDEX account_tag_tag_account_id_idx ON crm.account_tag USING btree (tag, account_id);

CREATE INDEX audit_personal_account_id_idx ON crm.audit_personal USING btree (account_id);

CREATE INDEX audit_personal_contact_id_idx ON crm.audit_personal USING btree (contact_id);

CREATE INDEX contact_account_id_idx ON crm.contact USING btree (account_id);

CREATE INDEX contact_address_channel_lower_idx ON crm.contact_address USING btree (channel, lower(value));

CREATE INDEX contact_consent_contact_id_channel_topic_occurred_at_id_idx ON crm.contact_consent USING btree (contact_id, channel, topic, occurred_at DESC, id DESC);

CREATE INDEX deal_account_id_idx ON crm.deal USING btree (account_id);

CREATE INDEX deal_contact_id_idx ON crm.deal USING btree (contact_id);

CREATE INDEX deal_owner_id_idx ON crm.deal USING btree (owner_id);

CREATE INDEX deal_state_deal_id_occurred_at_id_idx ON crm.deal_state USING btree (deal_id, occurred_at DESC, id DESC);

CREATE INDEX erasure_account_id_idx ON crm.erasure USING btree (account_id);

CREATE INDEX goal_account_id_idx ON crm.goal USING btree (account_id);

CREATE INDEX goal_review_by_user_id_idx ON crm.goal_review USING btree (by_user_id);

CREATE INDEX goal_review_goal_id_occurred_at_idx ON crm.goal_review USING btree (goal_id, occurred_at DESC);

CREATE INDEX idempotency_created_at_idx ON crm.idempotency USING btree (created_at);

CREATE INDEX import_before_row_id_idx ON crm.import_before USING btree (row_id);

CREATE INDEX interaction_account_id_idx ON crm.interaction USING btree (account_id) WHERE (pinned_at IS NOT NULL);

CREATE INDEX interaction_account_id_occurred_at_idx ON crm.interaction USING btree (account_id, occurred_at DESC);

CREATE INDEX invoice_account_id_due_on_idx ON crm.invoice USING btree (account_id, due_on);

CREATE UNIQUE INDEX merge_account_id_idx ON crm.merge USING btree (account_id) WHERE (undone_at IS NULL);

CREATE INDEX merge_into_id_idx ON crm.merge USING btree (into_id);

CREATE INDEX order_refusal_account_id_idx ON crm.order_refusal USING btree (account_id);

CREATE INDEX order_refusal_noted_at_idx ON crm.order_refusal USING btree (noted_at);

CREATE INDEX order_refusal_order_key_idx ON crm.order_refusal USING btree (order_key);

CREATE INDEX request_vote_account_id_idx ON crm.request_vote USING btree (account_id);

CREATE INDEX request_vote_contact_id_idx ON crm.request_vote USING btree (contact_id);

CREATE INDEX segment_member_account_id_idx ON crm.segment_member USING btree (account_id);

CREATE INDEX subscription_account_id_idx ON crm.subscription USING btree (account_id);

CREATE INDEX subscription_state_subscription_id_occurred_at_id_idx ON crm.subscription_state USING btree (subscription_id, occurred_at DESC, id DESC);

CREATE INDEX ticket_account_id_occurred_at_idx ON crm.ticket USING btree (account_id, occurred_at);

CREATE INDEX ticket_contact_id_idx ON crm.ticket USING btree (contact_id);

CREATE INDEX ticket_state_ticket_id_occurred_at_id_idx ON crm.ticket_state USING btree (ticket_id, occurred_at DESC, id DESC);

CREATE INDEX decision_message_id_idx ON ONLY notify.decision USING btree (message_id);

CREATE INDEX delivery_account_id_created_at_idx ON notify.delivery USING btree (account_id, created_at DESC);

CREATE INDEX delivery_endpoint_id_created_at_idx ON notify.delivery USING btree (endpoint_id, created_at DESC);

CREATE INDEX delivery_message_id_idx ON notify.delivery USING btree (message_id);

CREATE INDEX delivery_next_attempt_at_idx ON notify.delivery USING btree (next_attempt_at) WHERE (state = 'pending'::text);

CREATE INDEX endpoint_secret_endpoint_id_idx ON notify.endpoint_secret USING btree (endpoint_id);

CREATE INDEX enrollment_account_id_idx ON plan.enrollment USING btree (account_id);

CREATE UNIQUE INDEX enrollment_playbook_id_account_id_idx ON plan.enrollment USING btree (playbook_id, account_id) WHERE (state <> 'ended'::text);

CREATE INDEX enrollment_playbook_id_id_idx ON plan.enrollment USING btree (playbook_id, id);

CREATE INDEX enrollment_wake_at_idx ON plan.enrollment USING btree (wake_at) WHERE (state = 'active'::text);

CREATE INDEX message_account_id_idx ON plan.message USING btree (account_id);

CREATE UNIQUE INDEX message_enrollment_id_step_contact_id_user_id_idx ON plan.message USING btree (enrollment_id, step, contact_id, user_id) NULLS NOT DISTINCT WHERE (enrollment_id IS NOT NULL);

CREATE INDEX step_run_enrollment_id_idx ON plan.step_run USING btree (enrollment_id);

CREATE INDEX task_account_id_idx ON plan.task USING btree (account_id);

CREATE INDEX task_owner_user_id_due_at_idx ON plan.task USING btree (owner_user_id, due_at) WHERE (state = 'open'::text);

CREATE INDEX dead_finished_at_idx ON queue.dead USING btree (finished_at);

CREATE INDEX done_finished_at_idx ON ONLY queue.done USING brin (finished_at) WITH (pages_per_range='16', autosummarize='on');

CREATE INDEX scheduled_queue_id_group_key_idx ON queue.scheduled USING btree (queue_id, group_key) WHERE ((attempt > 0) AND (group_key IS NOT NULL));

CREATE INDEX scheduled_run_at_idx ON queue.scheduled USING btree (run_at);

CREATE INDEX unique_key_job_id_idx ON queue.unique_key USING btree (job_id);

CREATE INDEX alert_owner_id_raised_at_idx ON risk.alert USING btree (owner_id, raised_at) WHERE is_sent;

CREATE INDEX loss_lost_at_idx ON risk.loss USING btree (lost_at);

CREATE INDEX rfm_recency_frequency_money_idx ON risk.rfm USING btree (recency, frequency, money);

CREATE INDEX score_horizon_days_probability_idx ON risk.score USING btree (horizon_days, probability DESC);

CREATE INDEX touched_scored_at_idx ON risk.touched USING btree (scored_at) WHERE is_waiting;

CREATE INDEX verdict_account_id_said_at_idx ON risk.verdict USING btree (account_id, said_at);

CREATE INDEX daily_folded_open ON ONLY usage.daily_folded USING btree (subject_id) WHERE open;

CREATE INDEX event_history_event_idx ON usage.event_history USING btree (event);

CREATE UNIQUE INDEX event_identity ON ONLY usage.event USING btree (subject_id, sent_on, message_id COLLATE "C");

CREATE INDEX event_of_other_day ON ONLY usage.event USING btree (subject_id, (((occurred_at AT TIME ZONE 'UTC'::text))::date)) WHERE (sent_on <> ((occurred_at AT TIME ZONE 'UTC'::text))::date);

CREATE INDEX event_received_at_idx ON ONLY usage.event USING brin (received_at) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX identification_received_at_idx ON usage.identification USING btree (received_at);

CREATE INDEX import_file_idx ON usage.import USING btree (file) WHERE (finished_at IS NULL);

CREATE INDEX order_event_subject_id_idx ON ONLY usage.order_event USING btree (subject_id);

CREATE INDEX quarantine_received_at_idx ON ONLY usage.quarantine USING brin (received_at) WITH (pages_per_range='32', autosummarize='on');

CREATE TRIGGER follow_merge AFTER UPDATE OF merged_into ON crm.account FOR EACH ROW WHEN ((old.merged_into IS DISTINCT FROM new.merged_into)) EXECUTE FUNCTION crm.follow_merge();

CREATE TRIGGER follow_merge_of_new AFTER INSERT ON crm.account FOR EACH ROW WHEN ((new.merged_into IS NOT NULL)) EXECUTE FUNCTION crm.follow_merge();

CREATE TRIGGER note_edit BEFORE UPDATE ON crm.account FOR EACH ROW WHEN (((old.import_id IS NOT NULL) AND ((old.import_id)::text IS DISTINCT FROM current_setting('holdfast.import_id'::text, true)) AND (NOT ((old.merged_into IS DISTINCT FROM new.merged_into) OR (old.survivor_id IS DISTINCT FROM new.survivor_id))))) EXECUTE FUNCTION crm.note_edit();

CREATE TRIGGER note_edit BEFORE UPDATE ON crm.account_order FOR EACH ROW WHEN (((old.import_id IS NOT NULL) AND ((old.import_id)::text IS DISTINCT FROM current_setting('holdfast.import_id'::text, true)))) EXECUTE FUNCTION crm.note_edit();

CREATE TRIGGER note_edit BEFORE UPDATE ON crm.contact FOR EACH ROW WHEN (((old.import_id IS NOT NULL) AND ((old.import_id)::text IS DISTINCT FROM current_setting('holdfast.import_id'::text, true)))) EXECUTE FUNCTION crm.note_edit();

CREATE TRIGGER note_edit BEFORE UPDATE ON crm.deal FOR EACH ROW WHEN (((old.import_id IS NOT NULL) AND ((old.import_id)::text IS DISTINCT FROM current_setting('holdfast.import_id'::text, true)))) EXECUTE FUNCTION crm.note_edit();

CREATE TRIGGER note_edit BEFORE UPDATE ON crm.interaction FOR EACH ROW WHEN (((old.import_id IS NOT NULL) AND ((old.import_id)::text IS DISTINCT FROM current_setting('holdfast.import_id'::text, true)))) EXECUTE FUNCTION crm.note_edit();

CREATE TRIGGER note_edit BEFORE UPDATE ON crm.invoice FOR EACH ROW WHEN (((old.import_id IS NOT NULL) AND ((old.import_id)::text IS DISTINCT FROM current_setting('holdfast.import_id'::text, true)))) EXECUTE FUNCTION crm.note_edit();

CREATE TRIGGER note_edit BEFORE UPDATE ON crm.subscription FOR EACH ROW WHEN (((old.import_id IS NOT NULL) AND ((old.import_id)::text IS DISTINCT FROM current_setting('holdfast.import_id'::text, true)))) EXECUTE FUNCTION crm.note_edit();

CREATE TRIGGER note_edit BEFORE UPDATE ON crm.ticket FOR EACH ROW WHEN (((old.import_id IS NOT NULL) AND ((old.import_id)::text IS DISTINCT FROM current_setting('holdfast.import_id'::text, true)))) EXECUTE FUNCTION crm.note_edit();

CREATE TRIGGER passive_added AFTER INSERT ON usage.passive_event REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION holdfast.passive_changed();

CREATE TRIGGER passive_removed AFTER DELETE ON usage.passive_event REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION holdfast.passive_changed();

ALTER TABLE ONLY crm.account
    ADD CONSTRAINT account_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.account_order
    ADD CONSTRAINT account_order_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.account_owner
    ADD CONSTRAINT account_owner_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.account_owner
    ADD CONSTRAINT account_owner_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm.team_user(id);

ALTER TABLE ONLY crm.account_subject
    ADD CONSTRAINT account_subject_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.account_tag
    ADD CONSTRAINT account_tag_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.calendar_holiday
    ADD CONSTRAINT calendar_holiday_calendar_fkey FOREIGN KEY (calendar) REFERENCES crm.calendar(key) ON DELETE CASCADE;

ALTER TABLE ONLY crm.calendar_hours
    ADD CONSTRAINT calendar_hours_calendar_fkey FOREIGN KEY (calendar) REFERENCES crm.calendar(key) ON DELETE CASCADE;

ALTER TABLE ONLY crm.contact
    ADD CONSTRAINT contact_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.contact_address
    ADD CONSTRAINT contact_address_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES crm.contact(id) ON DELETE CASCADE;

ALTER TABLE ONLY crm.contact_consent
    ADD CONSTRAINT contact_consent_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES crm.contact(id) ON DELETE CASCADE;

ALTER TABLE ONLY crm.deal
    ADD CONSTRAINT deal_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.deal
    ADD CONSTRAINT deal_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES crm.contact(id);

ALTER TABLE ONLY crm.deal
    ADD CONSTRAINT deal_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES crm.team_user(id);

ALTER TABLE ONLY crm.deal_state
    ADD CONSTRAINT deal_state_deal_id_fkey FOREIGN KEY (deal_id) REFERENCES crm.deal(id);

ALTER TABLE ONLY crm.erasure_value
    ADD CONSTRAINT erasure_value_erasure_id_fkey FOREIGN KEY (erasure_id) REFERENCES crm.erasure(id) ON DELETE CASCADE;

ALTER TABLE ONLY crm.goal
    ADD CONSTRAINT goal_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.goal_review
    ADD CONSTRAINT goal_review_by_user_id_fkey FOREIGN KEY (by_user_id) REFERENCES crm.team_user(id);

ALTER TABLE ONLY crm.goal_review
    ADD CONSTRAINT goal_review_goal_id_fkey FOREIGN KEY (goal_id) REFERENCES crm.goal(id) ON DELETE CASCADE;

ALTER TABLE ONLY crm.import_before
    ADD CONSTRAINT import_before_import_id_fkey FOREIGN KEY (import_id) REFERENCES crm.import(id) ON DELETE CASCADE;

ALTER TABLE ONLY crm.import_refusal
    ADD CONSTRAINT import_refusal_import_id_fkey FOREIGN KEY (import_id) REFERENCES crm.import(id) ON DELETE CASCADE;

ALTER TABLE ONLY crm.interaction
    ADD CONSTRAINT interaction_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.interaction
    ADD CONSTRAINT interaction_by_user_id_fkey FOREIGN KEY (by_user_id) REFERENCES crm.team_user(id);

ALTER TABLE ONLY crm.interaction
    ADD CONSTRAINT interaction_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES crm.contact(id);

ALTER TABLE ONLY crm.invoice
    ADD CONSTRAINT invoice_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.merge
    ADD CONSTRAINT merge_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.merge
    ADD CONSTRAINT merge_into_id_fkey FOREIGN KEY (into_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.order_line
    ADD CONSTRAINT order_line_order_id_fkey FOREIGN KEY (order_id) REFERENCES crm.account_order(id) ON DELETE CASCADE;

ALTER TABLE ONLY crm.order_refusal
    ADD CONSTRAINT order_refusal_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.request_vote
    ADD CONSTRAINT request_vote_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.request_vote
    ADD CONSTRAINT request_vote_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES crm.contact(id);

ALTER TABLE ONLY crm.request_vote
    ADD CONSTRAINT request_vote_request_id_fkey FOREIGN KEY (request_id) REFERENCES crm.product_request(id) ON DELETE CASCADE;

ALTER TABLE ONLY crm.segment_member
    ADD CONSTRAINT segment_member_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.segment_member
    ADD CONSTRAINT segment_member_segment_id_fkey FOREIGN KEY (segment_id) REFERENCES crm.segment(id) ON DELETE CASCADE;

ALTER TABLE ONLY crm.session_secret
    ADD CONSTRAINT session_secret_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm.team_user(id) ON DELETE CASCADE;

ALTER TABLE ONLY crm.subscription
    ADD CONSTRAINT subscription_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.subscription_state
    ADD CONSTRAINT subscription_state_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES crm.subscription(id);

ALTER TABLE ONLY crm.ticket
    ADD CONSTRAINT ticket_account_id_fkey FOREIGN KEY (account_id) REFERENCES crm.account(id);

ALTER TABLE ONLY crm.ticket
    ADD CONSTRAINT ticket_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES crm.contact(id);

ALTER TABLE ONLY crm.ticket_state
    ADD CONSTRAINT ticket_state_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES crm.ticket(id);

ALTER TABLE ONLY crm.ticket_target
    ADD CONSTRAINT ticket_target_calendar_fkey FOREIGN KEY (calendar) REFERENCES crm.calendar(key);

ALTER TABLE ONLY crm.user_secret
    ADD CONSTRAINT user_secret_user_id_fkey FOREIGN KEY (user_id) REFERENCES crm.team_user(id) ON DELETE CASCADE;

ALTER TABLE ONLY notify.attempt
    ADD CONSTRAINT attempt_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES notify.delivery(id) ON DELETE CASCADE;

ALTER TABLE ONLY notify.channel_secret
    ADD CONSTRAINT channel_secret_channel_fkey FOREIGN KEY (channel) REFERENCES notify.channel(name) ON DELETE CASCADE;

ALTER TABLE ONLY notify.delivery
    ADD CONSTRAINT delivery_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES notify.endpoint(id) ON DELETE SET NULL;

ALTER TABLE ONLY notify.endpoint_secret
    ADD CONSTRAINT endpoint_secret_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES notify.endpoint(id) ON DELETE CASCADE;

ALTER TABLE ONLY plan.enrollment
    ADD CONSTRAINT enrollment_playbook_id_fkey FOREIGN KEY (playbook_id) REFERENCES plan.playbook(id);

ALTER TABLE ONLY plan.enrollment
    ADD CONSTRAINT enrollment_version_id_fkey FOREIGN KEY (version_id) REFERENCES plan.playbook_version(id);

ALTER TABLE ONLY plan.message
    ADD CONSTRAINT message_enrollment_id_fkey FOREIGN KEY (enrollment_id) REFERENCES plan.enrollment(id);

ALTER TABLE ONLY plan.playbook_version
    ADD CONSTRAINT playbook_version_playbook_id_fkey FOREIGN KEY (playbook_id) REFERENCES plan.playbook(id);

ALTER TABLE ONLY plan.step_run
    ADD CONSTRAINT step_run_enrollment_id_fkey FOREIGN KEY (enrollment_id) REFERENCES plan.enrollment(id);

ALTER TABLE ONLY plan.task
    ADD CONSTRAINT task_enrollment_id_fkey FOREIGN KEY (enrollment_id) REFERENCES plan.enrollment(id);

ALTER TABLE ONLY queue.cron
    ADD CONSTRAINT cron_queue_id_fkey FOREIGN KEY (queue_id) REFERENCES queue.queue(id);

ALTER TABLE ONLY queue.subscription
    ADD CONSTRAINT subscription_queue_id_fkey FOREIGN KEY (queue_id) REFERENCES queue.queue(id);

ALTER TABLE ONLY risk.evaluation
    ADD CONSTRAINT evaluation_model_id_fkey FOREIGN KEY (model_id) REFERENCES risk.model(id);

ALTER TABLE ONLY risk.reliability
    ADD CONSTRAINT reliability_model_id_horizon_days_customers_kind_as_of_fkey FOREIGN KEY (model_id, horizon_days, customers, kind, as_of) REFERENCES risk.evaluation(model_id, horizon_days, customers, kind, as_of) ON DELETE CASCADE;

ALTER TABLE ONLY risk.rfm
    ADD CONSTRAINT rfm_recency_frequency_money_fkey FOREIGN KEY (recency, frequency, money) REFERENCES risk.rfm_cell(recency, frequency, money);

ALTER TABLE ONLY risk.score
    ADD CONSTRAINT score_model_id_fkey FOREIGN KEY (model_id) REFERENCES risk.model(id);

ALTER TABLE ONLY risk.score_reason
    ADD CONSTRAINT score_reason_account_id_horizon_days_fkey FOREIGN KEY (account_id, horizon_days) REFERENCES risk.score(account_id, horizon_days) ON DELETE CASCADE;

ALTER TABLE ONLY risk.signal_spread
    ADD CONSTRAINT signal_spread_model_id_fkey FOREIGN KEY (model_id) REFERENCES risk.model(id);
