import Postgres

/// In how much working time tickets of a priority are to be answered and solved.
struct TicketTarget: Sendable {
    /// A year without a pause, in minutes.
    static let most: Int64 = 525_600

    static let fields: [Field] = [
        .needed("first_response_minutes", .integer(1...most), "working time until the first answer"),
        .needed("resolution_minutes", .integer(1...most), "working time until it is solved"),
        .needed("calendar", .form(.fieldKey), "by whose hours it is counted"),
    ]

    let priority: String
    let firstResponse: Int64
    let resolution: Int64
    let calendar: String

    init(_ priority: String, _ body: Fields) throws {
        self.priority = priority
        firstResponse = body.integer("first_response_minutes").value ?? 1
        resolution = body.integer("resolution_minutes").value ?? 1
        calendar = try body.needed("calendar")
        guard firstResponse <= resolution else {
            throw body.refusal("resolution_minutes", "is less than until the first answer", code: "bad_target")
        }
    }

    func write(by actor: String, in connection: PostgresConnection) async throws -> Verdict {
        guard try await connection.first("select from crm.calendar where key = \(calendar) for share") != nil else {
            throw Refusal.conflict(
                "calendar", "there is no calendar “\(calendar)”: PUT it first", code: "unknown_calendar")
        }
        return try await Audit.change(
            actor, "put", "ticket target \(priority)", row: Self.row(priority), in: connection
        ) {
            let written = try await connection.first(
                """
                insert into crm.ticket_target as t (priority, first_response, resolution, calendar)
                values (\(priority), \(firstResponse) * interval '1 minute', \(resolution) * interval '1 minute', \(calendar))
                on conflict (priority) do update set first_response = excluded.first_response,
                    resolution = excluded.resolution, calendar = excluded.calendar
                where (t.first_response, t.resolution, t.calendar)
                    is distinct from (excluded.first_response, excluded.resolution, excluded.calendar)
                returning xmax = 0 as made
                """)
            guard let written else { return .unchanged }
            return try written["made"] ? .made : .changed
        }
    }

    /// Tickets of a priority without a target are never late. False where there is none.
    static func remove(_ priority: String, by actor: String, in connection: PostgresConnection) async throws -> Bool {
        try await Audit.change(actor, "delete", "ticket target \(priority)", row: row(priority), in: connection) {
            try await connection.execute("delete from crm.ticket_target where priority = \(priority)") > 0
        }
    }

    private static func row(_ priority: String) -> SQL {
        "select to_jsonb(t) from crm.ticket_target t where t.priority = \(priority)"
    }
}
