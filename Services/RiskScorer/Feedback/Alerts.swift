import Postgres

/// Who is to be told of accounts that came into the high band: each owner of no more a week than there is time for, those with
/// most money at risk first. What was not sent is kept too, so that what a larger budget would have caught can be said.
struct Alerts: Sendable {
    /// Of each owner within seven days; 0 is no limit.
    let aWeek: Int
    /// An account that was sent lately is not sent again [days].
    static let coolDownDays = 14

    struct Candidate: Sendable {
        let account: Int64
        let probability: Double
        let signal: String?
    }

    /// Writes down those who came into the high band.
    func raise(_ candidates: [Candidate], at moment: Moment, in connection: PostgresConnection) async throws {
        if candidates.isEmpty { return }
        // One at a time: of two who count what is left at once, both would send the last one.
        _ = try await connection.first("select pg_advisory_xact_lock(\(Int32(7_304)), 0)")
        try await connection.execute(
            """
            insert into risk.alert (account_id, raised_at, owner_id, signal, probability, is_sent)
            select account_id, \(moment.at), owner_id, signal, probability,
                not is_cool and (\(aWeek)::int = 0 or place + sent <= \(aWeek)::int)
            from (
                select c.*, o.user_id as owner_id, a.is_cool, (
                    select count(*) from risk.alert t where t.is_sent and t.owner_id is not distinct from o.user_id
                        and t.raised_at > \(moment.at) - interval '7 days'
                ) as sent, row_number() over (
                    partition by o.user_id, a.is_cool order by c.probability * coalesce(m.money_minor, 0) desc, c.probability desc, c.account_id
                ) as place
                from unnest(\(candidates.map(\.account)), \(candidates.map(\.probability)), \(candidates.map(\.signal)))
                    as c (account_id, probability, signal)
                cross join lateral (
                    select exists (
                        select from risk.alert t where t.account_id = c.account_id and t.is_sent
                            and t.raised_at > \(moment.at) - \(Self.coolDownDays)::int * interval '1 day') as is_cool
                ) a
                left join crm.current_owner o on o.account_id = c.account_id
                left join crm.account_money m on m.account_id = c.account_id
            ) judged
            on conflict (account_id, raised_at) do nothing
            """)
    }
}
