import Postgres

extension Fact {
    static let rfmGroup = Fact(
        path: [.step("rfm"), .step("group")], type: .text,
        source: .risk, historised: false, changesWithTime: true,
        doc: """
            The group of its cell, such as champions, at risk or lost: by how lately, how often and for how much it ordered within a \
            year. No data for who ordered nothing, or in several currencies.
            """,
        unit: "group", example: "rfm.group = \"cannot lose\""
    ) { _ in
        .grouped(.cells, reach: Reach(), value: "max(c.name)", absent: nil)
    }
}
