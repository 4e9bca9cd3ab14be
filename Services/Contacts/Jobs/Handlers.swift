import Jobs
import Model
import Postgres
import Segments

/// What contacts does with the jobs on its queue.
enum Handlers {
    /// Every segment is evaluated for every account once an hour: days pass, and scores move within their bands.
    static let cron: [CronSchedule] = [
        .every(.seconds(3_600), kind: "segments.evaluate"),
        .every(.seconds(3_600), kind: Tidying.kind),
    ]

    /// A full evaluation may read all usage of all accounts.
    private static let fullEvaluation: Duration = .seconds(1_800)

    static func all() -> JobHandlers {
        var handlers = JobHandlers()
        handlers.on(Topic.usageRecorded.rawValue, Linked.run)
        handlers.on(Topic.accountIdentified.rawValue, Linked.identify)
        handlers.on(Topic.accountChanged.rawValue, evaluating([.account, .tag]))
        handlers.on(Topic.orderReceived.rawValue, OrderReceipt.run)
        handlers.on(Topic.orderRecorded.rawValue, evaluating([.orders]))
        handlers.on(Topic.subscriptionChanged.rawValue, evaluating([.subscription]))
        handlers.on(Topic.riskChanged.rawValue, evaluating([.risk, .signal]))
        handlers.on(Topic.contactUnsubscribed.rawValue, Withdrawal.note)
        handlers.on("consent.withdraw", Withdrawal.run)
        handlers.on("segment.define", timeout: fullEvaluation, SegmentJobs.define)
        handlers.on("segments.evaluate", timeout: fullEvaluation, SegmentJobs.evaluate)
        handlers.on(Tidying.kind, Tidying.run)
        return handlers
    }

    /// Looks again at the segments that read one of the sources, for the accounts of the payload.
    private static func evaluating(_ sources: Set<Fact.Source>) -> JobHandlers.Run {
        { job in
            let touched = try job.payload(AccountsTouched.self).accounts
            try await job.transaction { connection in
                for segment in try await StoredSegment.all(reading: sources, in: connection) {
                    try await Membership.evaluate(segment, for: touched, in: connection)
                }
            }
        }
    }
}
