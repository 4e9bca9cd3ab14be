import Chassis
import Foundation
import HTTPTypes
import Hummingbird
import Model
import Postgres

extension Operation {
    /// Files in, what became of them, and out again.
    static let imports: [Operation] =
        ImportKind.allCases.flatMap { [importing($0), previewing($0)] } + [
            Operation(
                method: .get, path: "/v1/imports/{id}/refusals", id: "listRefusals",
                summary: "List the lines that an import refused, with the reasons",
                places: [.needed("id", .id, "of the import")],
                query: [Page.limit, .optional("after", .id, "the next_after of the page before")],
                answers: [
                    Answer(
                        words: "A page of lines.",
                        shape: Page.shape(.named("RefusedLine", .record(refusal)), next: .count()))
                ], problems: [.unknown("import")]
            ) { call in
                let (id, after) = (try call.number("id"), call.query.integer("after").value ?? 0)
                guard try await call.pool.first("select from crm.import where id = \(id)") != nil else {
                    throw unknown("import", said: "There is no import \(id).")
                }
                return try await call.page(
                    """
                    select line, field, reason, content from crm.import_refusal
                    where import_id = \(id) and line > \(after) order by line
                    """, key: "line")
            },
            Operation(
                method: .post, path: "/v1/imports/{id}/undo", id: "undoImport",
                summary: "Take an import back, where nothing later depends on it",
                places: [.needed("id", .id, "of the import")],
                answers: [
                    Answer(
                        words: "What became of its rows.",
                        shape: .record([
                            .needed("undone_now", .flag, "false where it had been undone before"),
                            .needed("taken_back", .count(), "rows that are gone"),
                            .needed("restored", .count(), "rows that are what they were"),
                            .needed("kept", .anything, "rows that stay, as counts by reason"),
                        ]))
                ], problems: [.unknown("import")]
            ) { call in
                let (id, actor) = (try call.number("id"), call.origin.actor)
                let outcome = try await call.pool.transaction(timeout: ImportUndo.patience) {
                    try await ImportUndo.run(id, by: actor, in: $0)
                }
                return try JSONBody.answer(outcome)
            },
        ]

    private static func importing(_ kind: ImportKind) -> Operation {
        Operation(
            method: .post, path: "/v1/imports/\(kind.rawValue)", id: "import\(kind.rawValue.capitalized)",
            summary:
                "Take \(kind.rawValue) from a CSV file: its first line names the columns, each other one is taken or refused for itself",
            query: options, bodyType: "text/csv",
            answers: [
                Answer(
                    words: "What became of it. The same file again changes nothing; one that was broken off goes on.",
                    shape: .named("Imported", .record(Imported.fields)))
            ],
            problems: [
                .refusal("bad_file", words: "The body is no CSV file with the columns that it needs."),
                .refusal("under_way", words: "The same file is being imported by another request."),
            ]
        ) { call in
            let outcome = try await upload(kind, call).run(call.request.body, in: call.pool)
            return try JSONBody.answer(Imported(outcome))
        }
    }

    private static func previewing(_ kind: ImportKind) -> Operation {
        Operation(
            method: .post, path: "/v1/imports/\(kind.rawValue)/preview", id: "preview\(kind.rawValue.capitalized)",
            summary: "Show how the first lines of a CSV file of \(kind.rawValue) would land; nothing is written",
            query: options + [
                .optional("lines", .integer(1...Int64(Preview.most)), "how many; 5 unless said otherwise")
            ],
            bodyType: "text/csv",
            answers: [
                Answer(
                    words: "The lines, each judged on top of those before it.",
                    shape: .named(
                        "Preview",
                        .record([
                            .needed(
                                "items", .list(.record(previewed), atMost: Preview.most), "in the order of the file")
                        ])))
            ], problems: [.refusal("bad_file", words: "The body is no CSV file with the columns that it needs.")]
        ) { call in
            let lines = try await upload(kind, call).preview(
                Int(call.query.integer("lines").value ?? 5), call.request.body, in: call.pool)
            return try JSONBody.answer(["items": lines.map(Previewed.init)])
        }
    }

