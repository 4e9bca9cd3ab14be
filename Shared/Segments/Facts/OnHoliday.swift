import Postgres

extension Fact {
    static let onHoliday = Fact(
        path: [.step("on_holiday")], type: .truth,
        source: .account, historised: false, changesWithTime: true,
        doc: "True up to and including the last day of an absence, else false. Always known.",
        unit: "true or false", example: "not on_holiday"
    ) { call in
        .column("coalesce(a.on_holiday_until >= \(fragment: call.moment.today), false)")
    }
}
