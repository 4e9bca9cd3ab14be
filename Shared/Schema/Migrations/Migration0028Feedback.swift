extension Migration {
    /// What people say to a score: that it was right, or what the band is to be; and of whom they were told.
    static let feedback = Migration(
        number: 28, name: "feedback",
        sql: #"""
            create table risk.alert (
                account_id bigint not null,
                raised_at timestamptz not null,
                owner_id bigint,
                signal text,
                probability double precision not null,
                is_sent boolean not null,
                primary key (account_id, raised_at)
            );
            create index on risk.alert (owner_id, raised_at) where is_sent;
            call holdfast.describe('risk.alert', 'Accounts that came into the high band; as many are sent a week and owner as there is time for', $$
                account_id: the account, in crm.account [id]
                raised_at: when it came into the band
                owner_id: who looked after it then, in crm.team_user; null is nobody [id]
                signal: the signal that contributed most
                probability: that it is lost within 90 days [probability]
                is_sent: false where the owner had as many that week as HOLDFAST_RISK_ALERTS_A_WEEK allows, or one of this account lately
            $$);

            create table risk.verdict (
                id bigint generated always as identity primary key,
                account_id bigint not null,
                verdict text not null check (verdict in ('right', 'false_alarm', 'known')),
                signal text,
                probability double precision,
                said_by text not null check (length(said_by) between 1 and 200),
                words text check (length(words) <= 2000),
                said_at timestamptz not null default now()
            );
            create index on risk.verdict (account_id, said_at);
            call holdfast.describe('risk.verdict', 'What people said to the first reason of an account''s score', $$
                id: identity [id]
                account_id: the account, in crm.account [id]
                verdict: right, false_alarm, or known where it was true and no news
                signal: the signal that contributed most then
                probability: that it is lost within 90 days, as it was said then [probability]
                said_by: who said it
                words: what was said
                said_at: when
            $$);

            create table risk.band_override (
                account_id bigint primary key,
                band text not null check (band in ('low', 'medium', 'high')),
                why text not null check (length(why) between 1 and 2000),
                said_by text not null check (length(said_by) between 1 and 200),
                until timestamptz not null,
                said_at timestamptz not null default now()
            );
            call holdfast.describe('risk.band_override', 'Bands that were set by hand, for a while; the probability stays what it is', $$
                account_id: the account, in crm.account [id]
                band: low, medium or high
                why: what the scorer does not know
                said_by: who said it
                until: from then on the score counts again
                said_at: when it was said
            $$);
            """#)
}
