import Postgres
import TestBed

extension Tenant {
    /// The accounts of all risk.changed that wait for notifier, job by job.
    func published() async throws -> [[Int64]] {
        try await owner.query(
            """
            select array(select jsonb_array_elements_text(j.payload -> 'accounts')::bigint order by 1) as accounts
            from queue.job j join queue.queue q on q.id = j.queue_id
            where q.name = 'notifier' and j.kind = 'risk.changed' order by j.id
            """
        ).map { try $0["accounts"] }
    }

    func scored(_ accounts: Int) async throws {
        try await eventually("\(accounts) accounts are scored") {
            try await number("select count(*) from risk.score where horizon_days = 90") == Int64(accounts)
        }
    }

    func idle() async throws {
        try await eventually(within: 90, "risk-scorer has nothing to do") {
            try await number(
                """
                select count(*) from report.job
                where queue = 'risk-scorer' and state in ('ready', 'running', 'scheduled')
                """) == 0
        }
    }
}
