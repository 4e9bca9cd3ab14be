import Chassis
import Postgres

/// What operators find beside the scores: the model with its parameters, and what each signal is.
enum Catalogue {
    /// The model that is in use, with its id in risk.model: one that was learned, else the experts', which is written down
    /// where it is missing. A row of that name with other parameters is refused, for old scores name it.
    static func current(in connection: PostgresConnection) async throws -> (id: Int64, model: RiskModel) {
        let learned = try await connection.first(
            """
            select id, name, parameters from risk.model where \(fragment: isLearned) order by id desc limit 1
            """)
        if let learned, let parameters = try? (try learned["parameters"] as JSONText).decode(RiskModel.Parameters.self)
        {
            return (try learned["id"], RiskModel(name: try learned["name"], parameters: parameters))
        }
        return (try await id(of: .expert, in: connection), .expert)
    }

    /// A model that was learned and is in use. One of a release that told other periods apart, and so states none, says something
    /// else than this program would understand.
    static let isLearned: SQL = "retired_at is null and learned_from is not null and parameters ? 'periods'"

    /// The model in use, for who may not write one down.
    static func inUse(in connection: PostgresConnection) async throws -> RiskModel {
        let row = try await connection.first(
            "select from risk.model where \(fragment: isLearned)")
        return row == nil ? .expert : try await current(in: connection).model
    }

    private static func id(of model: RiskModel, in connection: PostgresConnection) async throws -> Int64 {
        let parameters = try JSONText(encoding: model.parameters)
        let query: SQL = "select id, parameters = \(parameters) as same from risk.model where name = \(model.name)"
        if try await connection.first(query) == nil {
            try await connection.execute(
                """
                insert into risk.model (name, parameters) values (\(model.name), \(parameters)) on conflict (name) do nothing
                """)
            try await connection.execute(
                "update risk.model set retired_at = now() where name <> \(model.name) and retired_at is null")
        }
        guard let row = try await connection.first(query), try row["same"] else {
            throw ProgramFailure(
                .configuration,
                "risk.model has other parameters for \(model.name) than this program: a model is never changed, give it another name."
            )
        }
        return try row["id"]
    }

    /// Writes a model down and puts it in place of the one in use. The experts' own is put back by its name.
    static func use(
        _ model: RiskModel, learnedFrom reports: JSONText, in connection: PostgresConnection
    ) async throws -> Int64 {
        if model.parameters.learned == nil {
            try await connection.execute(
                "update risk.model set retired_at = now() where retired_at is null and learned_from is not null")
            let id = try await id(of: model, in: connection)
            try await connection.execute("update risk.model set retired_at = null where id = \(id)")
            return id
        }
        let row = try await connection.first(
            """
            insert into risk.model (name, parameters, learned_from)
            values (\(model.name), \(try JSONText(encoding: model.parameters)), \(reports))
            on conflict (name) do update set parameters = excluded.parameters, learned_from = excluded.learned_from,
                retired_at = null
            returning id
            """)
        guard let id: Int64 = try row?["id"] else {
            throw ProgramFailure(.internalError, "The model could not be written down.")
        }
        try await connection.execute(
            "update risk.model set retired_at = now() where id <> \(id) and retired_at is null")
        return id
    }

    static func write(_ scorer: Scorer) async throws {
        struct Kind { let name, title, about: String; let isEvent, isExternal, isInvoluntary: Bool }
        var kinds = scorer.measuring.signals.map {
            Kind(
                name: $0.name, title: $0.title, about: $0.about, isEvent: $0.isEvent, isExternal: false,
                isInvoluntary: $0.isInvoluntary)
        }
        for signal in await scorer.outside.all {
            kinds.append(
                Kind(
                    name: signal.name, title: signal.title, about: signal.about, isEvent: signal.isEvent,
                    isExternal: true, isInvoluntary: false))
        }
        try await scorer.pool.execute(
            """
            insert into risk.signal_kind as k (signal, title, about, event, external, involuntary)
            select * from unnest(\(kinds.map(\.name)), \(kinds.map(\.title)), \(kinds.map(\.about)), \(kinds.map(\.isEvent)),
                \(kinds.map(\.isExternal)), \(kinds.map(\.isInvoluntary))) as n (signal, title, about, event, external, involuntary)
            order by signal
            on conflict (signal) do update
            set title = excluded.title, about = excluded.about, event = excluded.event, external = excluded.external,
                involuntary = excluded.involuntary
            where (k.title, k.about, k.event, k.external, k.involuntary)
                is distinct from (excluded.title, excluded.about, excluded.event, excluded.external, excluded.involuntary)
            """)
    }
}
