import HTTPTypes
import Hummingbird
import Postgres

extension Operation {
    /// Goals agreed with the customer, and their reviews.
    static let goals: [Operation] =
        [
            Operation(
                method: .get, path: "/v1/goals", id: "listGoals", summary: "List goals in the order of their keys",
                query: Page.queryOfAccount + [
                    .optional("status", .choice(GoalDraft.statuses), "only those")
                ], answers: [Answer(words: "A page of goals.", shape: Page.shape(.named("ListedGoal", .record(goal))))],
                problems: [.noSuchAccount]
            ) { call in
                let (account, status) = (try await call.accountNamed()?.key, call.query.text("status").value)
                return try await call.page(
                    """
                    select * from report.goal where goal > \(call.after)
                        and (\(account)::text is null or account_key = \(account))
                        and (\(status)::text is null or status = \(status))
                    order by goal
                    """, key: "goal")
            },
            get(
                "goal", in: "goals", Record.goal,
                .record(goal + [.needed("reviews", .list(.record(review), atMost: 100), "the newest first")])
            ) { key in
                """
                select to_jsonb(r) || jsonb_build_object('reviews', coalesce((
                    select jsonb_agg(jsonb_build_object('progress', v.progress, 'words', v.words, 'by', v.name,
                        'occurred_at', v.occurred_at) order by v.occurred_at desc, v.id desc)
                    from (
                        select v.*, u.name from crm.goal g join crm.goal_review v on v.goal_id = g.id
                        left join crm.team_user u on u.id = v.by_user_id
                        where g.key = r.goal order by v.occurred_at desc, v.id desc limit 100) v), '[]'))
                from report.goal r where r.goal = \(key)
                """
            },
            Operation(
                method: .post, path: "/v1/goals/{key}/reviews", id: "postReview",
                summary: "Write down a review of the goal", places: [.needed("key", .key, "of the goal")],
                body: .named("PostReview", .object(GoalReview.fields)), isRepeatable: true,
                answers: [
                    Answer(
                        status: .created, words: "It was written down.",
                        shape: .record([
                            .needed("id", .words, "of the review"), .needed("result", .choice(["made"]), ""),
                        ]))
                ],
                problems: [
                    .unknown("goal"), .inFuture,
                    .refusal("unknown_user", words: "Nobody here is called what `by` says."),
                    .refusal("empty_review", words: "There are neither words nor progress."),
                ], run: postReview),
        ]
        + writes(GoalDraft.self, "goal", in: "goals", Record.goal, problems: [.unknownAccount, .inFuture])

    @Sendable private static func postReview(_ call: Call) async throws -> Response {
        let key = try call.place("key")
        let (fields, bytes) = try await call.body()
        let (review, actor) = (try GoalReview(fields), call.origin.actor)
        return try await call.once(bytes) { connection in
            guard let id = try await review.write(key, by: actor, in: connection) else {
                throw Record.goal(key).unknown
            }
            let body = try JSONText(encoding: ["id": String(id), "result": Verdict.made.word])
            return Repeatable.Answer(status: .created, body: body)
        }
    }

    private static let goal: [Field] = [
        .needed("account_key", .words, "with whom it is agreed"), .needed("goal", .words, "its key"),
        .needed("words", .words, "what is to be reached"), .optional("due_on", .day, "by which day"),
        .needed("status", .choice(GoalDraft.statuses), ""), .needed("agreed_at", .moment, ""),
        .optional("progress", .count(), "how far it was at the last review, in percent"),
        .optional("reviewed_at", .moment, "when that was"),
        .needed("late", .flag, "true where it is open and its day has passed"),
    ]

    private static let review: [Field] = [
        .optional("progress", .count(), "in percent"), .optional("words", .words, "what was found and agreed"),
        .optional("by", .words, "the user who held it"), .needed("occurred_at", .moment, "when"),
    ]
}
