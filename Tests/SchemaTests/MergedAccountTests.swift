import Postgres
import TestBed
import Testing

/// What happened with an account that was merged is read under the one that survived; no row moves.
@Suite struct MergedAccountTests {
    private static let rows = """
        insert into crm.account (key, name) values ('survivor', 'S'), ('middle', 'M'), ('merged', 'G'), ('other', 'O');
        update crm.account set merged_into = (select id from crm.account where key = 'middle') where key = 'merged';
        update crm.account set merged_into = (select id from crm.account where key = 'survivor') where key = 'middle';
        insert into risk.model (name, parameters) values ('test', '{}');
        insert into risk.score (account_id, horizon_days, probability, logit, intercept, band, model_id)
        select a.id, 90, 0.5, 0, -3, 'medium', m.id from crm.account a, risk.model m where a.key in ('survivor', 'other');
        insert into plan.playbook (key, version) values ('p', 1);
        insert into plan.playbook_version (playbook_id, version, title, source, definition)
        select id, 1, 'P', '', '{}' from plan.playbook;
        insert into plan.enrollment (playbook_id, version_id, account_id, state, step, wake_at)
        select p.id, v.id, a.id, 'active', 's', now() from plan.playbook p, plan.playbook_version v, crm.account a
        where a.key = 'merged';
        insert into plan.task (account_id, title) select id, 'Call' from crm.account where key = 'merged';
        insert into notify.delivery (delivery_key, account_id, channel, body, state, sandbox)
        select 'd', id, 'mail', 'b', 'delivered', true from crm.account where key = 'merged';
        insert into notify.delivery (delivery_key, channel, body, state, sandbox) values ('n', 'mail', 'b', 'delivered', true);
        insert into notify.decision (message_id, account_id, verdict, reason)
        select 1, id, 'sent', 'consent' from crm.account where key = 'merged';
        """

    @Test func `tasks, enrollments, deliveries and decisions are the survivor's`() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            try await owner.withConnection { try await $0.script(Self.rows) }
            let report = database.pool(as: "holdfast_report", size: 1)
            for view in ["task", "enrollment", "delivery", "decision"] {
                let keys: [String?] = try await report.query(
                    "select account_key from report.\(identifier: view) order by 1 nulls last"
                ).map { try $0["account_key"] }
                #expect(keys == (view == "delivery" ? ["survivor", nil] : ["survivor"]), "\(view)")
            }
            let atRisk = try await report.query(
                """
                select r.account_key, t.title from report.at_risk r left join report.task t on t.task_id = r.task_id order by 1
                """
            ).map { try $0.decode(String.self, String?.self) }
            #expect(atRisk.map(\.0) == ["other", "survivor"])
            #expect(atRisk.map(\.1) == [nil, "Call"])
            // The merge undone, they are its own again.
            try await owner.execute("update crm.account set merged_into = null where key = 'merged'")
            let undone = try await report.first("select account_key from report.task")
            #expect(try undone?["account_key"] == "merged")
        }
    }
}

/// Who survives follows from who was merged into whom, however the merges came about.
@Suite struct SurvivorTests {
    /// Random merges and undone merges, circles among them: the kept survivor is the one that a walk finds.
    @Test func theKeptSurvivorIsTheOneThatAWalkFinds() async throws {
        try await TestDatabase.with { database in
            let owner = database.owner
            try await owner.execute(
                "insert into crm.account (key, name) select 'a' || i, 'A' from generate_series(1, 12) i")
            var random = SplitMix(state: 19)
            for _ in 0..<150 {
                let (one, other) = (Int64.random(in: 1...12, using: &random), Int64.random(in: 1...12, using: &random))
                let into: Int64? = one == other || Int.random(in: 0..<3, using: &random) == 0 ? nil : other
                try await owner.execute("update crm.account set merged_into = \(into) where id = \(one)")
                let wrong = try await owner.query(
                    """
                    with recursive walk as (
                        select id, merged_into as at, 0 as steps from crm.account where merged_into is not null
                        union all
                        select w.id, a.merged_into, w.steps + 1 from walk w join crm.account a on a.id = w.at
                        where a.merged_into is not null and w.steps < 20
                    ), found as (
                        select a.id, max(w.at) filter (where s.merged_into is null) as root_id
                        from crm.account a left join walk w on w.id = a.id left join crm.account s on s.id = w.at group by a.id
                    )
                    select a.id from crm.account a join found f using (id) where a.survivor_id is distinct from f.root_id
                        or a.root_id is distinct from case when a.merged_into is null then a.id else f.root_id end
                    """)
                #expect(wrong.isEmpty)
            }
        }
    }
}
