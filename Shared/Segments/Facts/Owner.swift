import Postgres

extension Fact {
    static let owner = Fact(
        path: [.step("owner")], type: .text,
        source: .account, historised: true, changesWithTime: false,
        doc: "Name of the user who looks after the account. No data where it is nobody.",
        unit: "text", example: "owner is not known"
    ) { _ in
        .grouped(
            .owners, reach: Reach(), value: "(array_agg(u.name order by o.occurred_at desc, o.id desc))[1]", absent: nil
        )
    }
}
