import Chassis
import HTTPTypes
import Hummingbird
import Postgres

// What people here define: it has a key, is written whole, and goes where nothing uses it.
extension Operation {
    /// Writes one.
    static func define(
        _ noun: String, at path: String, id: String, places: [Field], body: [Field], problems: [Problem] = [],
        _ write: @escaping @Sendable (Call, Fields) throws -> @Sendable (PostgresConnection) async throws -> Verdict
    ) -> Operation {
        Operation(
            method: .put, path: path, id: "put\(id)", summary: "Make or change the \(noun) with this key",
            places: places, body: .named("Put\(id)", .object(body)),
            answers: [
                Answer(words: "The \(noun) was changed, or was so already.", shape: result(["changed", "unchanged"])),
                Answer(status: .created, words: "The \(noun) was made.", shape: result(["made"])),
            ], problems: problems
        ) { call in
            let work = try write(call, try await call.body().fields)
            let verdict = try await call.pool.transaction { try await work($0) }
            return try JSONBody.answer(verdict, key: try call.place("key"))
        }
    }

    /// Removes one; a second time there is none.
    static func remove(
        _ noun: String, at path: String, id: String, places: [Field], problems: [Problem] = [],
        _ remove: @escaping @Sendable (Call) throws -> @Sendable (PostgresConnection) async throws -> Bool
    ) -> Operation {
        Operation(
            method: .delete, path: path, id: "delete\(id)", summary: "Delete the \(noun) with this key",
            places: places, answers: [Answer(words: "It is gone.", shape: result(["deleted"]))],
            problems: [.unknown(noun)] + problems
        ) { call in
            let work = try remove(call)
            let key = try call.place("key")
            let isGone = try await call.pool.transaction { try await work($0) }
            guard isGone else { throw unknown(noun, key) }
            return try JSONBody.answer(["key": key, "result": "deleted"])
        }
    }

    static func unknown(_ noun: String, _ key: String) -> HTTPProblem {
        HTTPProblem(
            .notFound, code: "unknown_\(noun.replacing(" ", with: "_"))",
            "There is no \(noun) with the key “\(key)”: PUT it first.")
    }

    static func result(_ words: [String]) -> Shape {
        .record([
            .needed("key", .words, "of what was written"), .needed("result", .choice(words), "what became of it"),
        ])
    }

    /// All of something of which there are but a few.
    static func all(
        _ id: String, at path: String, _ summary: String, _ item: Shape, query: [Field] = [], most: Int,
        _ rows: @escaping @Sendable (Call) -> SQL
    ) -> Operation {
        Operation(
            method: .get, path: path, id: id, summary: summary, query: query,
            answers: [
                Answer(words: "All of them.", shape: .record([.needed("items", .list(item, atMost: most), "")]))
            ]
        ) { call in
            let text = try await call.value(
                """
                select jsonb_build_object('items', coalesce(jsonb_agg(to_jsonb(r)), '[]')) from (
                    \(fragment: rows(call))) r
                """)
            return JSONBody.answer(text ?? JSONText("{}"))
        }
    }
}

extension Operation.Problem {
    static let inUse = refusal("in_use", words: "Something uses what would go; the message says what.")
}
