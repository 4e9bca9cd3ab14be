import Chassis
import Postgres

/// What operators find beside the scores: the model with its parameters, and what each signal is.
enum Catalogue {
    /// The model's id in risk.model; makes the row where there is none. A row of that name with other parameters is refused,
    /// for old scores name it.
    static func id(of model: RiskModel, in pool: PostgresPool) async throws -> Int64 {
        let parameters = try JSONText(encoding: model.parameters)
        try await pool.execute(
            "insert into risk.model (name, parameters) values (\(model.name), \(parameters)) on conflict (name) do nothing"
        )
        let row = try await pool.first(
            "select id, parameters = \(parameters) as same from risk.model where name = \(model.name)")
        guard let row, try row["same"] else {
            throw ProgramFailure(
                .configuration,
                "risk.model has other parameters for \(model.name) than this program: a model is never changed, give it another name."
            )
        }
        return try row["id"]
    }

    static func write(_ scorer: Scorer) async throws {
        struct Kind { let name, title, about: String; let isEvent, isExternal: Bool }
        var kinds = scorer.measuring.signals.map {
            Kind(name: $0.name, title: $0.title, about: $0.about, isEvent: $0.isEvent, isExternal: false)
        }
        for signal in await scorer.outside.all {
            kinds.append(
                Kind(
                    name: signal.name, title: signal.title, about: signal.about, isEvent: signal.isEvent,
                    isExternal: true))
        }
        try await scorer.pool.execute(
            """
            insert into risk.signal_kind as k (signal, title, about, event, external)
            select * from unnest(\(kinds.map(\.name)), \(kinds.map(\.title)), \(kinds.map(\.about)), \(kinds.map(\.isEvent)),
                \(kinds.map(\.isExternal))) as n (signal, title, about, event, external)
            order by signal
            on conflict (signal) do update
            set title = excluded.title, about = excluded.about, event = excluded.event, external = excluded.external
            where (k.title, k.about, k.event, k.external)
                is distinct from (excluded.title, excluded.about, excluded.event, excluded.external)
            """)
    }
}
