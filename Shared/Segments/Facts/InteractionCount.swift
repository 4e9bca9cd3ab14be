import Postgres

extension Fact {
    static let interactionCount = Fact(
        path: [.step("interaction"), .step("count", .window, .word(["any", "in", "out", "internal"]), .optionalText)],
        type: .number,
        source: .interaction, historised: true, changesWithTime: true,
        doc: """
            How many interactions in the last days, of a direction (in, out, internal; any where none is given) and \
            by a channel where one is given. 0 where there was none. Always known.
            """,
        unit: "interactions", example: "interaction.count(30 days, \"out\") >= 2"
    ) { call in
        .grouped(
            .interactions, reach: Reach(),
            value: """
                count(*) filter (where i.occurred_at > \(fragment: call.moment.before(call.window))
                    and \(fragment: Rows.isInteraction(call)))
                """,
            absent: "0")
    }
}
