import Model
import Postgres

/// Taking accounts into playbooks.
enum Enrolling {
    /// A playbook as it enrols now.
    struct Current: Sendable {
        var id: Int64
        var versionID: Int64
        var playbook: Playbook
    }

    struct Candidate: Sendable {
        var account: Int64
        var key: String
    }

    /// Accounts taken at once.
    static let most = 500

    /// The enabled playbooks that the condition picks by `p` and `v`.
    static func current(
        where condition: SQL, _ versions: Versions, in connection: PostgresConnection
    ) async throws -> [Current] {
        let rows = try await connection.query(
            """
            select p.id, v.id as version_id from plan.playbook p
            join plan.playbook_version v on v.playbook_id = p.id and v.version = p.version
            where p.enabled and (\(fragment: condition)) order by p.id
            """)
        var current: [Current] = []
        for row in rows {
            let (id, version) = try row.decode(Int64.self, Int64.self)
            let playbook = try await versions.playbook(version: version, in: connection)
            current.append(Current(id: id, versionID: version, playbook: playbook))
        }
        return current
    }

    /// What blocks an account `a`: a live run, a refusal, and an earlier run as the re-entry rule has it. Runs of accounts
    /// that were merged into it count.
    static func blocks(_ current: Current, among accounts: [Int64]?) -> SQL {
        let living: SQL = accounts.map { "and r.root_id = any(\($0))" } ?? ""
        let rule: SQL =
            switch current.playbook.reentry.afterSeconds {
            case nil: "true"
            case let seconds?: "e.ended_at > now() - \(Duration.seconds(seconds))"
            }
        return """
            select r.root_id, e.entered_at, e.state <> 'ended' or e.end_reason = 'refused' or \(fragment: rule) as always
            from plan.enrollment e join crm.account_root r on r.account_id = e.account_id
            where e.playbook_id = \(current.id) \(fragment: living)
            """
    }

    /// Enrols these accounts, as runs or, where the holdout says so, as left out. Answers the new ones; an account that
    /// has a live run already is none.
    static func enrol(
        _ candidates: [Candidate], in current: Current, because words: String? = nil, priority: Int32 = 0,
        in connection: PostgresConnection
    ) async throws -> [(id: Int64, account: Int64, isHoldout: Bool)] {
        guard !candidates.isEmpty, let first = current.playbook.steps.first else { return [] }
        let accounts = candidates.map(\.account)
        let playbook = current.playbook
        let heldOut = candidates.map { candidate in
            playbook.holdout?.leavesOut(account: candidate.key, of: playbook.key) ?? false
        }
        let leaving = playbook.exits.filter { $0.way == .left }.map(\.segment)
        let rows = try await connection.query(
            """
            with reason as (
                select distinct on (s.account_id) s.account_id, s.words from risk.score_reason s
                where s.account_id = any(\(accounts)) and s.horizon_days = 90
                order by s.account_id, (s.signal is not distinct from \(playbook.reasonSignal)) desc, s.rank
            )
            insert into plan.enrollment
                (playbook_id, version_id, account_id, state, step, wake_at, reason, outside)
            select \(current.id), \(current.versionID), t.account_id,
                case when t.held_out then 'holdout' else 'active' end,
                case when not t.held_out then \(first.name) end,
                case when not t.held_out then now() + \(Wakes.grace) end,
                left(coalesce(\(words), reason.words, \(defaultReason(playbook))), 2000),
                array(
                    select x.key from unnest(\(leaving)) as x (key)
                    where not exists (
                        select from crm.segment g join crm.segment_member m on m.segment_id = g.id
                        where g.key = x.key and m.account_id = t.account_id))
            from unnest(\(accounts), \(heldOut)) as t (account_id, held_out)
            left join reason on reason.account_id = t.account_id
            on conflict do nothing returning id, account_id, state = 'holdout' as held_out
            """)
        let enrolled = try rows.map { try $0.decode(Int64.self, Int64.self, Bool.self) }
        try await Wakes.enqueue(enrolled.filter { !$0.2 }.map(\.0), priority: priority, in: connection)
        return enrolled.map { (id: $0.0, account: $0.1, isHoldout: $0.2) }
    }

    private static func defaultReason(_ playbook: Playbook) -> String {
        guard let crossing = playbook.trigger.crossing else { return playbook.title }
        let name = playbook.segments.first { $0.key == crossing.segment }?.name ?? crossing.segment
        return "It \(crossing.way.rawValue) the segment “\(name)”"
    }
}
