import Postgres

/// Who is to be told of accounts that came into the high band: each owner of no more a week than there is time for, those with
/// most money at risk first. What was not sent is kept too, so that what a larger budget would have caught can be said.
struct Alerts: Sendable {
    /// Of each owner within seven days; 0 is no limit.
    let aWeek: Int
    private static let lock: Int32 = 7_304
    /// An account that was sent lately is not sent again [days].
    static let coolDownDays = 14

    struct Candidate: Sendable {
        let account: Int64
        let probability: Double
        let signal: String?
    }

    /// Writes down those who came into the high band and are not lost already.
    func raise(_ candidates: [Candidate], at moment: Moment, in connection: PostgresConnection) async throws {
        if candidates.isEmpty { return }
        try await connection.execute(
            """
            insert into risk.alert (account_id, raised_at, owner_id, signal, probability, is_sent)
            select c.account_id, \(moment.at), o.user_id, c.signal, c.probability, false
            from unnest(\(candidates.map(\.account)), \(candidates.map(\.probability)), \(candidates.map(\.signal)))
                as c (account_id, probability, signal)
            \(fragment: AccountMoney.owner(of: "c"))
            where not exists (select from risk.loss l where l.account_id = c.account_id and l.kind <> 'asleep'
                and l.returned_at is null)
            on conflict (account_id, raised_at) do nothing
            """)
    }

    /// Decides of whom to tell, among those of the last day who are in the high band still.
    func send(at moment: Moment, in connection: PostgresConnection) async throws {
        let waiting: SQL = "not l.is_sent and l.raised_at > \(moment.at) - interval '1 day'"
        guard try await connection.first("select from risk.alert l where \(fragment: waiting) limit 1") != nil else {
            return
        }
        // One at a time: of two who count what is left at once, both would send the last one.
        _ = try await connection.first("select pg_advisory_xact_lock(\(Self.lock), 0)")
        // Owners whose week is full are passed over before anything is looked up: with none to look after them, tens of thousands
        // may wait.
        try await connection.execute(
            """
            with sent as materialized (
                select t.owner_id, count(*) as count from risk.alert t
                where t.is_sent and t.raised_at > \(moment.at) - interval '7 days' group by t.owner_id
            ), waiting as materialized (
                select distinct on (l.account_id) l.* from risk.alert l
                left join sent s on s.owner_id is not distinct from l.owner_id
                where \(fragment: waiting) and (\(aWeek)::int = 0 or coalesce(s.count, 0) < \(aWeek)::int)
                order by l.account_id, l.raised_at desc
            )
            update risk.alert l set is_sent = true
            from (
                select c.account_id, c.raised_at, c.owner_id, row_number() over (
                    partition by c.owner_id order by
                        c.probability * coalesce(m.money_minor * coalesce(f.factor, 1), 0) desc, c.probability desc, c.account_id
                ) as place
                from waiting c
                join risk.score s on s.account_id = c.account_id and s.horizon_days = 90 and s.band = 'high'
                \(fragment: AccountMoney.joined(to: "c"))
                left join crm.money_factor f on f.currency = m.currency
                where not exists (
                    select from risk.alert t where t.account_id = c.account_id and t.is_sent
                        and t.raised_at > \(moment.at) - \(Self.coolDownDays)::int * interval '1 day')
            ) c
            where l.account_id = c.account_id and l.raised_at = c.raised_at
                and (\(aWeek)::int = 0 or c.place + coalesce((
                    select s.count from sent s where s.owner_id is not distinct from c.owner_id), 0) <= \(aWeek)::int)
            """)
    }
}
