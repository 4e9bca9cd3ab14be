extension SchemaObject {
    /// One timeline an account. Each kind of entry is looked up by the account's own index: joined as one set, the planner
    /// read every score of every account for one timeline (210,000 rows at 10,000 accounts).
    static let reportTimeline = SchemaObject(
        sql: """
            create view report.timeline with (security_barrier) as
            select a.key as account_key, entry.at, entry.kind, entry.words, entry.pinned, entry.place
            from crm.account a
            cross join lateral \(Timeline.parts(of: "a.id"))
            cross join lateral (
            \(Timeline.branches.joined(separator: "\nunion all\n"))
            ) as entry
            where a.merged_into is null;
            call holdfast.describe('report.timeline', 'Everything that happened with an account, in one list', $$
                account_key: the account
                at: when
                kind: order, subscription, deal, ticket, invoice, goal, request, risk, task, playbook, message, or the kind of an interaction
                words: one line about it
                pinned: true where it is to stand first
                place: tells entries of one time apart
            $$);
            """)
}
