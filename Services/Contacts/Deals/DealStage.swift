import Model
import Postgres

/// One stage of a pipeline, the same for everyone.
struct DealStage: Sendable, Equatable {
    enum Kind: String, CaseIterable, Sendable { case open, won, lost }

    static let fields: [Field] = [
        .optional("name", .text(atMost: 200), "for people; the key for a new one unless said otherwise"),
        .optional("position", .integer(1...10_000), "place in the pipeline; where it is, or the last"),
        .optional("kind", .choice(Kind.allCases.map(\.rawValue)), "open for a new one unless said otherwise"),
        .optional(
            "demands", .list(.form(.fieldKey), atMost: 100), "custom fields of the deal that must be filled to be there"
        ),
        .optional("stalled_after_days", .integer(1...3_650), "a deal that stays longer is stalled"),
    ]
    /// The most stages of all pipelines.
    static let most: Int64 = 500

    let pipeline: String
    let key: String
    private(set) var name: String
    /// Place in the pipeline; nil is the last.
    let position: Int32?
    private(set) var kind: Kind
    /// Custom fields of the deal that must be filled to be there.
    private(set) var demands: [String]
    private(set) var stalledAfterDays: Int32?
    /// The fields that nothing is said of: they stay as they are.
    private var left: Set<String> = []

    init(_ pipeline: String, _ key: String, _ given: Fields) throws {
        let names = try Fields(["pipeline": .text(pipeline), "stage": .text(key)])
            .read([.needed("pipeline", .form(.fieldKey), ""), .needed("stage", .form(.fieldKey), "")], .json)
        let fields = try given.read(Self.fields, .json)
        self.pipeline = try names.needed("pipeline")
        self.key = try names.needed("stage")
        name = fields.text("name").value ?? key
        position = fields.integer("position").value.map { Int32($0) }
        kind = fields.text("kind").value.flatMap(Kind.init(rawValue:)) ?? .open
        demands = fields.list("demands") ?? []
        stalledAfterDays = fields.integer("stalled_after_days").value.map { Int32($0) }
        left = Set(Self.fields.map(\.name).filter { !fields.says($0) })
    }

    /// The stage with what is known of it and not said anew.
    private func filled(_ row: Row) throws -> DealStage {
        var stage = self
        if left.contains("name") { stage.name = try row["name"] }
        if left.contains("kind") { stage.kind = Kind(rawValue: try row["kind"]) ?? .open }
        if left.contains("demands") { stage.demands = try row["demands"] }
        if left.contains("stalled_after_days") { stage.stalledAfterDays = try row["days"] }
        return stage
    }

    private init(_ row: Row) throws {
        pipeline = try row["pipeline"]
        key = try row["key"]
        name = try row["name"]
        position = try row["position"]
        kind = Kind(rawValue: try row["kind"]) ?? .open
        demands = try row["demands"]
        stalledAfterDays = nil
    }

    /// All stages in their order, kept from being changed until the transaction's end.
    static func all(in connection: PostgresConnection) async throws -> [DealStage] {
        try await connection.query(
            """
            select pipeline, key, name, position, kind, demands from crm.deal_stage order by pipeline, position, key
            for share
            """
        ).map { try DealStage($0) }
    }

    /// - Throws: `Refusal` where no pipeline, or none with such a stage, is called so: a mistyped one would look like a list that
    ///   is empty. Nil is not asked for.
    static func check(pipeline: String?, stage: String?, in connection: PostgresConnection) async throws {
        if pipeline == nil && stage == nil { return }
        let stages = try await connection.query(
            "select pipeline, key from crm.deal_stage order by pipeline, position, key"
        )
        .map { try $0.decode(String.self, String.self) }
        if let pipeline, !stages.contains(where: { $0.0 == pipeline }) { throw unknown(pipeline, of: stages.map(\.0)) }
        let within = stages.filter { pipeline == nil || $0.0 == pipeline }.map(\.1)
        if let stage, !within.contains(stage) { throw unknown(stage, in: pipeline ?? "any pipeline", of: within) }
    }

    /// What to say of a pipeline that is none.
    static func unknown(_ pipeline: String, of pipelines: [String]) -> Refusal {
        Refusal(
            "pipeline",
            "there is no pipeline “\(pipeline)”: there are \(Set(pipelines).sorted().joined(separator: ", "))",
            code: "unknown_pipeline")
    }

