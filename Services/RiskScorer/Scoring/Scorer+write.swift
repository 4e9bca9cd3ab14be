import Postgres

extension Scorer {
    /// Writes the rows that changed, each kind in one statement.
    func write(
        _ revisions: [Int64: Revision], moment: Moment, model: Int64, measured: Measurements,
        in connection: PostgresConnection
    ) async throws {
        let ordered = revisions.sorted { $0.key < $1.key }
        try await writeSignals(ordered, moment: moment, in: connection)
        let scores = ordered.flatMap { account, revision in revision.scores.map { (account, $0) } }
        guard !scores.isEmpty else { return }
        try await writeScores(scores, moment: moment, model: model, in: connection)
        try await writeReasons(scores, measured: measured, in: connection)
    }

    private func writeSignals(
        _ revisions: [(key: Int64, value: Revision)], moment: Moment, in connection: PostgresConnection
    ) async throws {
        let rows = revisions.flatMap { account, revision in
            revision.signals.map { (account, $0.signal, $0.measurement) }
        }
        guard !rows.isEmpty else { return }
        try await connection.execute(
            """
            insert into risk.signal as s (account_id, signal, value, status, evidence, measured_at)
            select account_id, signal, value, status, evidence, \(moment.at) from unnest(
                \(rows.map(\.0)), \(rows.map(\.1)), \(rows.map { $0.2.value }), \(rows.map { $0.2.status.rawValue }),
                \(rows.map { $0.2.evidence })) as n (account_id, signal, value, status, evidence)
            on conflict (account_id, signal) do update
            set value = excluded.value, status = excluded.status, evidence = excluded.evidence,
                measured_at = excluded.measured_at
            """)
    }

    private func writeScores(
        _ scores: [(Int64, Score)], moment: Moment, model: Int64, in connection: PostgresConnection
    ) async throws {
        let (accounts, horizons) = (scores.map(\.0), scores.map { $0.1.horizon.rawValue })
        let probabilities = scores.map { $0.1.probability }
        let (bands, firsts) = (scores.map { $0.1.band.rawValue }, scores.map { $0.1.firstSignal })
        try await connection.execute(
            """
            insert into risk.score (account_id, horizon_days, probability, logit, intercept, band, first_signal, model_id, scored_at,
                is_learned)
            select account_id, horizon, probability, logit, intercept, band, first_signal, \(model), \(moment.at), is_learned from unnest(
                \(accounts), \(horizons), \(probabilities), \(scores.map { $0.1.logit }), \(scores.map { $0.1.intercept }),
                \(bands), \(firsts), \(scores.map(\.1.isLearned)))
                as n (account_id, horizon, probability, logit, intercept, band, first_signal, is_learned)
            on conflict (account_id, horizon_days) do update
            set probability = excluded.probability, logit = excluded.logit, intercept = excluded.intercept,
                band = excluded.band, first_signal = excluded.first_signal, model_id = excluded.model_id,
                scored_at = excluded.scored_at, is_learned = excluded.is_learned
            """)
        try await connection.execute(
            """
            insert into risk.score_history (account_id, horizon_days, scored_at, probability, band, first_signal, model_id, signals)
            select account_id, horizon, \(moment.at), probability, band, first_signal, \(model), signals from unnest(
                \(accounts), \(horizons), \(probabilities), \(bands), \(firsts), \(try scores.map { try $0.1.parts })
            ) as n (account_id, horizon, probability, band, first_signal, signals)
            """)
    }

    private func writeReasons(
        _ scores: [(Int64, Score)], measured: Measurements, in connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            delete from risk.score_reason r using unnest(\(scores.map(\.0)), \(scores.map { $0.1.horizon.rawValue })) as n (a, h)
            where r.account_id = n.a and r.horizon_days = n.h
            """)
        var rows: [Reason] = []
        for (account, score) in scores {
            for (place, part) in score.contributions.enumerated() {
                let evidence = measured[account]?[part.signal]?.evidence ?? JSONText("{}")
                let (words, ukrainian) = await words(for: part, evidence)
                rows.append(
                    Reason(
                        account: account, horizon: score.horizon.rawValue, rank: Int16(place + 1), part: part,
                        words: words, ukrainian: ukrainian, evidence: evidence))
            }
        }
        guard !rows.isEmpty else { return }
        try await connection.execute(
            """
            insert into risk.score_reason (account_id, horizon_days, rank, signal, contribution, words, words_uk, evidence)
            select * from unnest(\(rows.map(\.account)), \(rows.map(\.horizon)), \(rows.map(\.rank)), \(rows.map(\.part.signal)),
                \(rows.map(\.part.logit)), \(rows.map(\.words)), \(rows.map(\.ukrainian)), \(rows.map(\.evidence)))
            """)
    }

    private struct Reason {
        let account: Int64
        let horizon: Int16
        let rank: Int16
        let part: Score.Contribution
        let words: String
        let ukrainian: String
        let evidence: JSONText
    }

    /// In English and in Ukrainian; who measures from outside says it in one language.
    private func words(for part: Score.Contribution, _ evidence: JSONText) async -> (String, String) {
        let own = measuring.signals.first { $0.name == part.signal }
        guard let signal = own else {
            let words = await outside.words(of: part.signal, value: part.value, evidence)
            return (words, words)
        }
        return ((try? signal.words(evidence)) ?? signal.title, (try? signal.ukrainian(evidence)) ?? signal.title)
    }
}

extension Score {
    private struct Part: Encodable {
        let value: Double
        let contribution: Double
    }

    /// Value and contribution of each signal, as the history keeps them.
    var parts: JSONText {
        get throws {
            let parts = contributions.map { ($0.signal, Part(value: $0.value, contribution: $0.logit)) }
            return try JSONText(encoding: Dictionary(uniqueKeysWithValues: parts))
        }
    }
}
