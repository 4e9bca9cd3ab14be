extension Migration {
    static let risk = Migration(
        number: 5, name: "risk",
        sql: #"""
            create table risk.signal_kind (
                signal text primary key check (signal ~ '^[a-z][a-z0-9_]{0,62}$'),
                title text not null,
                about text not null,
                event boolean not null,
                external boolean not null default false
            );
            call holdfast.describe('risk.signal_kind', 'The signals that risk-scorer measures', $$
                signal: name of the signal
                title: a few words for people
                about: what it measures and how
                event: true where one event alone switches it on
                external: true where a plugin outside the program measures it
            $$);

            create table risk.model (
                id bigint generated always as identity primary key,
                name text not null unique,
                parameters jsonb not null,
                created_at timestamptz not null default now(),
                retired_at timestamptz
            );
            call holdfast.describe('risk.model', 'How signals become probabilities', $$
                id: identity [id]
                name: name and version
                parameters: intercept and weight of each signal, by horizon
                created_at: when it came into use
                retired_at: when it went out of use
            $$);

            create table risk.signal (
                account_id bigint not null,
                signal text not null,
                value double precision check (value between 0 and 1),
                status text not null check (status in
                    ('ok', 'insufficient_history', 'no_data', 'not_applicable', 'stale_source')),
                evidence jsonb not null default '{}',
                measured_at timestamptz not null default now(),
                primary key (account_id, signal),
                check ((status = 'ok') = (value is not null))
            );
            call holdfast.describe('risk.signal', 'Each account''s signals as last measured', $$
                account_id: the account, in crm.account [id]
                signal: name of the signal, in risk.signal_kind
                value: how worrying it is, 0 to 1; null unless status is ok [share]
                status: ok, insufficient_history, no_data, not_applicable or stale_source
                evidence: window, observed, baseline, unit, last event
                measured_at: when this value was first measured
            $$);

            create table risk.score (
                account_id bigint not null,
                horizon_days smallint not null check (horizon_days in (30, 90)),
                probability double precision not null check (probability between 0 and 1),
                logit double precision not null,
                intercept double precision not null,
                band text not null check (band in ('low', 'medium', 'high')),
                first_signal text,
                model_id bigint not null references risk.model,
                scored_at timestamptz not null default now(),
                primary key (account_id, horizon_days)
            );
            create index on risk.score (horizon_days, probability desc);
            call holdfast.describe('risk.score', 'Each account''s risk as last scored', $$
                account_id: the account, in crm.account [id]
                horizon_days: within how many days [days]
                probability: that the account is lost within the horizon [probability]
                logit: log odds of probability; intercept plus the contributions [log odds]
                intercept: log odds without any signal [log odds]
                band: low, medium or high
                first_signal: the signal that contributes most
                model_id: the model, in risk.model [id]
                scored_at: when this score was first reached
            $$);

            create table risk.score_reason (
                account_id bigint not null,
                horizon_days smallint not null,
                rank smallint not null,
                signal text not null,
                contribution double precision not null,
                words text not null,
                evidence jsonb not null default '{}',
                primary key (account_id, horizon_days, rank),
                foreign key (account_id, horizon_days) references risk.score on delete cascade
            );
            call holdfast.describe('risk.score_reason', 'What each score is made of, the largest part first', $$
                account_id: the account, in crm.account [id]
                horizon_days: the score's horizon [days]
                rank: 1 is the largest contribution [rank]
                signal: the signal
                contribution: what it adds to the logit [log odds]
                words: the reason in words
                evidence: what the words rest on
            $$);

            create table risk.score_history (
                account_id bigint not null,
                horizon_days smallint not null,
                scored_at timestamptz not null,
                probability double precision not null,
                band text not null,
                first_signal text,
                model_id bigint not null,
                signals jsonb not null,
                primary key (account_id, horizon_days, scored_at)
            ) partition by range (scored_at);
            call holdfast.describe('risk.score_history', 'Every score that was reached; valid until the next', $$
                account_id: the account, in crm.account [id]
                horizon_days: the score's horizon [days]
                scored_at: when it was reached
                probability: that the account is lost within the horizon [probability]
                band: low, medium or high
                first_signal: the signal that contributed most
                model_id: the model, in risk.model [id]
                signals: value and contribution of each signal
            $$);

            create table risk.touched (
                account_id bigint primary key,
                scored_at timestamptz not null,
                is_waiting boolean not null default false
            ) with (fillfactor = 50);
            create index on risk.touched (scored_at) where is_waiting;
            call holdfast.describe('risk.touched', 'Accounts that something happened to lately; kept for minutes', $$
                account_id: the account, in crm.account [id]
                scored_at: when it was last scored for that
                is_waiting: true where more has happened since and it is to be scored again
            $$);
            insert into holdfast.partitioning values ('risk.score_history', 'month', '62 days', '31 days', null);
            """#)
}
