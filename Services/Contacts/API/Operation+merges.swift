import HTTPTypes
import Hummingbird
import Model
import Postgres

extension Operation {
    /// Accounts that are one, and those that seem to be.
    static let merges: [Operation] = [
        Operation(
            method: .post, path: "/v1/accounts/{key}/merge", id: "mergeAccount",
            summary: "Read this account as another one, which survives",
            places: [.needed("key", .key, "of the account that is merged")],
            body: .named("MergeAccount", .object([.needed("into", .key, "of the account that survives")])),
            isRepeatable: true,
            answers: [
                Answer(
                    words: "They are one, or were already.",
                    shape: .record([
                        .needed("merge_id", .count(), "by which it is undone"),
                        .needed(
                            "into_key", .words, "of the account that survives; of one that was merged its survivor's"),
                        .needed("result", .choice(["changed", "unchanged"]), ""),
                    ]))
            ],
            problems: [
                .unknown("account"),
                .refusal(
                    "one_already", "already_merged", words: "They are one already, or the account is another one's."),
            ]
        ) { call in
            let (fields, bytes) = try await call.body()
            let (key, into, actor) = (try call.place("key"), try fields.needed("into"), call.origin.actor)
            return try await call.once(bytes) { connection in
                let merge = try await Merge.run(key, into: into, by: actor, in: connection)
                return Repeatable.Answer(
                    body: try JSONText(
                        encoding: Merged(mergeID: merge.id, intoKey: merge.into, result: merge.verdict.word)))
            }
        },
        Operation(
            method: .post, path: "/v1/merges/{id}/undo", id: "undoMerge",
            summary: "Make the merged account stand for itself again",
            places: [.needed("id", .id, "of the merge")], isRepeatable: true,
            answers: [
                Answer(
                    words: "It is undone, or was already.",
                    shape: .record([.needed("result", .choice(["changed", "unchanged"]), "")]))
            ], problems: [.unknown("merge")]
        ) { call in
            let (id, actor) = (try call.number("id"), call.origin.actor)
            return try await call.once([]) { connection in
                let verdict = try await Merge.undo(id, by: actor, in: connection)
                return Repeatable.Answer(body: try JSONText(encoding: ["result": verdict.word]))
            }
        },
        Operation(
            method: .get, path: "/v1/merges", id: "listMerges",
            summary: "List merges in the order in which they were made",
            query: [Page.limit, .optional("after", .id, "the next_after of the page before")],
            answers: [
                Answer(
                    words: "A page of merges.", shape: Page.shape(.named("Merge", .record(mergeFields)), next: .count())
                )
            ]
        ) { call in
            let after = call.query.integer("after").value ?? 0
            return try await call.page(
                "select * from report.merge where merge_id > \(after) order by merge_id", key: "merge_id")
        },
        Operation(
            method: .get, path: "/v1/duplicates", id: "listDuplicates",
            summary: "List pairs of accounts that seem to be one, the surest first", query: [Page.limit],
            answers: [
                Answer(
                    words: "The pairs.",
                    shape: .record([
                        .needed("items", .list(.named("Duplicate", .record(pairFields)), atMost: Int(Page.most)), "")
                    ]))
            ]
        ) { call in
            try JSONBody.answer(["items": try await DuplicatePair.find(atMost: call.limit, in: call.pool)])
        },
    ]

    private struct Merged: Encodable, Sendable {
        let mergeID: Int64
        let intoKey: String
        let result: String

        enum CodingKeys: String, CodingKey {
            case result
            case mergeID = "merge_id"
            case intoKey = "into_key"
        }
    }

    private static let mergeFields: [Field] = [
        .needed("merge_id", .count(), ""), .needed("account_key", .words, "the account that is read as the other one"),
        .needed("into_key", .words, "the account that survived"), .needed("actor", .words, "who merged them"),
        .needed("merged_at", .moment, "when"), .optional("undone_by", .words, "who undid it"),
        .optional("undone_at", .moment, "when; null while it stands"),
    ]

    private static let pairFields: [Field] = [
        .needed("account_key", .words, ""), .needed("name", .words, "its name"), .needed("other_key", .words, ""),
        .needed("other_name", .words, "its name"), .needed("score", .number, "how sure it is, up to 1"),
        .needed("why", .list(.words, atMost: .max), "in words"),
    ]
}
