import Chassis
import HTTPTypes
import Hummingbird
import Model
import Postgres
import Segments

extension Operation {
    /// Saved expressions over facts, and who is in them.
    static let segments: [Operation] = [
        Operation(
            method: .get, path: "/v1/segments", id: "listSegments", summary: "List segments in the order of their keys",
            query: Page.query, answers: [Answer(words: "A page of segments.", shape: Page.shape(segment))]
        ) { call in
            try await call.page(
                "select * from report.segment where segment > \(call.after) order by segment", key: "segment")
        },
        get("segment", in: "segments", Record.segment, .record(segmentFields)) { key in
            "select to_jsonb(s) from report.segment s where segment = \(key)"
        },
        Operation(
            method: .put, path: "/v1/segments/{key}", id: "putSegment",
            summary: "Save an expression under this key; accounts enter and leave it by themselves",
            places: [.needed("key", .form(.segmentKey), "of the segment")],
            body: .named(
                "PutSegment",
                .object([
                    .optional("name", .text(atMost: 200), "for people; the key for a new one unless said otherwise"),
                    expression,
                ])),
            isConditional: true, answers: Answer.written("segment"), problems: [badExpression]
        ) { call in
            let key = try call.place("key")
            let fields = try await call.body().fields
            let (name, expression) = (fields.text("name").value, try fields.needed("expression"))
            let origin = call.origin
            return try await call.put(.segment(key)) { connection in
                let row = try await connection.first("select name from crm.segment where key = \(key)")
                let known: String? = try row?["name"]
                let definition = SegmentDefinition(key: key, name: name ?? known ?? key, expression: expression)
                return try await refusing {
                    try await SegmentDefinition.define(definition, by: origin.actor, in: connection)
                }
            }
        },
        Operation(
            method: .delete, path: "/v1/segments/{key}", id: "deleteSegment",
            summary: "Remove a segment; its accounts leave it",
            places: [.needed("key", .key, "of the segment")],
            answers: [
                Answer(
                    words: "It is gone.",
                    shape: .record([
                        .needed("key", .words, "of the segment"), .needed("result", .choice(["removed"]), ""),
                    ]))
            ],
            problems: [
                .unknown("segment"), .refusal("in_use", words: "Another segment or a playbook asks for it."),
            ]
        ) { call in
            let (key, origin) = (try call.place("key"), call.origin)
            try await call.pool.transaction { connection in
                try await refusing { try await SegmentDefinition.remove(key, by: origin.actor, in: connection) }
            }
            return try JSONBody.answer(["key": key, "result": "removed"])
        },
        Operation(
            method: .post, path: "/v1/segments/check", id: "checkSegment",
            summary: "Say what an expression would select now, without saving it",
            body: .named("CheckSegment", .object([expression])),
            answers: [
                Answer(words: "Who it selects, and how.", shape: .named("SegmentCheck", .record(SegmentCheck.fields)))
            ],
            problems: [badExpression]
        ) { call in
            let expression = try await call.body().fields.needed("expression")
            let compiled = try await refusing { try await SegmentCheck.compile(expression, in: call.pool) }
            return try JSONBody.answer(try await SegmentCheck.run(compiled, in: call.pool))
        },
        Operation(
            method: .get, path: "/v1/segments/{key}/members", id: "listMembers",
            summary: "List a segment's accounts in the order of their keys",
            places: [.needed("key", .key, "of the segment")], query: Page.query,
            answers: [
                Answer(
                    words: "A page of accounts.",
                    shape: Page.shape(
                        .record([.needed("account_key", .words, ""), .needed("entered_at", .moment, "since when")])))
            ], problems: [.unknown("segment")], run: members),
    ]

    private static let expression = Field.needed(
        "expression", .text(atMost: Segment.longestText, lines: true), "in the segment language")

    private static let segment = Shape.named("Segment", .record(segmentFields))

    private static let segmentFields: [Field] = [
        .needed("segment", .words, "its key"), .needed("name", .words, "for people"),
        .needed("expression", .words, "in the segment language"), .needed("accounts", .count(), "in it now"),
        .optional("evaluated_at", .moment, "when it was last evaluated for every account"),
        .optional("as_of", .moment, "until when all that happened is in its members"),
        .optional("fault", .words, "why the last evaluation failed"),
    ]

    private static let badExpression = Problem.refusal(
        "bad_expression", words: "The expression is none over the facts that there are; the message says where and why."
    )

    /// What is wrong with a segment, as the API says it.
    private static func refusing<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as SegmentError {
            throw Refusal("expression", error.description, code: "bad_expression")
        } catch let fault as SegmentDefinition.Fault {
            switch fault {
            case .badExpression(let error):
                throw Refusal("expression", error.description, code: "bad_expression")
            case .unknown(let key): throw Record.segment(key).unknown
            case .breaks: throw Refusal("expression", "\(fault)", code: "bad_expression")
            case .inUse: throw Refusal(nil, "\(fault)", code: "in_use")
            case .badKey, .badName: throw Refusal(nil, "\(fault)")
            }
        }
    }

    @Sendable private static func members(_ call: Call) async throws -> Response {
        let key = try call.place("key")
        guard try await call.pool.first("select from crm.segment where key = \(key)") != nil else {
            throw Record.segment(key).unknown
        }
        return try await call.page(
            """
            select account_key, entered_at from report.segment_member
            where segment = \(key) and account_key > \(call.after) order by account_key
            """, key: "account_key")
    }
}

extension TextForm {
    static let segmentKey = TextForm(
        name: "SegmentKey", pattern: "^[a-z0-9][a-z0-9-]{0,99}$", most: 100,
        expected: "small letters, digits and hyphens, at most 100, such as data-exported",
        isRight: { SegmentDefinition.isKey($0) })
}
