import Postgres

extension DuplicatePair {
    /// A value that more accounts than this share tells nothing of two of them: a switchboard, a bureau that keeps many
    /// companies' books, a name like Test.
    private static let mostSharing: Int32 = 20

    /// Shorter names are one letter apart by chance.
    private static let longName: Int32 = 8

    /// Whose domain says nothing of who writes.
    private static let freeMail = [
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "icloud.com",
        "me.com", "aol.com", "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "ukr.net", "i.ua", "meta.ua",
        "bigmir.net", "email.ua", "online.ua", "mail.ru", "yandex.ru", "ya.ru", "wp.pl", "o2.pl", "seznam.cz",
        "mail.com",
        "zoho.com",
    ]

    /// Common table expressions that end in `living` (the accounts) and `scored` (pairs with score and reasons).
    ///
    /// Accounts meet only where they have a value in common, never each with each. A pair needs a name in common, whole or
    /// but for one letter; a mail address, a telephone or a domain makes it sure, and another domain or country doubtful. Of other
    /// names it needs a telephone and a mail address or domain in common: one of them alone is a bureau's or a family's.
    static var evidence: SQL {
        """
        living as materialized (
            select a.id, a.key, a.name, a.kind = 'person' as is_person, a.country, lower(a.domain) as domain,
                n.words, replace(n.words, ' ', '') as plain,
                (select string_agg(w, '' order by w collate "C") from unnest(string_to_array(n.words, ' ')) as w) as sorted,
                regexp_replace(n.words, '[^0-9]', '', 'g') as digits
            from crm.account a cross join lateral (select crm.plain_name(a.name) as words offset 0) n
            where a.merged_into is null and a.erased_at is null
        ), reached as materialized (
            select distinct r.root_id as id, d.channel, crm.plain_address(d.channel, d.value) as value
            from crm.contact_address d join crm.contact c on c.id = d.contact_id
            join crm.account_root r on r.account_id = c.account_id
            where d.channel in ('mail', 'phone', 'sms', 'viber', 'whatsapp', 'signal')
        ), value as materialized (
            select id, 'name' as kind, sorted as value from living where length(sorted) >= 3
            union select id, case channel when 'mail' then 'mail' else 'phone' end, value from reached
            union select id, 'domain', domain from living where domain is not null and domain <> all(\(freeMail))
            union select r.id, 'domain', split_part(r.value, '@', 2) from reached r join living l on l.id = r.id
                where r.channel = 'mail' and not l.is_person and split_part(r.value, '@', 2) <> all(\(freeMail))
        ), shared as materialized (
            select kind, value from value group by kind, value having count(*) between 2 and \(mostSharing)
        ), met as materialized (
            select one.id as one_id, other.id as other_id, bool_or(s.kind = 'name') as name, bool_or(s.kind = 'mail') as mail,
                bool_or(s.kind = 'phone') as phone, bool_or(s.kind = 'domain') as domain
            from shared s join value one using (kind, value) join value other using (kind, value)
            where one.id < other.id group by 1, 2
        ), judged as materialized (
            select m.*, one.is_person and other.is_person as are_people,
                not m.name and least(length(one.plain), length(other.plain)) >= \(longName) and one.digits = other.digits
                    and (crm.is_one_slip(one.plain, other.plain) or crm.is_one_slip(one.sorted, other.sorted)) as slip,
                not m.domain and exists (select from value v where v.id = m.one_id and v.kind = 'domain')
                    and exists (select from value v where v.id = m.other_id and v.kind = 'domain') as other_domain,
                coalesce(one.country <> other.country, false) as other_country
            from met m join living one on one.id = m.one_id join living other on other.id = m.other_id
        ), scored as (
            select one_id, other_id,
                case when are_people then 0.55 * name::int + 0.35 * slip::int + 0.4 * mail::int + 0.35 * phone::int
                    else 0.7 * name::int + 0.4 * slip::int + 0.35 * domain::int + 0.35 * mail::int + 0.35 * phone::int
                        - 0.3 * other_domain::int end - 0.3 * other_country::int as score,
                array_remove(array[
                    case when name then 'same name' end, case when slip then 'one letter differs' end,
                    case when mail then 'same mail address' end, case when phone then 'same telephone' end,
                    case when domain then 'same domain' end, case when other_domain then 'different domains' end,
                    case when other_country then 'different countries' end], null) as why
            from judged where name or slip or phone and (mail or domain)
        )
        """
    }
}
