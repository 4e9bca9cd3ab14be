import Jobs
import Model
import Postgres
import Segments

/// Usage finds its accounts: `usage.recorded` and `account.identified`.
enum Linked {
    /// Links subjects that have no account yet, then looks again at the segments that read usage.
    static func run(_ job: Job, _ evaluation: CoalescedEvaluation) async throws {
        let subjects = try job.payload(SubjectsTouched.self).subjects
        // In a transaction of its own: the locks of segments are not held while accounts are made.
        let accounts = try await job.withCause { connection in
            let linked = try await Linking.link(subjects, in: connection)
            try await Publication.accounts(Array(linked), .accountChanged, in: connection)
            let rows = try await connection.query(
                "select distinct account_id from crm.subject_account where subject_id = any(\(subjects))")
            return linked.union(try rows.map { try $0["account_id"] })
        }
        try await evaluation.evaluate(reading: [.usage], for: accounts, of: job)
    }

    /// Applies what identify, group and alias calls said.
    static func identify(_ job: Job, _ evaluation: CoalescedEvaluation) async throws {
        let ids = try job.payload(IdentificationsRecorded.self).identifications
        let touched = try await job.withCause { connection in
            let calls = try await Identification.read(ids, in: connection)
            let accounts = try await Identifying.apply(calls, in: connection)
            try await Publication.accounts(Array(accounts), .accountChanged, in: connection)
            return accounts
        }
        // Who bought something before it was known who that is.
        try await job.withCause { try await OrderReceipt.again(identified: ids, in: $0) }
        try await evaluation.evaluate(reading: [.usage], for: touched, of: job)
    }
}
