extension Migration {
    /// Models that were learned, and how good what they said turned out to be.
    static let learning = Migration(
        number: 27, name: "learning",
        sql: #"""
            alter table risk.model add learned_from jsonb;
            comment on column risk.model.learned_from is
                'what it was learned from: windows, rows and losses by horizon, and why it is used; null for stated weights';

            create table risk.evaluation (
                model_id bigint not null references risk.model,
                horizon_days smallint not null,
                kind text not null check (kind in ('learned', 'expert', 'live')),
                as_of date not null,
                rows integer not null,
                losses integer not null,
                auc double precision,
                auc_error double precision,
                brier double precision not null,
                log_loss double precision not null,
                lift10 double precision,
                slope double precision,
                intercept double precision,
                made_at timestamptz not null default now(),
                primary key (model_id, horizon_days, kind, as_of)
            );
            call holdfast.describe('risk.evaluation', 'How good probabilities were, on windows whose outcome is known', $$
                model_id: the model that was in question, in risk.model [id]
                horizon_days: within how many days a loss counts [days]
                kind: learned or expert, foretold from windows that had ended by then; live, the scores as they stood
                as_of: the last day for which probabilities were said
                rows: accounts times windows [count]
                losses: of them lost within the horizon [count]
                auc: the chance that one who was lost had a higher probability than one who stayed; null where all are alike [probability]
                auc_error: standard error of it [probability]
                brier: mean squared error [probability]
                log_loss: mean log loss [nats]
                lift10: loss rate of the tenth with the highest probabilities, over that of all [ratio]
                slope: of what happened on the logit; 1 is right, less is too sure [ratio]
                intercept: what is to be added to each logit; less than 0 where too many were foretold [log odds]
                made_at: when this was found out
            $$);

            create table risk.reliability (
                model_id bigint not null,
                horizon_days smallint not null,
                kind text not null,
                as_of date not null,
                bin smallint not null,
                said double precision not null,
                happened double precision not null,
                rows integer not null,
                primary key (model_id, horizon_days, kind, as_of, bin),
                foreign key (model_id, horizon_days, kind, as_of) references risk.evaluation on delete cascade
            );
            call holdfast.describe('risk.reliability', 'Of those to whom a probability was said, how many were lost', $$
                model_id: the model, in risk.model [id]
                horizon_days: within how many days a loss counts [days]
                kind: as in risk.evaluation
                as_of: as in risk.evaluation
                bin: tenth of the rows by probability, the lowest first [rank]
                said: mean probability [probability]
                happened: share that was lost [probability]
                rows: rows of the tenth [count]
            $$);
            """#)
}
