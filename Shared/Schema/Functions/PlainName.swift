extension SchemaObject {
    /// Names as they sound, so that one company written twice is found. What it costs: 10,000 names in half a second.
    ///
    /// Cyrillic and Latin letters meet in the middle: each letter, or group of letters, that the other script writes in
    /// several ways becomes one (г, ґ, h and g; и, і, ї, й, y and j; c and k), and double letters become single ones.
    static let plainName = SchemaObject(
        sql: #"""
            create or replace function crm.plain_name(name text) returns text
            language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
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
            comment on function crm.plain_name is
                'A name as it sounds in either script, without its legal form: words with blanks between them';

            create or replace function crm.is_one_slip(one text, other text) returns boolean
            language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
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
            comment on function crm.is_one_slip is
                'Whether the texts are equal but for one letter: another, one more, one less, or two that changed places';
            """#)
}
