import HTTPTypes
import Hummingbird
import Postgres

extension Operation {
    /// What customers want of the product, and who asks for it.
    static let requests: [Operation] = [
        Operation(
            method: .get, path: "/v1/requests", id: "listRequests",
            summary: "List product requests in the order of their keys",
            query: Page.query + [.optional("status", .choice(ProductRequest.statuses), "only those")],
            answers: [
                Answer(words: "A page of requests.", shape: Page.shape(.named("ListedRequest", .record(request))))
            ]
        ) { call in
            let status = call.query.text("status").value
            return try await call.page(
                """
                select * from report.product_request where request > \(call.after)
                    and (\(status)::text is null or status = \(status)) order by request
                """, key: "request")
        },
        get("request", in: "requests", Record.request, .record(request + [.optional("body", .words, "the words")])) {
            key in
            """
            select to_jsonb(r) || jsonb_build_object('body', q.body)
            from report.product_request r join crm.product_request q on q.key = r.request where r.request = \(key)
            """
        },
        Operation(
            method: .put, path: "/v1/requests/{key}", id: "putRequest",
            summary: "Make the request with this key, or change what the body says of it; one that ships is told of",
            places: [requestKey], body: .named("PutRequest", .object(ProductRequest.fields)), isConditional: true,
            answers: Answer.written("request")
        ) { call in
            let request = try ProductRequest(try call.place("key"), try await call.body().fields)
            let actor = call.origin.actor
            return try await call.put(.request(request.key)) { try await request.write(by: actor, in: $0) }
        },
        Operation(
            method: .put, path: votes, id: "putVote", summary: "Count the account among those who ask for it",
            places: votePlaces, body: .named("PutVote", .object(Vote.fields)),
            answers: [
                Answer(words: "It was changed, or was so already.", shape: result(["changed", "unchanged"])),
                Answer(status: .created, words: "It was counted.", shape: result(["made"])),
            ],
            problems: [
                missing, .refusal("unknown_contact", words: "The account has no such contact."),
            ]
        ) { call in
            let (key, account) = (try call.place("key"), try call.place("account"))
            let (vote, actor) = (try Vote(try await call.body().fields), call.origin.actor)
            let verdict = try await call.pool.transaction { connection in
                try await check(call, key, account, in: connection)
                return try await vote.write(key, account, by: actor, in: connection)
            }
            return try JSONBody.answer(verdict, key: account)
        },
        Operation(
            method: .delete, path: votes, id: "deleteVote", summary: "Take the account's vote back", places: votePlaces,
            answers: [Answer(words: "It was taken back, or there was none.", shape: result(["changed", "unchanged"]))],
            problems: [missing]
        ) { call in
            let (key, account, actor) = (try call.place("key"), try call.place("account"), call.origin.actor)
            let isGone = try await call.pool.transaction { connection in
                try await check(call, key, account, in: connection)
                return try await Vote.remove(key, account, by: actor, in: connection)
            }
            return try JSONBody.answer(isGone ? .changed : .unchanged, key: account)
        },
    ]

    private static let votes = "/v1/requests/{key}/votes/{account}"
    private static let requestKey = Field.needed("key", .form(.segmentKey), "of the request")
    private static let votePlaces = [requestKey, Field.needed("account", .key, "key of the account")]
    private static let missing = Problem(
        status: .notFound, codes: ["unknown_request", "unknown_account"], words: "There is no such request or account.")

    /// Both must be there.
    private static func check(
        _ call: Call, _ key: String, _ account: String, in connection: PostgresConnection
    ) async throws {
        guard try await connection.first("select from crm.product_request where key = \(key) for key share") != nil
        else {
            throw Record.request(key).unknown
        }
        _ = try await call.account(account, in: connection)
    }

    private static let request: [Field] = [
        .needed("request", .words, "its key"), .needed("title", .words, "one line"),
        .needed("features", .list(.words, atMost: .max), "what part of the product it is about"),
        .needed("status", .choice(ProductRequest.statuses), ""),
        .optional("shipped_at", .moment, "since when there is what was asked for"), .needed("created_at", .moment, ""),
        .needed("votes", .count(), "accounts that ask for it, each once"),
        .optional("money", .open, "what they are worth in a year, in minor units by currency"),
    ]
}
