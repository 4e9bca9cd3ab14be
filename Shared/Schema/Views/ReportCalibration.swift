extension SchemaObject {
    static let reportCalibration = SchemaObject(
        sql: #"""
            create view report.calibration with (security_barrier) as
            select m.name as model, e.horizon_days, e.customers, e.kind, e.as_of, e.rows, e.losses, e.auc, e.auc_error, e.brier, e.log_loss,
                e.lift10, e.slope, e.intercept, r.bin, r.said, r.happened, r.rows as bin_rows, m.retired_at is null as in_use
            from risk.evaluation e join risk.model m on m.id = e.model_id
            left join risk.reliability r using (model_id, horizon_days, customers, kind, as_of);
            call holdfast.describe('report.calibration', 'Of those to whom a probability was said, how many were lost: one row a tenth', $$
                model: name of the model
                horizon_days: within how many days a loss counts [days]
                customers: contract, or orders where they order without one
                kind: learned, expert or, with pairs of signals, challenger: foretold from windows that had ended by then; live, the scores as they stood
                as_of: the last day for which probabilities were said
                rows: accounts times windows [count]
                losses: of them lost within the horizon [count]
                auc: the chance that one who was lost had a higher probability than one who stayed [probability]
                auc_error: standard error of it [probability]
                brier: mean squared error [probability]
                log_loss: mean log loss [nats]
                lift10: loss rate of the tenth with the highest probabilities, over that of all [ratio]
                slope: 1 is right, less is too sure [ratio]
                intercept: less than 0 where too many were foretold [log odds]
                bin: tenth of the rows by probability, the lowest first [rank]
                said: mean probability of the tenth [probability]
                happened: share of it that was lost [probability]
                bin_rows: rows of the tenth [count]
                in_use: whether the model is used now
            $$);

            create view report.score_history with (security_barrier) as
            select a.key as account_key, h.horizon_days, h.scored_at, h.probability, h.band, h.first_signal, m.name as model, h.signals
            from risk.score_history h join crm.account a on a.id = h.account_id and a.merged_into is null
            join risk.model m on m.id = h.model_id;
            call holdfast.describe('report.score_history', 'Every score that was reached; each holds until the next', $$
                account_key: the outside world's id
                horizon_days: within how many days [days]
                scored_at: when it was reached
                probability: that the account is lost within the horizon [probability]
                band: low, medium or high
                first_signal: the signal that contributed most
                model: name of the model
                signals: value and contribution of each signal that adds something
            $$);
            """#)
}
