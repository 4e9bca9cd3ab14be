import Postgres

extension Fact {
    static let created = Fact(
        path: [.step("created")], type: .date,
        source: .account, historised: true, changesWithTime: false,
        doc: "The UTC day on which the relationship began. Always known.",
        unit: "UTC day", example: "created >= 2026-01-31"
    ) { _ in
        .column("(a.created_at at time zone 'UTC')::date")
    }
}
