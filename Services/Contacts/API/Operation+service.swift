import HTTPTypes
import Postgres

extension Operation {
    /// What tickets are measured against.
    static let service: [Operation] = calendars + targets

    private static let calendars: [Operation] = [
        all(
            "listCalendars", at: "/v1/calendars", "List the calendars of working hours", .named("Calendar", calendar),
            most: Int(WorkingHours.most)
        ) { _ in "\(fragment: WorkingHours.rows) order by c.key" },
        define(
            "calendar", at: "/v1/calendars/{key}", id: "Calendar", places: [calendarKey], body: WorkingHours.fields,
            problems: [
                .refusal(
                    "bad_hours", "twice", words: "Hours overlap, are none or end early, or a holiday stands twice."),
                .refusal("too_many", words: "There are as many calendars as may be."),
            ]
        ) { call, body in
            let hours = try WorkingHours(try call.place("key"), body)
            let actor = call.origin.actor
            return { try await hours.write(by: actor, in: $0) }
        },
        remove(
            "calendar", at: "/v1/calendars/{key}", id: "Calendar", places: [calendarKey], problems: [.inUse]
        ) { call in
            let (key, actor) = (try call.place("key"), call.origin.actor)
            return { try await WorkingHours.remove(key, by: actor, in: $0) }
        },
    ]

    private static let targets: [Operation] = [
        all(
            "listTicketTargets", at: "/v1/ticket-targets", "List in what time tickets are to be answered and solved",
            .named(
                "TicketTarget",
                .record([
                    .needed("priority", .choice(TicketDraft.priorities), "of the tickets"),
                    .needed("first_response_minutes", .count(), "working time until the first answer"),
                    .needed("resolution_minutes", .count(), "working time until it is solved"),
                    .needed("calendar", .words, "by whose hours it is counted"),
                ])), most: TicketDraft.priorities.count
        ) { _ in
            """
            select priority, (extract(epoch from first_response) / 60)::bigint as first_response_minutes,
                (extract(epoch from resolution) / 60)::bigint as resolution_minutes, calendar
            from crm.ticket_target order by first_response, resolution, priority
            """
        },
        define(
            "ticket target", at: "/v1/ticket-targets/{key}", id: "TicketTarget", places: [priority],
            body: TicketTarget.fields,
            problems: [
                .refusal(
                    "unknown_calendar", "bad_target", words: "There is no such calendar, or it would be solved first.")
            ]
        ) { call, body in
            let target = try TicketTarget(try call.place("key"), body)
            let actor = call.origin.actor
            return { try await target.write(by: actor, in: $0) }
        },
        remove("ticket target", at: "/v1/ticket-targets/{key}", id: "TicketTarget", places: [priority]) { call in
            let (key, actor) = (try call.place("key"), call.origin.actor)
            return { try await TicketTarget.remove(key, by: actor, in: $0) }
        },
    ]

    private static let calendarKey = Field.needed("key", .form(.fieldKey), "of the calendar")
    private static let priority = Field.needed("key", .choice(TicketDraft.priorities), "the priority")

    private static let calendar = Shape.record([
        .needed("key", .words, ""), .needed("time_zone", .words, "of the hours and days"),
        .needed(
            "hours",
            .list(
                .record([
                    .needed("weekday", .integer(1...7), "1 is Monday, 7 is Sunday"),
                    .needed("opens", .words, "from when"),
                    .needed("closes", .words, "until when; 24:00 is midnight"),
                ]), atMost: WorkingHours.mostSpans), "when people work"),
        .needed(
            "holidays",
            .list(
                .record([.needed("day", .day, "on which nobody works"), .optional("name", .words, "what it is called")]
                ),
                atMost: WorkingHours.mostHolidays), "days on which nobody works"),
    ])
}
