extension Migration {
    /// Who was lost, when, and how.
    static let losses = Migration(
        number: 25, name: "losses",
        sql: #"""
            create table risk.loss (
                account_id bigint not null,
                lost_at timestamptz not null,
                source text not null check (source in ('contract', 'orders', 'hand')),
                kind text not null check (kind in ('contract', 'once', 'long', 'asleep', 'other', 'hand')),
                reason text,
                words text check (length(words) <= 2000),
                orders integer not null default 0,
                first_at timestamptz,
                last_at timestamptz,
                money_minor bigint,
                currency text,
                returned_at timestamptz check (returned_at >= lost_at),
                noted_at timestamptz not null default now(),
                primary key (account_id, lost_at)
            );
            create index on risk.loss (lost_at);
            call holdfast.describe('risk.loss', 'When accounts were lost, and when they came back; derived from contracts and orders, or said by hand', $$
                account_id: the account, in crm.account [id]
                lost_at: when it was lost: the contract ended or was cancelled, or the patience with its orders was over
                source: contract, orders, or hand where somebody said so
                kind: contract; without one once, long or other, by what it had ordered; asleep where it is overdue and not lost yet; hand
                reason: key of the reason, in crm.loss_reason
                words: what was said by hand
                orders: days with orders until then [count]
                first_at: when it was won: the first contract or order
                last_at: when it last had a contract or ordered
                money_minor: what it was worth in a year: MRR times 12, or the orders of the 365 days until the last [minor units of currency]
                currency: ISO 4217 code; null where the money is in several
                returned_at: when it came back; null while it is lost
                noted_at: when this was found out
            $$);
            """#)
}
