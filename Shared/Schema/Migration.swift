/// One numbered step forward of the tables. Never edited once it has landed; a mistake is mended by the next one.
struct Migration: Sendable {
    let number: Int
    let name: String
    let sql: String
    /// A statement that PostgreSQL refuses inside a transaction, such as `create index concurrently`. It must be alone in
    /// its migration and harmless to repeat, for a crash may come between it and the note that it was done.
    var outsideTransaction = false
    /// Programs below this schema version can't work with the database any more: set by a migration that contracts.
    var compatibleFrom: Int?

    /// In the order of their numbers, without gaps.
    static let all: [Migration] = [
        .foundation, .queue, .crm, .usage, .risk, .plan, .notify, .turns, .rollup, .commerce,
        .reception, .fault, .channel, .byDay, .arrival, .repetition,
        .records, .service, .membership, .names, .upkeep, .root, .resumed, .reasons, .losses, .rfm, .learning,
        .feedback, .purchases, .watching, .standing, .overdue, .readKey,
    ]
}

/// Views and functions: one file each, dropped and made again in one transaction when any of them changed.
struct SchemaObject: Sendable {
    let sql: String

    static let functions: [SchemaObject] = [
        .maintainPartitions, .checkKey, .plainAddress, .plainName, .followMerge, .noteEdit, .passiveChanged, .queueWake,
        .queueEnqueue, .queueEnqueueMany,
        .queueNextInLine, .queueLimits,
        .queueClaim, .queueComplete, .queueFinish, .queueCompact, .queueCron, .queueBeat, .queueOperate,
        .workingTime, .moneyRate, .timelinePage, .accountCard,
    ]

    /// In the order of what reads what.
    static let views: [SchemaObject] = [
        .usageDaily, .usageDailyEvent, .usageActivity, .usageReception, .crmAccountRoot, .crmConsentTwin, .crmCurrent,
        .crmCurrentDeal,
        .crmCurrentTicket, .crmCurrentInvoice, .crmMoneyFactor, .reportAccount, .reportAtRisk, .reportLostAccount,
        .reportRfm,
        .reportPurchase, .reportDrift,
        .reportUsageDaily,
        .reportScore, .reportCalibration, .reportMoneyAtRisk,
        .reportTask, .reportDelivery, .reportSegment, .reportJob, .reportQueue, .reportStorage, .reportTimeline,
        .reportAlarm, .reportIngest,
        .reportQuarantine, .reportLossReason, .reportDeal, .reportTicket, .reportTicketService, .reportInvoice,
        .reportProductRequest, .reportGoal, .reportErasure, .reportMerge,
    ]
}
