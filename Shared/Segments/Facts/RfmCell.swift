import Postgres

extension Fact {
    static let rfmCell = Fact(
        path: [.step("rfm"), .step("cell")], type: .text,
        source: .risk, historised: false, changesWithTime: true,
        doc: """
            Recency, frequency and money, each 1 to 3, 3 best. No data for who ordered nothing within a year, or in several \
            currencies.
            """,
        unit: "cell", example: "rfm.cell = \"3-3-3\""
    ) { _ in
        .grouped(
            .cells, reach: Reach(), value: "max(f.recency || '-' || f.frequency || '-' || f.money)", absent: nil)
    }
}
