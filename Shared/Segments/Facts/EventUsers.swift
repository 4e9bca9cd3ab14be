import Postgres

extension Fact {
    static let eventUsers = Fact(
        path: [.step("event", .text), .step("users", .window)], type: .number,
        source: .usage, historised: true, changesWithTime: true,
        doc: """
            How many users had the event of this name in the last UTC days, today included; an event that names no \
            user counts for its subject. No data for an account whose usage is not connected.
            """,
        unit: "users", example: "event(\"login\").users(30 days) < 3"
    ) { call in
        .grouped(
            .events, reach: Reach(days: call.window, names: [call.text]),
            value: """
                count(distinct coalesce(e.user_subject_id, e.subject_id)) filter (
                    where e.event = \(call.text) and e.day > \(fragment: call.moment.lastDay) - \(call.window)::int)
                """,
            absent: nil)
    }
}
