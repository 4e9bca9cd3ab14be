import ArgumentParser
import Chassis
import Jobs
import Model
import Postgres
import ServiceLifecycle

struct Serve: ServeCommand {
    static let service = ServiceName.riskScorer

    static func build(_ runtime: Runtime) async throws -> [any Service] {
        let plugins = try runtime.plugins(.signal)
        let own = Set(Signal.all.map(\.name))
        let scorer = try await Scorer.make(runtime, outside: try plugins.all.map { try PluginSignal($0, taken: own) })
        try await enqueueFirstPass(runtime.pool)
        let worker = runtime.worker(
            handlers(scorer),
            cron: [
                .every(.seconds(3_600), kind: FullPass.kind),
                // On Sundays, when nobody waits for it.
                .cron("30 3 * * 0", kind: Learning.kind),
            ])
        let watch = FleetWatch(fleets: scorer.fleets, pool: runtime.pool, logger: runtime.logger)
        return [plugins, watch, worker]
    }

    /// Accounts that were there before this service, or were left out by a crash, need not wait for the hour.
    private static func enqueueFirstPass(_ pool: PostgresPool) async throws {
        let row = try await pool.first(
            """
            select from crm.account a where a.merged_into is null
                and not exists (select from risk.score s where s.account_id = a.id) limit 1
            """)
        if row != nil { try await FullPass.enqueue(in: pool) }
    }

    static func handlers(_ scorer: Scorer) -> JobHandlers {
        var handlers = JobHandlers()
        let touched = Touched(scorer: scorer)
        for topic in [
            Topic.accountChanged, .accountMerged, .orderRecorded, .subscriptionChanged, .ticketChanged,
            .interactionRecorded,
        ] {
            handlers.on(topic.rawValue) { job in
                try await touched.score(try job.payload(AccountsTouched.self).accounts, job: job)
            }
        }
        handlers.on(Topic.usageRecorded.rawValue) { job in
            let subjects = try job.payload(SubjectsTouched.self).subjects
            // Subjects that belong to nobody yet: contacts publishes account.changed when it has linked them.
            let accounts: [Int64] = try await scorer.pool.query(
                "select distinct account_id from crm.subject_account where subject_id = any(\(subjects))"
            ).map { try $0["account_id"] }
            try await touched.score(accounts, job: job)
        }
        handlers.on(Topic.personErased.rawValue, Erasing.run)
        handlers.on(VerdictAddition.kind) { job in
            let addition = try job.payload(VerdictAddition.self)
            try await job.transaction { try await addition.apply(in: $0) }
        }
        handlers.on(OverrideSetting.kind) { job in
            let setting = try job.payload(OverrideSetting.self)
            let fleet = try await scorer.fleets.current()
            try await job.transaction { connection in
                let account = try await setting.apply(in: connection)
                try await scorer.score([account], fleet: fleet, in: connection)
            }
        }
        handlers.on(LossSetting.kind) { job in
            let setting = try job.payload(LossSetting.self)
            _ = try await job.transaction { try await setting.apply(scorer.losses, in: $0) }
        }
        handlers.on(Touched.kind) { job in try await touched.scoreMarked(job: job) }
        handlers.on(OutsidePass.kind, timeout: .seconds(900)) { job in
            try await OutsidePass(scorer: scorer).run(try job.payload(AccountsTouched.self).accounts, job: job)
        }
        handlers.on(Learning.kind, timeout: .seconds(7_200)) { job in
            guard scorer.learns else { return }
            try await scorer.learning.run(job)
        }
        handlers.on(Purchases.kind, timeout: .seconds(3_600)) { job in
            try await Purchases(pool: scorer.pool).run(logger: job.logger)
        }
        handlers.on(FullPass.kind, timeout: .seconds(3_600)) { job in try await FullPass(scorer: scorer).run(job: job) }
        return handlers
    }
}

extension Scorer {
    /// The service's scorer, as its settings say.
    static func make(_ runtime: Runtime, outside programs: [any OutsideSignal] = []) async throws -> Scorer {
        // A model of another program is better found out at once.
        _ = try await runtime.pool.transaction { try await Catalogue.current(in: $0) }
        let measuring = Measuring.configured(runtime.settings)
        return Scorer(
            measuring: measuring, fleets: FleetCache(measuring, pool: runtime.pool),
            outside: OutsideSignals(programs: programs, taken: Set(Signal.all.map(\.name)), logger: runtime.logger),
            losses: Losses(rule: measuring.rule),
            alerts: Alerts(aWeek: runtime.settings[Settings.alertsAWeek]), pool: runtime.pool,
            learns: runtime.settings[Settings.riskLearning])
    }
}
