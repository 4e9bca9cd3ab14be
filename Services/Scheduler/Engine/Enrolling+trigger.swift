import Postgres

extension Enrolling {
    /// Enrols what a crossing triggers. The accounts are a hint: the tables say who is in the segment now.
    static func crossed(
        _ crossing: Crossing, accounts: [Int64], _ versions: Versions, in connection: PostgresConnection
    ) async throws {
        let picked = try await current(where: triggered(by: crossing), versions, in: connection)
        for current in picked {
            let found = try await candidates(crossing, current, among: accounts, in: connection)
            _ = try await enrol(found, in: current, in: connection)
        }
    }

    /// How late news of a crossing may be: the catch-up leaves it so much time, so that the run's cause is the crossing.
    static let patience: Duration = .seconds(60)

    /// Enrols members of a playbook's segment who have no run for their stay in it: those who were in it before the
    /// playbook was loaded, came back from holiday, or whose news were lost. True where there may be more.
    static func catchUp(_ current: Current, in connection: PostgresConnection) async throws -> Bool {
        guard let crossing = current.playbook.trigger.crossing, crossing.way == .entered else { return false }
        let found = try await candidates(crossing, current, among: nil, in: connection)
        // Behind what happens now.
        _ = try await enrol(found, in: current, priority: 10, in: connection)
        return found.count == most
    }

    private static func triggered(by crossing: Crossing) -> SQL {
        """
        v.definition #>> '{trigger,crossing,segment}' = \(crossing.segment)
            and v.definition #>> '{trigger,crossing,when}' = \(crossing.way.rawValue)
        """
    }

    /// The accounts that may be enrolled now. On holiday nobody is; who then is still in the segment, is enrolled after.
    private static func candidates(
        _ crossing: Crossing, _ current: Current, among accounts: [Int64]?, in connection: PostgresConnection
    ) async throws -> [Candidate] {
        let member: SQL = """
            select m.entered_at from crm.segment s join crm.segment_member m on m.segment_id = s.id
            where s.key = \(crossing.segment) and m.account_id = a.id
                and m.entered_at <= now() - \(accounts == nil ? patience : .zero)
            """
        let among: SQL = accounts.map { "and a.id = any(\($0))" } ?? ""
        let sides: SQL
        let since: SQL
        switch crossing.way {
        case .entered:
            sides = "join lateral (\(fragment: member)) i on true"
            since = "b.entered_at >= i.entered_at"
        case .left:
            sides = "left join lateral (\(fragment: member)) i on true"
            since = "false"
        }
        let outside: SQL = crossing.way == .left ? "and i.entered_at is null" : ""
        return try await connection.query(
            """
            with block as materialized (\(fragment: blocks(current, among: accounts)))
            select a.id, a.key from crm.account a \(fragment: sides)
            where a.merged_into is null and a.erased_at is null \(fragment: among) \(fragment: outside)
                and (a.on_holiday_until is null or a.on_holiday_until < (now() at time zone 'UTC')::date)
                and not exists (select from block b where b.root_id = a.id and (b.always or \(fragment: since)))
            order by a.id limit \(most)
            """
        ).map { Candidate(account: try $0["id"], key: try $0["key"]) }
    }
}
