extension Migration {
    /// From where on signals count for whom, and whether what they say has shifted since the model was made.
    static let watching = Migration(
        number: 30, name: "watching",
        sql: #"""
            create table risk.signal_threshold (
                signal text not null,
                segment text not null default '',
                least double precision not null check (least > 0 and least <= 1),
                said_by text not null check (length(said_by) between 1 and 200),
                said_at timestamptz not null default now(),
                primary key (signal, segment)
            );
            call holdfast.describe('risk.signal_threshold', 'From where on a signal counts, for everybody or those in a segment; the highest of several holds', $$
                signal: name of the signal
                segment: key of the segment; empty for everybody
                least: lower values count as 0 [value]
                said_by: who set it
                said_at: when
            $$);

            create table risk.signal_spread (
                model_id bigint not null references risk.model,
                signal text not null,
                shares double precision[] not null check (cardinality(shares) = 12),
                accounts bigint not null,
                made_at timestamptz not null default now(),
                primary key (model_id, signal)
            );
            call holdfast.describe('risk.signal_spread', 'What signals said on the day a model was first used: the base that drift is told from', $$
                model_id: the model, in risk.model [id]
                signal: name of the signal
                shares: of the accounts without a value, at 0, and in each tenth above [share]
                accounts: how many were looked at [count]
                made_at: when
            $$);

            create table risk.drift (
                day date not null,
                signal text not null,
                psi double precision not null,
                accounts bigint not null,
                primary key (day, signal)
            );
            call holdfast.describe('risk.drift', 'How far what a signal says has shifted since the model in use was first used', $$
                day: the UTC day
                signal: name of the signal
                psi: population stability index over twelve classes: sum of (now - then) * ln(now / then) [nats]
                accounts: how many were looked at [count]
            $$);
            """#)
}
