import Jobs
import Model
import Postgres
import Segments

/// Usage finds its accounts: `usage.recorded` and `account.identified`.
enum Linked {
    /// Links subjects that have no account yet, then looks again at the segments that read usage.
    static func run(_ job: Job) async throws {
        let subjects = try job.payload(SubjectsTouched.self).subjects
        // In a transaction of its own: the locks of segments are not held while accounts are made.
        let linked = try await job.withCause { connection in
            let accounts = try await Linking.link(subjects, in: connection)
            try await Publication.accounts(Array(accounts), .accountChanged, in: connection)
            return accounts
        }
        try await job.transaction { connection in
            let rows = try await connection.query(
                "select distinct account_id from crm.subject_account where subject_id = any(\(subjects))")
            let accounts = linked.union(try rows.map { try $0["account_id"] })
            try await evaluateUsage(of: accounts, in: connection)
        }
    }

    /// Applies what identify, group and alias calls said.
    static func identify(_ job: Job) async throws {
        let ids = try job.payload(IdentificationsRecorded.self).identifications
        let touched = try await job.withCause { connection in
            let calls = try await Identification.read(ids, in: connection)
            let accounts = try await Identifying.apply(calls, in: connection)
            try await Publication.accounts(Array(accounts), .accountChanged, in: connection)
            return accounts
        }
        try await job.transaction { connection in
            // Who bought something before it was known who that is.
            try await OrderReceipt.again(identified: ids, in: connection)
            try await evaluateUsage(of: touched, in: connection)
        }
    }

    private static func evaluateUsage(of accounts: Set<Int64>, in connection: PostgresConnection) async throws {
        if accounts.isEmpty { return }
        try await Membership.evaluate(reading: [.usage], for: accounts, in: connection)
    }
}
