import Model
import Postgres

/// A calendar of working hours and holidays, by which the targets of tickets are counted.
struct WorkingHours: Sendable {
    struct Span: Sendable, Equatable {
        /// 1 is Monday, 7 is Sunday.
        let weekday: Int16
        /// As clocks of the calendar's zone show it; 24:00 is midnight.
        let opens: String
        let closes: String
    }

    static let most: Int64 = 50
    static let mostSpans = 50
    static let mostHolidays = 1_000

    static let span: [Field] = [
        .needed("weekday", .integer(1...7), "1 is Monday, 7 is Sunday"),
        .needed("opens", .form(.clock), "from when"), .needed("closes", .form(.clock), "until when"),
    ]
    static let holiday: [Field] = [
        .needed("day", .form(.calendarDay), "on which nobody works"),
        .optional("name", .text(atMost: 200), "what it is called"),
    ]
    static let fields: [Field] = [
        .needed("time_zone", .form(.timeZone), "of the hours and days"),
        .needed("hours", .list(.object(span), atMost: mostSpans), "when people work"),
        .optional(
            "holidays", .list(.object(holiday), atMost: mostHolidays), "all of them; those that there are unless said"),
    ]

    let key: String
    let timeZone: String
    let spans: [Span]
    /// Nil where nothing is said of them.
    let holidays: [(day: String, name: String?)]?

    /// - Throws: `Refusal` for hours that end before they begin or overlap, and for a calendar without any, by which nothing
    ///   would ever be late.
    init(_ key: String, _ body: Fields) throws {
        self.key = key
        timeZone = try body.needed("time_zone")
        spans = try (body.objects("hours") ?? []).map { hours in
            let span = Span(
                weekday: Int16(hours.integer("weekday").value ?? 1), opens: try hours.needed("opens"),
                closes: try hours.needed("closes"))
            // Texts of this form are in the order of their times.
            guard span.opens < span.closes else {
                throw hours.refusal("closes", "is not after opens: part a night in two at 24:00", code: "bad_hours")
            }
            return span
        }
        guard !spans.isEmpty else { throw body.refusal("hours", "are none: nothing would be late", code: "bad_hours") }
        let sorted = spans.sorted { ($0.weekday, $0.opens) < ($1.weekday, $1.opens) }
        for (one, next) in zip(sorted, sorted.dropFirst()) where one.weekday == next.weekday && next.opens < one.closes
        {
            throw body.refusal("hours", "overlap at \(next.opens) of day \(next.weekday)", code: "bad_hours")
        }
        let days = try body.objects("holidays")?.map { (day: try $0.needed("day"), name: $0.text("name").value) }
        var seen: Set<String> = []
        for (index, holiday) in (days ?? []).enumerated() where !seen.insert(holiday.day).inserted {
            throw body.refusal("holidays[\(index)].day", "stands twice: send each day once", code: "twice")
        }
        holidays = body.says("holidays") ? days ?? [] : nil
    }

    func write(by actor: String, in connection: PostgresConnection) async throws -> Verdict {
        try await connection.execute("lock table crm.calendar in share row exclusive mode")
        let row = try await connection.first(
            "select count(*) as count, bool_or(key = \(key)) as known from crm.calendar")
        let isKnown = try row?["known"] ?? false
        guard try isKnown || row?["count"] ?? 0 < Self.most else {
            throw Refusal.conflict(nil, "there are \(Self.most) calendars already: delete one first", code: "too_many")
        }
        let before = try await connection.first(Self.row(key)).map { try $0[0] as JSONText }
        try await Audit.change(actor, "put", "calendar \(key)", row: Self.row(key), in: connection) {
            try await connection.execute(
                """
                insert into crm.calendar (key, time_zone) values (\(key), \(timeZone))
                on conflict (key) do update set time_zone = excluded.time_zone
                """)
            try await connection.execute("delete from crm.calendar_hours where calendar = \(key)")
            try await connection.execute(
                """
                insert into crm.calendar_hours (calendar, weekday, opens, closes)
                select \(key), h.* from unnest(\(spans.map(\.weekday)), \(spans.map(\.opens))::time[], \(spans.map(\.closes))::time[]) h
                """)
            guard let holidays else { return }
            try await connection.execute("delete from crm.calendar_holiday where calendar = \(key)")
            try await connection.execute(
                """
                insert into crm.calendar_holiday (calendar, day, name)
                select \(key), h.* from unnest(\(holidays.map(\.day))::date[], \(holidays.map(\.name))::text[]) h
                """)
        }
        guard isKnown else { return .made }
        let after = try await connection.first(Self.row(key)).map { try $0[0] as JSONText }
        return before == after ? .unchanged : .changed
    }

    /// Removes one by which no target is counted. False where there is none.
    static func remove(_ key: String, by actor: String, in connection: PostgresConnection) async throws -> Bool {
        guard try await connection.first("select from crm.calendar where key = \(key) for update") != nil else {
            return false
        }
        let row = try await connection.first(
            "select string_agg(priority, ', ' order by priority) as targets from crm.ticket_target where calendar = \(key)"
        )
        if let targets: String = try row?["targets"] {
            throw Refusal.conflict(
                nil, "the calendar can't be deleted: the targets of tickets of priority \(targets) are counted by it")
        }
        _ = try await Audit.change(actor, "delete", "calendar \(key)", row: Self.row(key), in: connection) {
            try await connection.execute("delete from crm.calendar where key = \(key)")
        }
        return true
    }

    /// One row with one column: the calendar as the API shows it.
    static func row(_ key: String) -> SQL { "select to_jsonb(r) from (\(fragment: rows) where c.key = \(key)) r" }

    static let rows: SQL = """
        select c.key, c.time_zone, coalesce((
                select jsonb_agg(jsonb_build_object('weekday', h.weekday, 'opens', to_char(h.opens, 'HH24:MI'),
                    'closes', to_char(h.closes, 'HH24:MI')) order by h.weekday, h.opens)
                from crm.calendar_hours h where h.calendar = c.key), '[]') as hours, coalesce((
                select jsonb_agg(jsonb_build_object('day', d.day, 'name', d.name) order by d.day)
                from crm.calendar_holiday d where d.calendar = c.key), '[]') as holidays
        from crm.calendar c
        """
}

extension TextForm {
    static let clock = TextForm(
        name: "Clock", pattern: "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", most: 5,
        expected: "a time of day such as 09:30",
        isRight: { text in
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard text.utf8.count == 5, parts.count == 2,
                parts.allSatisfy({ part in part.utf8.allSatisfy { (48...57).contains($0) } }),
                let hour = Int(parts[0]), let minute = Int(parts[1]), parts[0].utf8.count == 2
            else { return false }
            return hour < 24 && minute < 60 || hour == 24 && minute == 0
        })
}
