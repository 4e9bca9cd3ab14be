import Postgres

extension Fact {
    static let cameFor = Fact(
        path: [.step("came_for")], type: .text,
        source: .account, historised: false, changesWithTime: false,
        doc: "What it came for, in its own words. No data until it is set.",
        unit: "text", example: "came_for contains \"reports\""
    ) { _ in
        .column("a.came_for")
    }
}
