import Jobs
import Postgres
import Synchronization

/// What came of one scenario.
struct Account: Encodable {
    let scenario: String
    let passed: Bool
    let jobs: Int
    let lost: Int
    let twice: Int
    let stale_accepted: Int
    let ledger_wrong: Int
    let over_attempts: Int
    let buried: Int
    let unsettled: Int
    let faults: Int
    let recovery_max_s: Double
    let recoveries: [Double]

    private enum CodingKeys: CodingKey {
        case scenario, passed, jobs, lost, twice, stale_accepted, ledger_wrong, over_attempts, buried, unsettled, faults
        case recovery_max_s
    }

    var line: String {
        let slowest = recoveries.isEmpty ? "" : ", slowest recovery \((recovery_max_s * 10).rounded() / 10) s"
        return
            "\(passed ? "passed" : "FAILED") \(scenario): \(jobs) jobs, \(faults) faults, \(lost) lost, \(twice) twice, "
            + "\(stale_accepted) accepted from an old lease, ledger wrong for \(ledger_wrong), \(over_attempts) over their "
            + "attempts, \(buried) wrongly dead, \(unsettled) not settled\(slowest)"
    }
}

extension ChaosBed {
    /// Where every job of the scenario is, by the database alone.
    func account(_ scenario: Scenario, after first: Int64, isSettled: Bool) async throws -> Account {
        let known = committed.withLock { $0 }
        let row = try await pool.first(
            """
            with place as materialized (
                select job_id from queue.ready union all select job_id from queue.scheduled
                union all select job_id from queue.blocked union all select job_id from queue.lease
                union all select job_id from queue.done union all select job_id from queue.dead
            ), counted as materialized (
                select j.id, j.kind, j.max_attempts, (select count(*) from place p where p.job_id = j.id) as places
                from queue.job j where j.id > \(first)
            ), ended as materialized (
                select job_id, attempt from queue.done where state = 'completed' and job_id > \(first)
            )
            select (select count(*) from counted) as jobs,
                (select count(*) from counted where places = 0)
                    + (select count(*) from unnest(\(known)) k where not exists (select from counted c where c.id = k)) as lost,
                (select count(*) from counted where places > 1) as twice,
                (select count(*) from chaos.ledger l where exists (
                    select from chaos.start s where s.job_id = l.job_id and s.attempt > l.attempt and s.at < l.at)) as stale,
                (select count(*) from counted c full join chaos.ledger l on l.job_id = c.id where c.kind = 'chaos.ledger'
                    and (l.job_id is null) = exists (select from ended e where e.job_id = c.id)) as ledger,
                (select count(*) from ended e join counted c on c.id = e.job_id where e.attempt > c.max_attempts) as attempts,
                (select count(*) from queue.dead d where d.job_id > \(first) and d.kind <> 'chaos.poison')
                    + (select count(*) from counted c where c.kind = 'chaos.poison' and not exists (
                        select from queue.dead d where d.job_id = c.id)) as buried,
                (select count(*) from queue.ready) + (select count(*) from queue.lease) + (select count(*) from queue.scheduled)
                    as unsettled
            """)
        func count(_ name: String) throws -> Int { Int(try row?[name] ?? Int64(-1)) }
        let wrong = try ["lost", "twice", "stale", "ledger", "attempts", "buried", "unsettled"].map(count)
        let recoveries = recoveries.withLock { $0 }
        return Account(
            scenario: scenario.name,
            passed: isSettled && wrong.allSatisfy { $0 == 0 } && faults.load(ordering: .relaxed) > 0
                && recoveries.isEmpty != scenario.isTimed && (recoveries.max() ?? 0) <= 10,
            jobs: try count("jobs"), lost: wrong[0], twice: wrong[1], stale_accepted: wrong[2], ledger_wrong: wrong[3],
            over_attempts: wrong[4], buried: wrong[5], unsettled: wrong[6], faults: faults.load(ordering: .relaxed),
            recovery_max_s: recoveries.max() ?? 0, recoveries: recoveries)
    }
}
