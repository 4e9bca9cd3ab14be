import HTTPTypes
import Postgres

extension Operation {
    /// Custom fields of accounts, contacts and deals.
    static let fields: [Operation] = [
        all(
            "listFields", at: "/v1/fields", "List custom fields", .named("Field", .record(field)),
            query: [.optional("object", .choice(objects), "only those of accounts, of contacts or of deals")],
            most: objects.count * CustomField.most
        ) { call in
            let object = call.query.text("object").value
            return """
                \(fragment: row) where \(object)::text is null or f.object = \(object) order by f.object, f.key
                """
        },
        Operation(
            method: .get, path: path, id: "getField", summary: "Read the custom field with this key", places: places,
            answers: [Answer(words: "The field.", shape: .named("Field", .record(field)))],
            problems: [.unknown("field")]
        ) { call in
            let (object, key) = (try call.place("object"), try call.place("key"))
            let text = try await call.value(
                "select to_jsonb(r) from (\(fragment: row) where f.object = \(object) and f.key = \(key)) r")
            guard let text else { throw unknown("field", key) }
            return JSONBody.answer(text)
        },
        define(
            "field", at: path, id: "Field", places: places, body: FieldDefinition.fields,
            problems: [
                .inUse,
                .refusal(
                    "bad_choices", words: "A field of this type has choices, or has none, each once and without ;"),
            ]
        ) { call, body in
            let definition = try FieldDefinition(try object(call), try call.place("key"), body, .json)
            let actor = call.origin.actor
            return { try await definition.define(by: actor, in: $0) }
        },
        remove("field", at: path, id: "Field", places: places, problems: [.inUse]) { call in
            let use = FieldUse(object: try object(call), key: try call.place("key"))
            let actor = call.origin.actor
            return { try await use.remove(by: actor, in: $0) }
        },
    ]

    private static let path = "/v1/fields/{object}/{key}"
    private static let objects = CustomField.Object.allCases.map(\.rawValue)
    private static let places: [Field] = [
        .needed("object", .choice(objects), "what has it"), .needed("key", .form(.fieldKey), "of the field"),
    ]
    private static let row: SQL =
        "select f.object, f.key, f.name, f.type, f.choices, f.mandatory, f.created_at from crm.field f"
    private static let field: [Field] = [
        .needed("object", .choice(objects), "what has it"), .needed("key", .words, "in expressions, files and bodies"),
        .needed("name", .words, "for people"), .needed("type", .choice(CustomField.Kind.allCases.map(\.rawValue)), ""),
        .needed("choices", .list(.words, atMost: CustomField.mostChoices), "what can be chosen"),
        .needed("mandatory", .flag, "true where a write that leaves it empty is refused"),
        .needed("created_at", .moment, "when it was made"),
    ]

    private static func object(_ call: Call) throws -> CustomField.Object {
        CustomField.Object(rawValue: try call.place("object")) ?? .account
    }
}

extension Operation.Problem {
    /// What bodies with custom fields may run into.
    static let fields = refusal(
        "unknown_field", "bad_field_value", "field_needed",
        words:
            "A custom field is not defined, has another type, or is mandatory and would be empty; the message says which."
    )
}
