import Jobs
import Model
import Postgres
import Segments

/// What contacts does with the jobs on its queue.
enum Handlers {
    /// Segments that change as days pass are looked at for every account at each full hour, and so at midnight in UTC.
    static let cron: [CronSchedule] = [
        .every(.seconds(3_600), kind: SegmentJobs.evaluation),
        .every(.seconds(3_600), kind: Tidying.kind),
    ]

    /// A full evaluation may read all usage of all accounts.
    private static let fullEvaluation: Duration = .seconds(1_800)

    static func all() -> JobHandlers {
        var handlers = JobHandlers()
        let evaluation = CoalescedEvaluation()
        /// Looks again at the segments that read one of the sources, for the accounts of the payload.
        func evaluating(_ sources: Set<Fact.Source>) -> JobHandlers.Run {
            { job in
                let touched = try job.payload(AccountsTouched.self).accounts
                try await evaluation.evaluate(reading: sources, for: touched, of: job)
            }
        }
        handlers.on(Topic.usageRecorded.rawValue) { try await Linked.run($0, evaluation) }
        handlers.on(Topic.accountIdentified.rawValue) { try await Linked.identify($0, evaluation) }
        handlers.on(Topic.accountChanged.rawValue, evaluating([.account, .tag, .goal, .contact]))
        handlers.on(Topic.orderReceived.rawValue, OrderReceipt.run)
        handlers.on(Topic.orderRecorded.rawValue, evaluating([.orders]))
        handlers.on(Topic.subscriptionChanged.rawValue, evaluating([.subscription]))
        handlers.on(Topic.riskChanged.rawValue, evaluating([.risk, .signal]))
        handlers.on(Topic.accountLost.rawValue, evaluating([.risk]))
        handlers.on(Topic.accountReturned.rawValue, evaluating([.risk]))
        handlers.on(Topic.interactionRecorded.rawValue, evaluating([.interaction]))
        handlers.on(Topic.ticketChanged.rawValue, evaluating([.ticket]))
        handlers.on(Topic.dealChanged.rawValue, evaluating([.deal]))
        handlers.on(Topic.contactChanged.rawValue) { try await evaluateContacts($0, evaluation) }
        handlers.on(Topic.contactUnsubscribed.rawValue, Withdrawal.note)
        handlers.on(Topic.accountMerged.rawValue, evaluating(Set(Fact.Source.allCases)))
        handlers.on(ErasureConfirmed.kind, Erasure.confirm)
        handlers.on(Erasure.elsewhere, timeout: Erasure.searchLimit, Erasure.searchElsewhere)
        handlers.on("consent.withdraw", Withdrawal.run)
        handlers.on("segment.define", timeout: fullEvaluation, SegmentJobs.define)
        handlers.on(SegmentJobs.evaluation, timeout: fullEvaluation, SegmentJobs.evaluate)
        handlers.on(Tidying.kind, Tidying.run)
        return handlers
    }

    /// Looks again at the segments that read contacts, for the accounts of the contacts of the payload.
    private static func evaluateContacts(_ job: Job, _ evaluation: CoalescedEvaluation) async throws {
        let touched = try job.payload(ContactsTouched.self).contacts
        let accounts: [Int64] = try await job.withCause { connection in
            try await connection.query("select distinct account_id from crm.contact where id = any(\(touched))")
        }.map { try $0["account_id"] }
        try await evaluation.evaluate(reading: [.contact], for: accounts, of: job)
    }
}
