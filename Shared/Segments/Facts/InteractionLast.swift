import Postgres

extension Fact {
    static let interactionLast = Fact(
        path: [.step("interaction"), .step("last", .word(["any", "in", "out", "internal"]), .optionalText)],
        type: .date,
        source: .interaction, historised: true, changesWithTime: false,
        doc: """
            UTC day of the last interaction, of a direction (in, out, internal; any where none is given) and by a \
            channel where one is given. No data where there was none.
            """,
        unit: "UTC day", example: "interaction.last(\"in\", \"mail\") >= 2026-01-31"
    ) { call in
        .grouped(
            .interactions, reach: Reach(),
            value:
                "(max(i.occurred_at) filter (where \(fragment: Rows.isInteraction(call)) ) at time zone 'UTC')::date",
            absent: nil)
    }
}
