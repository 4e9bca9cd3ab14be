import Model
import Postgres
import Segments

/// What a custom field is to be: the body of `PUT /v1/fields/OBJECT/KEY`.
struct FieldDefinition: Sendable {
    static let fields: [Field] = [
        .optional("name", .text(atMost: 200), "for people; the key for a new one unless said otherwise"),
        .needed("type", .choice(CustomField.Kind.allCases.map(\.rawValue).sorted()), "what its values are"),
        .optional(
            "choices", .list(.text(atMost: 200, filled: true), atMost: CustomField.mostChoices),
            "what can be chosen, for choice and multi_choice"),
        .optional("mandatory", .flag, "true where a write that leaves it empty is refused"),
    ]

    let object: CustomField.Object
    let key: String
    /// Nil where nothing is said of it: then it stays, as does whether it is mandatory.
    let name: String?
    let kind: CustomField.Kind
    let choices: [String]
    let isMandatory: Bool?

    init(_ object: CustomField.Object, _ key: String, _ given: Fields, _ writing: Writing = .cell) throws {
        let names = try Fields(["key": .text(key)]).read([.needed("key", .form(.fieldKey), "")], writing)
        let fields = try given.read(Self.fields, writing)
        self.object = object
        self.key = try names.needed("key")
        name = fields.text("name").value
        kind = fields.text("type").value.flatMap(CustomField.Kind.init(rawValue:)) ?? .text
        choices = fields.list("choices") ?? []
        isMandatory = fields.flag("mandatory")
        try checkChoices(fields)
    }

    private func checkChoices(_ fields: Fields) throws {
        func bad(_ reason: String) -> Refusal { fields.refusal("choices", reason, code: "bad_choices") }
        guard choices.isEmpty != kind.hasChoices else {
            throw bad(kind.hasChoices ? "is missing: expected a list of texts" : "a \(kind.rawValue) has none")
        }
        if let split = choices.first(where: { $0.contains(";") }) {
            throw bad("expected texts without ; which stands between them in files, found “\(split)”")
        }
        guard Set(choices).count == choices.count else { throw bad("expected each choice once") }
    }

    /// Makes or changes the field. Refused where values or segments that are there would not fit any more.
    func define(by actor: String, in connection: PostgresConnection) async throws -> Verdict {
        let before = try await FieldUse.held(object, key, in: connection)
        if let before {
            let use = FieldUse(object: object, key: key)
            if before.kind != kind { try await use.refuse("its type can't change", in: connection) }
            try await use.refuseRemoval(
                of: before.choices.filter { !choices.contains($0) && kind.hasChoices }, in: connection)
            if object == .account {
                try await SegmentDefinition.refuseBreaking(
                    field: key, FactType(field: kind.rawValue, choices), in: connection)
            }
        } else {
            // Others who make a field wait, so that the last that fits is one.
            try await connection.execute("lock table crm.field in share row exclusive mode")
            let there = try await connection.first(
                "select count(*) as count from crm.field where object = \(object.rawValue)")
            let count: Int64 = try there?["count"] ?? 0
            guard count < CustomField.most else {
                throw Refusal.conflict(
                    "key", "there are \(count) fields of \(object.rawValue)s already: delete one first")
            }
        }
        return try await Audit.change(actor, "put", "field \(object.rawValue).\(key)", row: row, in: connection) {
            let written = try await connection.first(
                """
                insert into crm.field as f (object, key, name, type, choices, mandatory)
                values (\(object.rawValue), \(key), coalesce(\(name), \(key)), \(kind.rawValue), \(choices),
                    coalesce(\(isMandatory), false))
                on conflict (object, key) do update set name = coalesce(\(name), f.name), type = excluded.type,
                    choices = excluded.choices, mandatory = coalesce(\(isMandatory), f.mandatory)
                where (f.name, f.type, f.choices, f.mandatory) is distinct from
                    (coalesce(\(name), f.name), excluded.type, excluded.choices, coalesce(\(isMandatory), f.mandatory))
                returning xmax = 0 as made
                """)
            guard let written else { return .unchanged }
            return try written["made"] ? .made : .changed
        }
    }

    private var row: SQL {
        "select to_jsonb(f) from crm.field f where f.object = \(object.rawValue) and f.key = \(key)"
    }
}