    /// What to say of a stage that the pipeline has not.
    static func unknown(_ stage: String, in pipeline: String, of stages: [String]) -> Refusal {
        Refusal(
            "stage", "“\(stage)” is no stage of \(pipeline): there are \(stages.joined(separator: ", "))",
            code: "unknown_stage")
    }

    /// Makes or changes the stage. What deals that are there hang on can't change under them.
    func write(by actor: String, in connection: PostgresConnection) async throws -> Verdict {
        try await connection.execute("lock table crm.deal_stage in share row exclusive mode")
        let row = try await connection.first(
            """
            select name, kind, demands, (extract(epoch from stalled_after) / 86400)::integer as days
            from crm.deal_stage where pipeline = \(pipeline) and key = \(key)
            """)
        return try await (try row.map(filled) ?? self).write(over: try row?["kind"], by: actor, in: connection)
    }

    private func write(over before: String?, by actor: String, in connection: PostgresConnection) async throws
        -> Verdict
    {
        let fields = try await CustomField.all(of: .deal, isHeld: true, in: connection)
        if let stranger = demands.first(where: { fields[$0] == nil }) {
            throw Refusal.conflict(
                "demands", "there is no field “\(stranger)” of deals: define it first", code: "unknown_field")
        }
        if let before {
            if before != kind.rawValue {
                try await Self.refuse("its kind can't change", pipeline, key, in: connection)
            }
        } else {
            let there = try await connection.first("select count(*) as count from crm.deal_stage")
            guard try there?["count"] ?? 0 < Self.most else {
                throw Refusal.conflict("stage", "there are \(Self.most) stages already: delete one first")
            }
        }
        return try await Audit.change(
            actor, "put", "stage \(pipeline).\(key)", row: Self.row(pipeline, key), in: connection
        ) {
            let written = try await connection.first(
                """
                insert into crm.deal_stage as s (pipeline, key, name, position, kind, demands, stalled_after)
                values (\(pipeline), \(key), \(name), coalesce(\(position),
                    (select max(position) + 1 from crm.deal_stage where pipeline = \(pipeline)), 1), \(kind.rawValue),
                    \(demands), make_interval(days => \(stalledAfterDays)))
                on conflict (pipeline, key) do update set name = excluded.name,
                    position = coalesce(\(position), s.position), kind = excluded.kind, demands = excluded.demands,
                    stalled_after = excluded.stalled_after
                where (s.name, s.position, s.kind, s.demands, s.stalled_after) is distinct from (excluded.name,
                    coalesce(\(position), s.position), excluded.kind, excluded.demands, excluded.stalled_after)
                returning xmax = 0 as made
                """)
            guard let written else { return .unchanged }
            return try written["made"] ? .made : .changed
        }
    }

    /// Removes a stage at which no deal ever was. False where there is none.
    static func remove(
        _ pipeline: String, _ key: String, by actor: String, in connection: PostgresConnection
    ) async throws -> Bool {
        let found = try await connection.first(
            "select from crm.deal_stage where pipeline = \(pipeline) and key = \(key) for update")
        guard found != nil else { return false }
        try await refuse("the stage can't be deleted", pipeline, key, in: connection)
        _ = try await Audit.change(actor, "delete", "stage \(pipeline).\(key)", row: row(pipeline, key), in: connection)
        {
            try await connection.execute("delete from crm.deal_stage where pipeline = \(pipeline) and key = \(key)")
        }
        return true
    }

    private static func refuse(
        _ what: String, _ pipeline: String, _ key: String, in connection: PostgresConnection
    ) async throws {
        let row = try await connection.first(
            """
            select d.key from crm.deal d join crm.deal_state t on t.deal_id = d.id
            where d.pipeline = \(pipeline) and t.stage = \(key) limit 1
            """)
        guard let deal: String = try row?["key"] else { return }
        throw Refusal.conflict(nil, "\(what): the deal “\(deal)” is or was at it; make another stage instead")
    }

    private static func row(_ pipeline: String, _ key: String) -> SQL {
        "select to_jsonb(s) from crm.deal_stage s where s.pipeline = \(pipeline) and s.key = \(key)"
    }
}
