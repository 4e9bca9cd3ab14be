import Postgres

extension Fact {
    static let dealsOpen = Fact(
        path: [.step("deals"), .step("open")], type: .number,
        source: .deal, historised: true, changesWithTime: false,
        doc: "How many deals are neither won nor lost. 0 where there never was one. Always known.",
        unit: "deals", example: "deals.open >= 1"
    ) { _ in
        .grouped(
            .deals, reach: Reach(),
            value: "count(*) filter (where d.kind = 'open')",
            absent: "0")
    }
}
