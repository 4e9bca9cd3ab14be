import Jobs
import Model
import Postgres

/// Starting runs: one job for each run and step, so that a step that is being tried again is not started beside.
enum Wakes {
    static let kind = "enrollment.step"

    /// How long a started step may take before the sweep starts it once more.
    static let grace: Duration = .seconds(120)

    /// Runs that the sweep has woken so often without their moving are ended.
    static let mostTries = 12

    /// Runs that one sweep wakes; another follows at once where there are more.
    static let sweepsAtOnce = 1_000

    /// More starts than `StepHandler.givesUpAfter`: while the database comes and goes nothing is given up.
    private static let maxAttempts: Int32 = 1_000

    /// Starts the step that each of these runs stands on. The caller must hold the rows locked, or have written them.
    static func enqueue(_ ids: [Int64], priority: Int32 = 0, in connection: PostgresConnection) async throws {
        guard !ids.isEmpty else { return }
        _ = try await connection.query(
            """
            select queue.enqueue(\(ServiceName.scheduler.queue), \(kind), jsonb_build_object('enrollment', e.id),
                priority => \(priority), unique_key => 'enrollment:' || e.id || ':' || e.step,
                max_attempts => \(maxAttempts))
            from plan.enrollment e where e.id = any(\(ids)) and e.state = 'active'
            """)
    }

    /// Starts the active runs that the condition picks, whose rows (`e`, its account's root `r`, its version `v`) it may
    /// name. They are locked first: a step that is at work ends before, and what it did not see is looked at again.
    static func touch(where condition: SQL, in connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            """
            select e.id from plan.enrollment e
            join plan.playbook_version v on v.id = e.version_id
            left join crm.account_root r on r.account_id = e.account_id
            where e.state = 'active' and (\(fragment: condition))
            order by e.id for update of e
            """)
        try await enqueue(try rows.map { try $0["id"] }, in: connection)
    }

    /// Starts the runs whose time has come, and ends those that never get on. Set-based, and safe beside itself.
    static func sweep(in connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            """
            with due as (
                select id from plan.enrollment where state = 'active' and wake_at <= now()
                order by wake_at limit \(sweepsAtOnce) for update skip locked
            )
            update plan.enrollment e set tries = e.tries + 1,
                wake_at = now() + least(interval '1 hour', interval '1 minute' * power(2, e.tries + 1))
            from due where e.id = due.id returning e.id, e.tries
            """)
        var woken: [Int64] = []
        for row in rows {
            let (id, tries) = try row.decode(Int64.self, Int16.self)
            if tries > Wakes.mostTries {
                try await Run.end(
                    id, .failed, "its step was started \(Wakes.mostTries) times and never came to an end",
                    in: connection)
            } else {
                woken.append(id)
            }
        }
        try await enqueue(woken, in: connection)
        guard rows.count == sweepsAtOnce else { return }
        try await Queue.enqueue(Engine.sweepKind, on: ServiceName.scheduler.queue, [String: Int](), in: connection)
    }
}