    private static let previewed: [Field] = [
        .needed("line", .count(), "its number in the file, from 1"),
        .needed("result", .choice(["made", "changed", "unchanged", "refused"]), "what would become of it"),
        .optional("field", .words, "the field at fault"), .optional("reason", .words, "what was expected"),
        .needed("fields", .open, "what was read from it, by the names of the fields"),
    ]

    private static let refusal: [Field] = [
        .needed("line", .count(), "its number in the file, from 1"), .optional("field", .words, "the field at fault"),
        .needed("reason", .words, "what was expected"), .needed("content", .words, "the line"),
    ]

    private static let options: [Field] = [
        .optional("history", .flag, "it is declared history: what it says counts as known since it happened"),
        .optional("source", .text(atMost: 60), "where the rows come from; import unless said otherwise"),
        .optional(
            "map", .form(.columnMap), "COLUMN=FIELD for columns that are called otherwise, with ; between them"),
        .optional(
            "set", .form(.constants), "FIELD=VALUE for fields that every line has and no column, with ; between them"),
        .optional("encoding", .choice(ImportFile.Encoding.allCases.map(\.rawValue)), "utf-8 unless said otherwise"),
        .optional("decimal_comma", .flag, "amounts are written as 1 234,56"),
        .optional(
            "dates", .choice(Notation.Dates.allCases.map(\.rawValue)),
            "how dates are written; iso unless said otherwise"),
        .optional("time_zone", .form(.timeZone), "of times that name none"),
    ]

    private static func upload(_ kind: ImportKind, _ call: Call) throws -> ImportUpload {
        let query = call.query
        func pairs(_ name: String) -> [String: String] {
            (query.text(name).value ?? "").unicodeScalars.split(separator: ";").reduce(into: [:]) { pairs, pair in
                let sides = pair.split(separator: "=", maxSplits: 1).map { String($0) }
                if sides.count == 2 { pairs[sides[0]] = sides[1] }
            }
        }
        return ImportUpload(
            kind: kind, source: query.text("source").value ?? "import", isHistory: query.flag("history") ?? false,
            map: pairs("map"), constants: pairs("set"),
            encoding: query.text("encoding").value.flatMap(ImportFile.Encoding.init) ?? .utf8,
            notation: Notation(
                dates: query.text("dates").value.flatMap(Notation.Dates.init) ?? .iso,
                timeZone: query.text("time_zone").value.flatMap(TimeZone.init(identifier:)),
                hasDecimalComma: query.flag("decimal_comma") ?? false))
    }
}

extension TextForm {
    static let columnMap = TextForm(
        name: "ColumnMap", pattern: "^[^;=]+=[^;=]+(;[^;=]+=[^;=]+)*$", most: 2_000,
        expected: "COLUMN=FIELD, such as Kunde=key, with ; between them",
        isRight: { text in
            // By scalars: a mark behind the sign would make one character of the two.
            text.unicodeScalars.split(separator: ";", omittingEmptySubsequences: false).allSatisfy { pair in
                let sides = pair.split(separator: "=", omittingEmptySubsequences: false)
                return sides.count == 2 && sides.allSatisfy { !$0.isEmpty }
            }
        })
}

extension TextForm {
    static let constants = TextForm(
        name: "Constants", pattern: "^[^;=]+=[^;]+(;[^;=]+=[^;]+)*$", most: 2_000,
        expected: "FIELD=VALUE, such as currency=EUR, with ; between them",
        isRight: { text in
            text.unicodeScalars.split(separator: ";", omittingEmptySubsequences: false).allSatisfy { pair in
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return sides.count == 2 && sides.allSatisfy { !$0.isEmpty }
            }
        })
}
