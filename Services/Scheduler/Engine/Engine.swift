import Jobs
import Model
import Postgres

/// What scheduler does with the jobs on its queue.
struct Engine: Sendable {
    let versions = Versions()

    static let sweepKind = "enrollment.sweep"
    static let catchUpKind = "playbook.catchup"
    static let cron: [CronSchedule] = [
        .every(.seconds(15), kind: sweepKind), .every(.seconds(60), kind: catchUpKind),
    ]

    var handlers: JobHandlers {
        var handlers = JobHandlers()
        let steps = StepHandler(versions: versions)
        handlers.on(Wakes.kind, timeout: .seconds(60)) { try await steps.run($0) }
        handlers.on(Engine.sweepKind, timeout: .seconds(60)) { job in
            try await job.transaction { try await Wakes.sweep(in: $0) }
        }
        handlers.on(Engine.catchUpKind) { [versions] job in
            try await job.transaction { try await CatchUp.run(versions, logger: job.logger, in: $0) }
        }
        handlers.on("task.complete", timeout: .seconds(60)) { try await TaskCompletion.run($0) }
        hearTopics(&handlers)
        return handlers
    }

    private func hearTopics(_ handlers: inout JobHandlers) {
        handlers.on(Topic.segmentEntered.rawValue) { [versions] in try await Crossed.run($0, .entered, versions) }
        handlers.on(Topic.segmentLeft.rawValue) { [versions] in try await Crossed.run($0, .left, versions) }
        handlers.on(Topic.accountMerged.rawValue) { job in
            let accounts = try job.payload(AccountsTouched.self).accounts
            try await job.transaction { connection in
                try await Wakes.touch(
                    where: "e.account_id = any(\(accounts)) or r.root_id = any(\(accounts))", in: connection)
            }
        }
        handlers.on(Topic.contactUnsubscribed.rawValue) { job in
            let contacts = try job.payload(ContactsTouched.self).contacts
            try await job.transaction { connection in
                try await Wakes.touch(
                    where: """
                        jsonb_array_length(v.definition -> 'refusals') > 0 and r.root_id in (
                            select o.root_id from crm.contact c join crm.account_root o on o.account_id = c.account_id
                            where c.id = any(\(contacts)))
                        """, in: connection)
            }
        }
        handlers.on(Topic.personErased.rawValue, Erasing.run)
        handlers.on(Topic.messageFailed.rawValue) { try await MessageFailure.run($0) }
    }
}
