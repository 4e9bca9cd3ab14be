import Chassis
import HTTPTypes
import Hummingbird
import Postgres

extension Operation {
    /// Reads a record by its key: the statement answers one row with one column, a JSON object.
    static func get(
        _ noun: String, in folder: String, _ record: @escaping @Sendable (String) -> Record, _ shape: Shape,
        _ sql: @escaping @Sendable (String) -> SQL
    ) -> Operation {
        Operation(
            method: .get, path: "/v1/\(folder)/{key}", id: "get\(title(noun))",
            summary: "Read the \(noun) with this key",
            places: [.needed("key", .key, "of the \(noun)")],
            answers: [Answer(words: "The \(noun).", shape: .named(title(noun), shape), isVersioned: true)],
            problems: [.unknown(noun)]
        ) { call in
            let key = try call.place("key")
            return try await call.shown(record(key), sql(key))
        }
    }

    /// Lists them by pages: all, or those of an account.
    /// - Parameters:
    ///   - filters: further fields of the query.
    ///   - narrowing: the condition that they make, beginning with `and`.
    static func list(
        _ noun: String, in folder: String, _ shape: Shape, filters: [Field] = [],
        narrowing: @escaping @Sendable (Fields) throws -> SQL = { _ in "" },
        _ rows: @escaping @Sendable (SQL) -> SQL
    ) -> Operation {
        Operation(
            method: .get, path: "/v1/\(folder)", id: "list\(title(folder))",
            summary: "List \(folder) in the order of their keys",
            query: Page.queryOfAccount + filters,
            answers: [
                Answer(words: "A page of \(folder).", shape: Page.shape(.named("Listed\(title(noun))", shape)))
            ], problems: [.noSuchAccount]
        ) { try await $0.list(narrowing: narrowing($0.query), rows) }
    }

    /// Writes one by its key, and many at once.
    static func writes<Item: Draft>(
        _ type: Item.Type, _ noun: String, in folder: String, _ record: @escaping @Sendable (String) -> Record,
        problems: [Problem] = []
    ) -> [Operation] {
        [put(type, noun, in: folder, record, problems: problems), post(type, noun, in: folder)]
    }

    private static func put<Item: Draft>(
        _ type: Item.Type, _ noun: String, in folder: String, _ record: @escaping @Sendable (String) -> Record,
        problems: [Problem]
    ) -> Operation {
        let fields = Item.fields.filter { $0.name != Item.keyField }
        return Operation(
            method: .put, path: "/v1/\(folder)/{key}", id: "put\(title(noun))",
            summary: "Make the \(noun) with this key, or change what the body says of it",
            places: [.needed("key", .key, "of the \(noun)")],
            body: .named("Put\(title(noun))", .object(fields, rules: Item.rules)), isConditional: true,
            answers: Answer.written(noun), problems: problems
        ) { call in
            try await call.put(type, record)
        }
    }

    /// The most rows of one body.
    static let mostRows = 1_000

    /// `{"orders": […]}`: each gets a verdict of its own; those that can be taken are taken.
    private static func post<Item: Draft>(_ type: Item.Type, _ noun: String, in folder: String) -> Operation {
        let row = Shape.named("\(title(noun))Row", .object(Item.fields, rules: Item.rules))
        let rows = Field.needed(
            folder, .list(.row(row), atMost: mostRows), "each is taken or refused for itself")
        return Operation(
            method: .post, path: "/v1/\(folder)", id: "post\(title(folder))",
            summary: "Make or change many \(folder), each with a verdict of its own",
            body: .named("Post\(title(folder))", .object([rows])), isRepeatable: true,
            answers: [
                Answer(
                    words: "What became of each, in the order of the body.",
                    shape: .record([.needed("results", .list(Rows<Item>.verdict, atMost: mostRows), "")]))
            ]
        ) { call in
            try await Rows<Item>.post(call, folder)
        }
    }
}

extension Operation {
    /// `ProductRequest` of `product request` or `product-request`, for names in the description.
    private static func title(_ noun: String) -> String {
        noun.split { $0 == " " || $0 == "-" || $0 == "_" }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}

extension Operation.Answer {
    /// What a PUT answers.
    static func written(_ noun: String) -> [Self] {
        let shape = Shape.named(
            "Written",
            .record([
                .needed("key", .words, "of what was written"),
                .needed("result", .choice(["made", "changed", "unchanged"]), "what became of it"),
            ]))
        return [
            Self(words: "The \(noun) was changed, or was so already.", shape: shape, isVersioned: true),
            Self(status: .created, words: "The \(noun) was made.", shape: shape, isVersioned: true),
        ]
    }
}
