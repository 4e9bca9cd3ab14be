import Foundation
import Model
import Postgres

/// What was found when a goal was looked at together with the customer.
struct GoalReview: Sendable {
    static let fields: [Field] = [
        .optional("progress", .integer(0...100), "how far it is, in percent"),
        .optional("words", .text(atMost: 10_000, lines: true), "what was found and agreed"),
        .optional("by", .text(atMost: 200), "the user who held the review"),
        .optional("occurred_at", .form(.time), "when; now unless said otherwise"),
    ]

    /// How far it is [percent].
    let progress: Int32?
    let words: String?
    /// The user who held it.
    let by: String?
    let occurredAt: Date?

    init(_ given: Fields) throws {
        let fields = try given.read(Self.fields, .json)
        progress = fields.integer("progress").value.map { Int32($0) }
        words = fields.text("words").value
        by = fields.text("by").value
        occurredAt = try fields.past("occurred_at").value
        guard progress != nil || words != nil else {
            throw fields.refusal("words", "is missing: expected words, or a progress of 0 to 100", code: "empty_review")
        }
    }

    /// - Returns: its id; nil where there is no such goal.
    func write(_ goal: String, by actor: String, in connection: PostgresConnection) async throws -> Int64? {
        var user: Int64?
        if let by { user = try await Owner.user(by, field: "by", in: connection) }
        let row = try await connection.first(
            """
            insert into crm.goal_review (goal_id, progress, words, by_user_id, occurred_at)
            select id, \(progress)::integer, \(words), \(user), coalesce(\(occurredAt), now()) from crm.goal where key = \(goal)
            returning id
            """)
        guard let id: Int64 = try row?["id"] else { return nil }
        try await Audit.record(
            actor, "add", "review \(id)", try JSONText(encoding: ["goal": goal]), in: connection)
        return id
    }
}
