import Postgres
import TestBed
import Testing

/// Working time, against a count of minutes one by one.
@Suite struct WorkingTimeTests {
    private static let calendars = """
        insert into crm.calendar values ('kyiv', 'Europe/Kyiv'), ('york', 'America/New_York'), ('night', 'Europe/Kyiv');
        insert into crm.calendar_hours select c, d, t.o::time, t.e::time from unnest(array['kyiv', 'york']) c,
            generate_series(1, 5) d, (values ('09:00', '13:00'), ('14:00', '18:00')) as t (o, e);
        insert into crm.calendar_hours select 'night', d, t.o::time, t.e::time from generate_series(1, 7) d,
            (values ('00:00', '06:00'), ('22:00', '24:00')) as t (o, e);
        insert into crm.calendar_holiday values ('kyiv', '2026-01-01', 'New Year'), ('kyiv', '2026-08-24', 'Independence'),
            ('york', '2026-07-03', null);
        """

    /// Minutes whose clock on the wall is within the hours of a day that is no holiday.
    private static func counted(_ calendar: String, _ from: String, _ to: String) -> SQL {
        """
        select count(*) as minutes from crm.calendar c
        cross join generate_series(\(from)::timestamptz, \(to)::timestamptz - interval '1 minute', interval '1 minute') as m
        cross join lateral (select m at time zone c.time_zone as clock) l
        join crm.calendar_hours h on h.calendar = c.key and h.weekday = extract(isodow from l.clock)
            and l.clock::time >= h.opens and l.clock::time < h.closes
        where c.key = \(calendar)
            and not exists (select from crm.calendar_holiday f where f.calendar = c.key and f.day = l.clock::date)
        """
    }

    @Test func itIsWhatCountingMinutesComesTo() async throws {
        try await Desk.with { desk in
            let owner = desk.database.owner
            try await owner.withConnection { try await $0.script(Self.calendars) }
            let spans = [
                ("2026-01-05 08:00Z", "2026-01-05 10:30Z"), ("2026-01-02 12:00Z", "2026-01-12 07:07Z"),
                ("2025-12-31 00:00Z", "2026-01-02 00:00Z"), ("2026-03-28 00:00Z", "2026-03-31 00:00Z"),
                ("2026-10-23 13:13Z", "2026-10-27 03:00Z"), ("2026-03-06 12:00Z", "2026-03-10 12:00Z"),
                ("2026-10-30 12:00Z", "2026-11-03 12:00Z"), ("2026-07-02 20:00Z", "2026-07-06 15:59Z"),
                ("2026-08-21 14:59Z", "2026-08-25 06:01Z"), ("2026-01-03 10:00Z", "2026-01-04 10:00Z"),
                ("2026-01-05 10:00Z", "2026-01-05 10:00Z"),
            ]
            for calendar in ["kyiv", "york", "night", "default"] {
                for (from, to) in spans {
                    let counted = try await owner.first(Self.counted(calendar, from, to))
                    let minutes: Int64 = try counted?["minutes"] ?? -1
                    let row = try await owner.first(
                        """
                        select (extract(epoch from crm.working_time(\(calendar), \(from)::timestamptz, \(to)::timestamptz)) / 60)::bigint
                            as minutes
                        """)
                    #expect(try row?["minutes"] == minutes, "\(calendar) \(from) \(to)")
                }
            }
            // The night on which clocks are set back has an hour more, the one on which they go forward an hour less.
            let nights = try await desk.text(
                """
                select crm.working_time('night', '2026-10-24 19:00Z', '2026-10-25 04:00Z')::text as longer,
                    crm.working_time('night', '2026-03-28 20:00Z', '2026-03-29 03:00Z')::text as shorter,
                    crm.working_time('none', '2026-03-28 20:00Z', '2026-03-29 03:00Z')::text as unknown
                """)
            #expect(nights == "09:00:00 07:00:00 -")
        }
    }

    @Test func readersOfReportsMayCallItThroughThem() async throws {
        try await Desk.with { desk in
            let report = desk.database.pool(as: "holdfast_report", size: 1)
            let rows = try await report.query("select * from report.ticket_service")
            #expect(rows.isEmpty)
        }
    }
}
