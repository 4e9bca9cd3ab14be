extension Migration {
    /// Customers with a contract and those who order without one are lost by different rules, and judged apart.
    static let standing = Migration(
        number: 31, name: "standing",
        sql: #"""
            -- What was judged of both together can't be parted.
            delete from risk.evaluation;
            alter table risk.reliability drop constraint reliability_model_id_horizon_days_kind_as_of_fkey;
            alter table risk.reliability drop constraint reliability_pkey;
            alter table risk.evaluation drop constraint evaluation_pkey;
            delete from risk.reliability;
            alter table risk.evaluation add customers text not null check (customers in ('contract', 'orders')),
                add primary key (model_id, horizon_days, customers, kind, as_of);
            alter table risk.reliability add customers text not null,
                add primary key (model_id, horizon_days, customers, kind, as_of, bin),
                add foreign key (model_id, horizon_days, customers, kind, as_of) references risk.evaluation on delete cascade;
            alter table risk.evaluation drop constraint evaluation_kind_check,
                add check (kind in ('learned', 'expert', 'challenger', 'live'));
            comment on column risk.evaluation.kind is
                'learned, expert or, with pairs of signals, challenger: foretold from windows that had ended by then; live, the scores as they stood';
            comment on column risk.evaluation.customers is 'contract, or orders where they order without one';
            comment on column risk.reliability.customers is 'as in risk.evaluation';
            """#)
}
