import Postgres

extension Fact {
    static let usageChange = Fact(
        path: [.step("usage"), .step("change", .window)], type: .share,
        source: .usage, historised: true, changesWithTime: true,
        doc: """
            Events of activity in the last whole UTC days up to yesterday, against as many days before them: -40% is \
            four tenths less. No data where there was none before.
            """,
        unit: "relative change", example: "usage.change(28 days) < -40%"
    ) { call in
        let window = call.window
        guard call.moment.asOf == nil else {
            let yesterday: SQL = "(\(fragment: call.moment.today) - 1)"
            let recent: SQL = "d.day > \(fragment: yesterday) - \(window)::int and d.day <= \(fragment: yesterday)"
            let before: SQL = """
                d.day > \(fragment: yesterday) - \(window * 2)::int and d.day <= \(fragment: yesterday) - \(window)::int
                """
            let base: SQL = "sum(d.count) filter (where \(fragment: before) and \(fragment: Rows.isActivity))"
            return .grouped(
                .usage, reach: Reach(days: window * 2 + 1),
                value: """
                    (coalesce(sum(d.count) filter (where \(fragment: recent) and \(fragment: Rows.isActivity)), 0)
                        / nullif(\(fragment: base), 0) - 1)::float8
                    """,
                absent: nil)
        }
        let recent = Rows.total(since: window + 1, before: 1, call.moment)
        let base = Rows.total(since: window * 2 + 1, before: window + 1, call.moment)
        return .grouped(
            .activity, reach: Reach(),
            value: "(\(fragment: recent) / nullif(\(fragment: base), 0) - 1)",
            absent: nil)
    }
}
