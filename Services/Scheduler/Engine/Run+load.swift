import Foundation
import Model
import Postgres
import Segments

extension Run {
    /// A run with its playbook in the version that it began with, locked until the transaction ends.
    struct Loaded: Sendable {
        var state: RunState
        var account: Int64
        var playbookID: Int64
        var reason: String?
        var playbook: Playbook
    }

    /// Nil where the run has ended, or never was.
    static func load(_ id: Int64, _ versions: Versions, in connection: PostgresConnection) async throws -> Loaded? {
        let row = try await connection.first(
            """
            select e.account_id, e.playbook_id, e.version_id, e.entered_at, e.step, e.step_began_at, e.outside, e.reason
            from plan.enrollment e where e.id = \(id) and e.state = 'active' for update
            """)
        guard let row else { return nil }
        let outside: [String] = try row["outside"]
        return Loaded(
            state: RunState(
                id: id, enteredAt: try row["entered_at"], step: try row["step"],
                stepBeganAt: try row["step_began_at"], outside: Set(outside)),
            account: try row["account_id"], playbookID: try row["playbook_id"], reason: try row["reason"],
            playbook: try await versions.playbook(version: try row["version_id"], in: connection))
    }

    /// Everything that the decision about a run rests on, as of now.
    static func facts(of run: Loaded, in connection: PostgresConnection) async throws -> RunFacts {
        let row = try await connection.first(
            """
            select now() as now, a.id, a.key, a.name, a.on_holiday_until, u.id as owner_id, u.name as owner,
                u.time_zone as owner_zone
            from crm.account_root r
            join crm.account a on a.id = r.root_id
            left join crm.current_owner o on o.account_id = a.id
            left join crm.team_user u on u.id = o.user_id and u.disabled_at is null
            where r.account_id = \(run.account) and a.erased_at is null
            """)
        guard let row else { return RunFacts() }
        let account = AccountFacts(
            id: try row["id"], key: try row["key"], name: try row["name"], onHolidayUntil: try row["on_holiday_until"])
        var facts = StepFacts(
            now: try row["now"], beganAt: run.state.stepBeganAt, playbook: run.playbook.title, account: account,
            reason: run.reason)
        if let owner: Int64 = try row["owner_id"] {
            facts.owner = UserFacts(id: owner, name: try row["owner"], timeZone: try row["owner_zone"])
        }
        let watched = run.playbook.exits.map { Question.membership($0.segment) }
        let asked = try run.playbook.step(run.state.step).step.step.questions
        for question in asked.union(watched) {
            try await answer(question, run, into: &facts, in: connection)
        }
        return RunFacts(
            step: facts, continuedBy: try await continued(run, account: account.id, in: connection),
            refusal: try await refusal(run, account: account.id, in: connection))
    }

    private static func answer(
        _ question: Question, _ run: Loaded, into facts: inout StepFacts, in connection: PostgresConnection
    ) async throws {
        let account = facts.account.id
        switch question {
        case .contacts(let role):
            facts.contacts = try await connection.query(
                """
                select c.id, c.role from crm.contact c join crm.account_root r on r.account_id = c.account_id
                where r.root_id = \(account) and (\(role) is null or c.role = \(role)) order by c.id limit \(MessageStep.mostContacts)
                """
            ).map { ContactFacts(id: try $0["id"], role: try $0["role"]) }
        case .membership(let segment):
            let row = try await connection.first(
                """
                select m.entered_at from crm.segment s join crm.segment_member m on m.segment_id = s.id
                where s.key = \(segment) and m.account_id = \(account)
                """)
            if let row { facts.memberSince[segment] = try row["entered_at"] }
        case .holds(let expression):
            // Most expressions name neither saved segments nor custom fields: they need no look at these.
            var compiled = try Segment.compile(expression)
            if !compiled.segments.isEmpty || !compiled.fields.isEmpty {
                compiled = try Segment.compile(expression, library: try await SegmentLibrary.load(connection))
            }
            let row = try await connection.first(compiled.predicateHolds(accountID: account))
            facts.holds[expression] = try row?["holds"] ?? false
        case .admins:
            facts.admins = try await users("role = 'admin'", in: connection)
        case .user(let name):
            facts.users[name] = try await users("name = \(name)", in: connection).first
        case .task:
            let row = try await connection.first(
                "select max(id) as id from plan.task where enrollment_id = \(run.state.id)")
            facts.lastTask = try row?["id"]
        }
    }

    private static func users(_ condition: SQL, in connection: PostgresConnection) async throws -> [UserFacts] {
        try await connection.query(
            """
            select id, name, time_zone from crm.team_user where disabled_at is null and \(fragment: condition)
            order by id limit 100
            """
        ).map { UserFacts(id: try $0["id"], name: try $0["name"], timeZone: try $0["time_zone"]) }
    }

    /// The run that goes on instead, where the run's account was merged into one with a run of its own: that account's
    /// own, else the oldest.
    private static func continued(
        _ run: Loaded, account: Int64, in connection: PostgresConnection
    ) async throws -> Int64? {
        let row = try await connection.first(
            """
            select e.id from plan.enrollment e join crm.account_root r on r.account_id = e.account_id
            where e.playbook_id = \(run.playbookID) and r.root_id = \(account) and e.state = 'active'
            order by (e.account_id = \(account)) desc, e.id limit 1
            """)
        let first: Int64? = try row?["id"]
        return first == run.state.id ? nil : first
    }

    /// A consent that the playbook's messages need, withdrawn since the run began and not given again.
    private static func refusal(
        _ run: Loaded, account: Int64, in connection: PostgresConnection
    ) async throws -> String? {
        let needed = run.playbook.refusals
        guard !needed.isEmpty else { return nil }
        let row = try await connection.first(
            """
            select n.name, w.channel, w.topic
            from crm.contact n
            join crm.account_root r on r.account_id = n.account_id
            join crm.contact_consent w on w.contact_id = n.id
            where r.root_id = \(account) and not w.granted and w.known_at >= \(run.state.enteredAt)
                and (w.channel, w.topic) in (select * from unnest(\(needed.map(\.channel)), \(needed.map(\.topic))))
                and not exists (
                    select from crm.contact_consent g
                    where g.contact_id = w.contact_id and g.channel = w.channel and g.topic = w.topic and g.granted
                        and (g.occurred_at, g.id) > (w.occurred_at, w.id))
            order by w.id limit 1
            """)
        guard let row else { return nil }
        let (name, channel, topic) = try row.decode(String.self, String.self, String.self)
        return "\(name) withdrew consent to \(topic) by \(channel)"
    }
}
