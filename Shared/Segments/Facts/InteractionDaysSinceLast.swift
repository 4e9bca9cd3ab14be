import Postgres

extension Fact {
    static let interactionDaysSinceLast = Fact(
        path: [
            .step("interaction"), .step("days_since_last", .word(["any", "in", "out", "internal"]), .optionalText),
        ], type: .number,
        source: .interaction, historised: true, changesWithTime: true,
        doc: """
            UTC days since the last interaction, of a direction (in, out, internal; any where none is given) and by \
            a channel where one is given; 0 is today. No data where there was none.
            """,
        unit: "days", example: "interaction.days_since_last(\"in\") > 30"
    ) { call in
        .grouped(
            .interactions, reach: Reach(),
            value: """
                \(fragment: call.moment.today)
                    - (max(i.occurred_at) filter (where \(fragment: Rows.isInteraction(call))) at time zone 'UTC')::date
                """,
            absent: nil)
    }
}
