import Postgres

extension Fact {
    static let owner = Fact(
        path: [.step("owner")], type: .text,
        source: .account, historised: true, changesWithTime: false,
        doc: """
            Name of the user who looks after the account; where it never had one, that of an account merged into it. \
            No data where it is nobody.
            """,
        unit: "text", example: "owner is not known"
    ) { _ in
        .grouped(
            .owners, reach: Reach(),
            value: """
                (array_agg(u.name order by m.member_id = m.account_id desc, o.occurred_at desc, o.id desc))[1]
                """,
            absent: nil)
    }
}
